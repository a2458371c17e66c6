import { describe, expect, it } from "vitest";
import { chatConfig, headlines, pageCheck } from "../../support/daemons/daemon-config.ts";
import { slowMs, until } from "../../support/daemons/daemon-process.ts";
import { storedCount, storedRows } from "../../support/daemons/daemon-store.ts";
import { broken, DaemonWorld, good } from "../../support/worlds/daemon-world.ts";

describe("integration/daemon that stops", { timeout: slowMs }, () => {
  it("F71 ends a run that is under way and records its result", async (context) => {
    const world = new DaemonWorld(context);
    const [target, chat] = [await world.server("hang"), await world.server()];
    const home = await world.home(chatConfig(chat, { checkout: pageCheck(target, { interval: "3s", timeout: "3s" }) }));
    const daemon = await home.start();
    await target.received(1);

    const exit = await daemon.stop();

    expect(exit).toEqual({ code: 0, signal: null });
    expect(
      storedCount(home.storePath, "results_tail") + storedRows(home.storePath, "SELECT * FROM missed").length,
    ).toBe(1);
  });

  it("F71 lets a send that is under way end, and keeps what could not be sent for the next start", async (context) => {
    const world = new DaemonWorld(context);
    const [target, chat] = [await world.server(broken), await world.server("hang")];
    const home = await world.home(chatConfig(chat, { checkout: pageCheck(target) }));
    const first = await home.start();
    await chat.received(1);

    const exit = await first.stop();
    const kept = storedCount(home.storePath, "outbox");
    chat.answerWith(good);
    await home.start();
    await chat.received(2);
    await until("it is settled", () => storedCount(home.storePath, "outbox") === 0);

    expect(exit).toEqual({ code: 0, signal: null });
    expect(kept).toBe(1);
    expect(headlines(chat)).toEqual(["Critical: Shop – HTTP 502", "Critical: Shop – HTTP 502"]);
    expect(chat.requests[1]?.body).toContain("Possible duplicate");
  });

  it("neither pages again nor forgets over an orderly restart", async (context) => {
    const world = new DaemonWorld(context);
    const [target, chat] = [await world.server(broken), await world.server()];
    const home = await world.home(chatConfig(chat, { checkout: pageCheck(target) }));
    const first = await home.start();
    await chat.received(1);
    await until("the delivery is recorded", () => storedCount(home.storePath, "deliveries") === 1);

    await first.stop();
    const second = await home.start();
    const state = await second.stateOf("checkout");
    await target.received(target.requests.length + 2);
    target.answerWith(good);
    await chat.received(2);

    expect(state).toBe("down");
    expect(headlines(chat)).toEqual(["Critical: Shop – HTTP 502", expect.stringMatching(/^Resolved: Shop/)]);
  });
});
