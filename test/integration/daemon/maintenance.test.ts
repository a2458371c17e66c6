import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { chatConfig, headlines, pageCheck } from "../../support/daemons/daemon-config.ts";
import { slowMs, until } from "../../support/daemons/daemon-process.ts";
import { broken, DaemonWorld, good } from "../../support/worlds/daemon-world.ts";

describe("integration/daemon in maintenance", { timeout: slowMs }, () => {
  it("takes its beginning and its end from a pipeline, twice each without harm, and tells what still fails after it", async (context) => {
    const world = new DaemonWorld(context);
    const [shop, chat] = [await world.server(good), await world.server()];
    const home = await world.home(chatConfig(chat, { shop: pageCheck(shop) }));
    const daemon = await home.start();
    const pipeline = ["--by", "pipeline", "--token-file", join(home.directory, "data", "pipeline.token")];

    const begun = await home.command("maintenance", "start", "shop", "--for", "40m", "--comment", "v2.8", ...pipeline);
    const again = await home.command("maintenance", "start", "shop", "--for", "50m", ...pipeline);
    const listed = await home.command("maintenance", "list");
    shop.answerWith(broken);
    await until("the outage is held", async () => {
      return (await daemon.values("watchfire_alerts", { status: "firing" }))[0] === 1;
    });
    await chat.received(1);
    const status = await home.command("status");
    const ended = await home.command("maintenance", "end", "shop", ...pipeline);
    await chat.received(3);
    const over = await home.command("maintenance", "end", "shop", ...pipeline);
    const unknown = await home.command("maintenance", "start", "shopp", "--for", "40m", ...pipeline);

    expect(begun).toMatchObject({ code: 0, stdout: expect.stringContaining("maintenance shop has begun") });
    expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining("is under way already") });
    expect(listed.stdout).toMatch(
      /^shop {2}Shop {2}service shop except tier="business",severity="critical" {2}[-\d]+ [:\d]+ \+00:00 to [-\d]+ [:\d]+ \+00:00 {2}pipeline\n$/,
    );
    expect(status.stdout).toMatch(/\nmaintenance under way: shop for \d+m[\ds]* more\n/);
    expect(ended).toMatchObject({ code: 0, stdout: "maintenance shop has ended\n" });
    expect(over).toMatchObject({ code: 0, stdout: 'no maintenance "shop" is under way (none is)\n' });
    expect(unknown).toMatchObject({ code: 64, stderr: expect.stringContaining('did you mean "shop"?') });
    expect(headlines(chat).toSorted()).toEqual([
      expect.stringMatching(/^\S* ?Critical: Shop/),
      expect.stringContaining("Maintenance begins: Shop"),
      expect.stringContaining("Maintenance over: Shop"),
    ]);
  });
});
