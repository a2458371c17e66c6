import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { chatConfig, headlines, pageCheck } from "../../support/daemons/daemon-config.ts";
import { runWatchfire, slowMs, until } from "../../support/daemons/daemon-process.ts";
import { broken, DaemonWorld, good } from "../../support/worlds/daemon-world.ts";

describe("integration/daemon with silences", { timeout: slowMs }, () => {
  it("keeps what the command line silences to itself, over a restart too, and tells it when the silence is ended", async (context) => {
    const world = new DaemonWorld(context);
    const [shop, wiki, chat] = [await world.server(good), await world.server(good), await world.server()];
    const checks = { shop: pageCheck(shop), wiki: pageCheck(wiki, { service: undefined }) };
    const config = chatConfig(chat, checks);
    const home = await world.home(config);
    const first = await home.start();

    const refused = await home.command("silence", "add", "service=shop", "--by", "li");
    const added = await home.command("silence", "add", "service=shop", "--by", "li", "--comment", "moving racks");
    const id = added.stdout.trim();
    shop.answerWith(broken);
    await first.stop();
    const second = await home.start();
    await until("the outage is silenced", async () => {
      return (await second.values("watchfire_alerts", { status: "firing" }))[0] === 1;
    });
    const listed = await home.command("silence", "list");
    const status = await home.command("status");
    // Somebody edits the config meanwhile, and whoever is called has none of its secrets.
    const edited = join(home.directory, "edited.yaml");
    const wrong = { receivers: { chat: { to: [{ kind: "slack", url: "${NOBODY_SET_IT}" }] } }, chekcs: {} };
    await home.configure({ ...config, ...wrong }, edited);
    const listedByEdited = await runWatchfire("silence", "list", "--config", edited);
    wiki.answerWith(broken);
    await chat.received(1);
    const unknown = await home.command("silence", "expire", "nobody-knows-it");
    const expired = await home.command("silence", "expire", id);
    await chat.received(2);

    expect(refused).toMatchObject({ code: 64, stderr: expect.stringContaining("A silence needs a --comment") });
    expect(added).toMatchObject({ code: 0, stderr: expect.stringContaining("active until ") });
    expect(listed.stdout).toMatch(
      new RegExp(`^${id}  active  until [-\\d]+ [:\\d]+ \\+00:00  service="shop"  li: moving racks\n$`),
    );
    expect(status.stdout).toContain("\n1 silence in force\n");
    expect(listedByEdited).toEqual(listed);
    expect(unknown).toMatchObject({ code: 64, stderr: expect.stringContaining("There is no silence") });
    expect(expired).toMatchObject({ code: 0, stdout: `expired ${id}\n` });
    expect(headlines(chat)[0]).toContain("wiki");
    expect(headlines(chat)[1]).toContain("Shop");
  });
});
