import { describe, expect, it } from "vitest";
import { chatConfig, headlines, pageCheck } from "../../support/daemons/daemon-config.ts";
import { slowMs, until } from "../../support/daemons/daemon-process.ts";
import { storedCount } from "../../support/daemons/daemon-store.ts";
import type { ChatServer } from "../../support/servers/chat-server.ts";
import { broken, DaemonWorld, good } from "../../support/worlds/daemon-world.ts";

/** Waits until the target was asked so often again. */
async function asked(target: ChatServer, times: number): Promise<void> {
  await target.received(target.requests.length + times);
}

describe("integration/daemon under kill -9", { timeout: slowMs }, () => {
  it("F101 does not page again after the page was sent, and tells the end once", async (context) => {
    const world = new DaemonWorld(context);
    const [target, chat] = [await world.server(broken), await world.server()];
    const home = await world.home(chatConfig(chat, { checkout: pageCheck(target) }));
    const first = await home.start();
    await chat.received(1);
    await until("the delivery is recorded", () => storedCount(home.storePath, "deliveries") === 1);

    await first.kill();
    const second = await home.start();
    const restored = await second.stateOf("checkout");
    await asked(target, 2);
    const paged = chat.requests.length;
    target.answerWith(good);
    await chat.received(2);
    await asked(target, 2);

    expect(restored).toBe("down");
    expect(paged).toBe(1);
    expect(headlines(chat)).toEqual([
      expect.stringMatching(/^Critical: Shop – HTTP 502$/),
      expect.stringMatching(/^Resolved: Shop/),
    ]);
  });

  it("sends the page that was due after the restart, and once", async (context) => {
    const world = new DaemonWorld(context);
    const [target, chat] = [await world.server(broken), await world.server()];
    const config = chatConfig(chat, { checkout: pageCheck(target) });
    const route = { receiver: "ops", group_by: ["check"], group_wait: "4s", group_interval: "1s" };
    const home = await world.home({ ...config, route });
    const first = await home.start();
    await until("the alert fires", async () => (await first.values("watchfire_alerts", { status: "firing" }))[0] === 1);
    await asked(target, 2);

    await first.kill();
    const sentBefore = chat.requests.length;
    await home.start();
    await chat.received(1);
    await asked(target, 2);
    target.answerWith(good);
    await chat.received(2);

    expect(sentBefore).toBe(0);
    expect(headlines(chat)).toEqual([
      expect.stringMatching(/^Critical: Shop/),
      expect.stringMatching(/^Resolved: Shop/),
    ]);
  });

  it("F102 marks the page that it cannot know to be sent as a possible duplicate", async (context) => {
    const world = new DaemonWorld(context);
    const [target, chat] = [await world.server(broken), await world.server("hang")];
    const home = await world.home(chatConfig(chat, { checkout: pageCheck(target) }));
    const first = await home.start();
    await chat.received(1);

    await first.kill();
    chat.answerWith({ status: 200, body: "ok" });
    await home.start();
    await chat.received(2);
    await asked(target, 2);

    const [before, after] = chat.requests.map(({ body }) => body);
    expect(before).not.toContain("Possible duplicate");
    expect(after).toContain("Possible duplicate");
    expect(headlines(chat)).toEqual(["Critical: Shop – HTTP 502", "Critical: Shop – HTTP 502"]);
  });

  it("keeps the count of failures: two before the crash and one after it make a page", async (context) => {
    const world = new DaemonWorld(context);
    const [target, chat] = [await world.server(broken), await world.server()];
    const patient = { interval: "5s", retry_interval: "5s", failure_threshold: 3 };
    const home = await world.home(chatConfig(chat, { checkout: pageCheck(target, patient) }));
    const first = await home.start();
    await target.received(2);
    await until("both are stored", () => storedCount(home.storePath, "results_tail") === 2);

    await first.kill();
    const sentBefore = chat.requests.length;
    await home.start();
    await asked(target, 1);
    // A page that took three failures of the second daemon would never come now.
    target.answerWith(good);
    await chat.received(1);

    expect(sentBefore).toBe(0);
    expect(headlines(chat)[0]).toMatch(/^Critical: Shop/);
  });
});
