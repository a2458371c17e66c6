import { describe, expect, it } from "vitest";
import { chatConfig, pageCheck } from "../../support/daemons/daemon-config.ts";
import { slowMs } from "../../support/daemons/daemon-process.ts";
import { DaemonWorld } from "../../support/worlds/daemon-world.ts";

describe("integration/daemon with a watcher elsewhere", { timeout: slowMs }, () => {
  it("pings it while scheduling, storing and sending work, and never shows its address", async (context) => {
    const world = new DaemonWorld(context);
    const [target, chat, watcher] = [await world.server(), await world.server(), await world.server()];
    const url = `${watcher.url}/ping/SECRET-WATCHER`;
    const home = await world.home(
      chatConfig(chat, { checkout: pageCheck(target) }, { deadman: { url, every: "10s" } }),
    );
    const daemon = await home.start();

    await watcher.received(1);
    const shown = await home.command("show", "--expanded");
    const text = (await daemon.text("/metrics")) + (await daemon.text("/?still")) + daemon.stderr + shown.stdout;

    expect(watcher.requests[0]).toMatchObject({ method: "GET", path: "/ping/SECRET-WATCHER" });
    expect(shown.code).toBe(0);
    expect(text).toContain("deadman");
    expect(text).not.toContain("SECRET-WATCHER");
  });
});
