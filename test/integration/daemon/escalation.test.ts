import { describe, expect, it } from "vitest";
import { chatConfig, headlines, pageCheck } from "../../support/daemons/daemon-config.ts";
import { slowMs, until } from "../../support/daemons/daemon-process.ts";
import { storedCount } from "../../support/daemons/daemon-store.ts";
import { broken, DaemonWorld, good } from "../../support/worlds/daemon-world.ts";

const people = {
  ann: { title: "Ann", reach: { critical: ["ops"] } },
  bob: { title: "Bob", reach: { critical: ["ops"] } },
};

describe("integration/daemon escalation", { timeout: slowMs }, () => {
  it("goes on after kill -9 in the middle of the chain, stops when the link is used, and tells the end", async (context) => {
    const world = new DaemonWorld(context);
    const [target, chat] = [await world.server(broken), await world.server()];
    const config = chatConfig(chat, { checkout: pageCheck(target, { service: "shop" }) });
    const home = await world.home({
      ...config,
      people,
      schedules: { ops: { members: ["ann", "bob"], starts: "2026-01-05" } },
      policies: {
        p1: {
          steps: [
            { at: "0s", notify: ["oncall/ops"] },
            { at: "3s", notify: ["oncall/ops+1"] },
            { at: "1h", notify: ["oncall/ops"] },
          ],
        },
      },
      services: { shop: { title: "Shop", policy: "p1" } },
    });
    const first = await home.start();
    await chat.received(1);
    await until("the delivery is recorded", () => storedCount(home.storePath, "deliveries") === 1);

    await first.kill();
    await home.start();
    await chat.received(2);
    const [link = ""] = /http:\/\/127\.0\.0\.1:\d+\/i\/[\w.-]+/.exec(chat.requests[1]?.body ?? "") ?? [];
    const page = await fetch(link);
    const listed = await home.command("incident", "list");
    const pressed = await fetch(link, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: "action=acknowledge&by=Zoe",
      redirect: "manual",
    });
    await chat.received(3);
    const after = await home.command("incident", "list");
    const asJson = await home.command("incident", "list", "--output", "json");
    const oncall = await home.command("oncall", "ops");
    target.answerWith(good);
    await chat.received(4);

    expect(await page.text()).toContain('value="acknowledge"');
    expect(listed.stdout).toContain(" open  critical");
    expect(pressed.status).toBe(303);
    expect(after.stdout).toContain("by Zoe");
    expect(JSON.parse(asJson.stdout)).toMatchObject({ incidents: [{ acknowledgement: { by: "Zoe" } }] });
    expect(oncall.stdout).toMatch(/^ops: (?:Ann|Bob) until /);
    expect(headlines(chat)).toEqual([
      expect.stringMatching(/^Critical: Shop/),
      expect.stringMatching(/^Critical: Shop/),
      expect.stringMatching(/^Taken: Shop/),
      expect.stringMatching(/^Resolved: Shop/),
    ]);
  });

  it("puts somebody else on call from the command line, also for the daemon that is started next", async (context) => {
    const world = new DaemonWorld(context);
    const [target, chat] = [await world.server(good), await world.server()];
    const config = chatConfig(chat, { checkout: pageCheck(target, { service: "shop" }) });
    const home = await world.home({ ...config, people, schedules: { ops: { members: ["ann"], title: "Ops" } } });
    const first = await home.start();
    const set = await home.command("oncall", "override", "ops", "bob", "--until", "8h", "--by", "ann");
    await chat.received(1);
    await first.kill();
    await home.start();
    const shown = await home.command("oncall", "ops");
    const listed = await home.command("oncall", "list");
    const [id = ""] = listed.stdout.split(" ");
    const removed = await home.command("oncall", "remove", id, "--by", "ann");
    const after = await home.command("oncall", "list");

    expect(set).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Bob is on call for ops from /) });
    expect(chat.requests[0]?.body).toContain("Arranged by Ann: Bob instead of Ann");
    expect(shown.stdout).toMatch(
      /^Ops \(ops\): Bob until .*\n.*\n {2}next turn: Ann from .*\n {2}exception: Bob from .* \(ann\)\n$/,
    );
    expect(listed.stdout).toContain("  Bob  ");
    expect(removed).toMatchObject({ code: 0, stdout: expect.stringContaining("Bob is no longer on call for ops") });
    expect(after.stdout).toBe("no exceptions\n");
  });

  it("rehearses with every text marked, and ends the drill from the command line", async (context) => {
    const world = new DaemonWorld(context);
    const [target, chat] = [await world.server(good), await world.server()];
    const config = chatConfig(chat, { checkout: pageCheck(target, { service: "shop" }) });
    const home = await world.home({
      ...config,
      people,
      policies: { p1: { steps: [{ at: "0s", notify: ["person/ann"] }] } },
      services: { shop: { title: "Shop", policy: "p1" } },
    });
    await home.start();
    const begun = await home.command("drill", "shop", "--by", "trainer");
    await chat.received(1);
    const ended = await home.command("drill", "shop", "--end", "--by", "trainer");
    await chat.received(2);

    expect(begun).toMatchObject({ code: 0, stdout: expect.stringContaining("the drill of shop has begun: policy p1") });
    expect(ended).toMatchObject({ code: 0, stdout: "the drill of shop is over\n" });
    expect(headlines(chat)).toEqual([
      expect.stringMatching(/^DRILL Critical: Shop/),
      expect.stringMatching(/^DRILL Over: Shop/),
    ]);
  });
});
