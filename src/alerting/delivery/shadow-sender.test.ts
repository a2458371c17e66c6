import { describe, expect, it } from "vitest";
import { FakeClock } from "../../../test/support/fakes/fake-clock.ts";
import { MemoryStore } from "../../../test/support/fakes/memory-store.ts";
import { anOutboxRow } from "../../../test/support/samples/notifications.ts";
import { emptyChange } from "../../core/store.ts";
import { ShadowSender } from "./shadow-sender.ts";

describe("alerting/delivery/shadow-sender", () => {
  it("records what would be sent, sends nothing, and leaves alone what was made to be sent", async () => {
    const clock = new FakeClock();
    const store = new MemoryStore(clock);
    const told: string[] = [];
    const sender = new ShadowSender({
      store,
      clock,
      owner: "one",
      onShadow: (row, title) => told.push(`${row.id} ${title}`),
    });
    const shadow = { ...anOutboxRow("s"), isShadow: true };
    await store.commit({ ...emptyChange, outbox: [anOutboxRow("real", { receiver: "dev" }), shadow] });
    sender.start();
    await clock.advance(2000);
    await sender.stop();
    await clock.advance(60_000);

    expect(told).toEqual(["s Critical: Checkout – wrong status"]);
    expect(await store.deliveries(9)).toMatchObject([
      { outboxId: "s", outcome: "dropped", reason: "shadow", detail: "Critical: Checkout – wrong status", ended: true },
    ]);
    expect(await store.leaseOutbox("two", 9, clock.now(), 1000)).toMatchObject([{ id: "real", startedBefore: false }]);
  });
});
