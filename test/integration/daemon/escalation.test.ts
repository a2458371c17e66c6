import { describe, expect, it } from "vitest";
import { chatConfig, headlines, pageCheck } from "../../support/daemon-config.ts";
import { slowMs, until } from "../../support/daemon-process.ts";
import { storedCount } from "../../support/daemon-store.ts";
import { broken, DaemonWorld, good } from "../../support/daemon-world.ts";

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
    const oncall = await home.command("oncall", "ops");
    target.answerWith(good);
    await chat.received(4);

    expect(await page.text()).toContain('value="acknowledge"');
    expect(listed.stdout).toContain(" open  critical");
    expect(pressed.status).toBe(303);
    expect(after.stdout).toContain("by Zoe");
    expect(oncall.stdout).toMatch(/^ops: (?:Ann|Bob) until /);
    expect(headlines(chat)).toEqual([
      expect.stringMatching(/^Critical: Shop/),
      expect.stringMatching(/^Critical: Shop/),
      expect.stringMatching(/^Taken: Shop/),
      expect.stringMatching(/^Resolved: Shop/),
    ]);
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
