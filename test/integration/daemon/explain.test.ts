import { describe, expect, it } from "vitest";
import { chatConfig, pageCheck } from "../../support/daemon-config.ts";
import { runWatchfire, slowMs, until } from "../../support/daemon-process.ts";
import { broken, DaemonWorld } from "../../support/daemon-world.ts";

describe("integration/daemon that explains", { timeout: slowMs }, () => {
  it("says of an outage that was told: from the run to the delivery, over a restart", async (context) => {
    const world = new DaemonWorld(context);
    const [target, chat] = [await world.server(broken), await world.server()];
    const home = await world.home(chatConfig(chat, { checkout: pageCheck(target) }));
    const daemon = await home.start();
    await chat.received(1);
    const ask = () => runWatchfire("explain", "--past", "check=checkout", "--config", home.configPath);
    await until("the delivery is recorded", async () => (await ask()).stdout.includes("delivered"));

    await daemon.stop();
    await home.start();
    const { code, stdout, stderr } = await ask();

    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/state +pass +fired: /);
    expect(stdout).toMatch(/routing +pass +matches route/);
    expect(stdout).toMatch(/flush +pass +first notification: told to /);
    expect(stdout).toMatch(/incident +pass +belongs to incident /);
    expect(stdout).toMatch(/delivery +delivered +/);
  });
});
