import { beforeEach, describe, expect, it } from "vitest";
import { FakeClock } from "../../test/support/fakes/fake-clock.ts";
import { FakeRandom } from "../../test/support/fakes/fake-random.ts";
import { MemoryStore } from "../../test/support/fakes/memory-store.ts";
import { downAt, notification, outboxRow, resultAt, subject } from "../../test/support/samples/store-records.ts";
import type { DeliveryOutcome } from "../core/alerting/notifier.ts";
import { AppError } from "../core/errors.ts";
import { emptyChange } from "../core/store.ts";
import { BufferedStore, type StoreHealth } from "./buffered-store.ts";

const locked = new AppError("ERR_STORAGE_LOCKED", "locked");
const full = new AppError("ERR_STORAGE_FULL", "full");
const delivered: DeliveryOutcome = { kind: "delivered", final: true };
const ended = (outboxId: string) => ({ ends: [{ outboxId, outcome: delivered }], follow: [] });
const alert = {
  fingerprint: "f1",
  labels: {},
  annotations: {},
  status: "firing",
  startsAtMs: 1,
  updatedAtMs: 1,
} as const;

describe("storage/buffered-store", () => {
  let clock: FakeClock;
  let memory: MemoryStore;
  let store: BufferedStore;
  let changes: StoreHealth[];
  let baseMs: number;
  const results = (...slots: number[]) => ({ ...emptyChange, results: slots.map((slot) => resultAt(baseMs + slot)) });
  const stored = async () => (await memory.results(subject, 0, Infinity, 1000)).map((each) => each.slotMs - baseMs);

  beforeEach(() => {
    clock = new FakeClock();
    baseMs = clock.now();
    memory = new MemoryStore(clock);
    changes = [];
    const onHealthChange = (health: StoreHealth): void => void changes.push(health);
    store = new BufferedStore({
      store: memory,
      clock,
      random: new FakeRandom(),
      maxBufferedResults: 5,
      onHealthChange,
    });
  });

  it("commits runs once a second and shows them to readers at once", async () => {
    await store.commit(results(1));
    await store.commit(results(2));
    expect(await stored()).toEqual([]);
    await clock.advance(1000);
    expect(await stored()).toEqual([2, 1]);
    await store.commit(results(3));

    expect(await store.results(subject, 0, Infinity, 1)).toEqual([resultAt(baseMs + 3)]);
  });

  it("commits a transition at once, together with the runs before it", async () => {
    await store.commit(results(1));
    await store.commit({ ...results(2), alerts: [alert] });

    expect(await stored()).toEqual([2, 1]);
    expect((await memory.load()).alerts).toEqual([alert]);
  });

  it("keeps changes in order while the store fails and writes them when it works again", async () => {
    memory.failure = locked;
    await store.commit({ ...results(1), alerts: [alert] });
    await store.commit({ ...results(2), removedAlerts: ["f1"] });
    await store.commit(results(3));
    expect(store.health()).toMatchObject({ failingSinceMs: baseMs, reason: "ERR_STORAGE_LOCKED", bufferedResults: 3 });
    expect((await store.results(subject, 0, Infinity, 9)).map((each) => each.slotMs - baseMs)).toEqual([3, 2, 1]);
    memory.failure = undefined;
    await clock.advance(500);

    expect(await stored()).toEqual([3, 2, 1]);
    expect((await memory.load()).alerts).toEqual([]);
    expect(store.health()).toEqual({ bufferedResults: 0, droppedResults: 0, droppedSeriesPoints: 0 });
    expect(changes.map((health) => health.reason)).toEqual(["ERR_STORAGE_LOCKED", undefined]);
  });

  it("waits longer after each failure, up to a bound", async () => {
    let attempts = 0;
    const commit = memory.commit.bind(memory);
    memory.commit = async (change) => {
      attempts += 1;
      return commit(change);
    };
    memory.failure = locked;
    await store.commit({ ...results(1), alerts: [alert] });
    await clock.advance(5 * 60_000);

    expect(attempts).toBeGreaterThan(15);
    expect(attempts).toBeLessThan(60);
  });

  it("gives up the oldest runs beyond its bound and counts them, never a transition", async () => {
    memory.failure = locked;
    await store.commit({ ...results(1, 2), alerts: [alert] });
    await store.commit(results(3, 4, 5, 6, 7));
    expect(store.health()).toMatchObject({ bufferedResults: 5, droppedResults: 2 });
    memory.failure = undefined;
    await clock.advance(1000);

    expect(await stored()).toEqual([7, 6, 5, 4, 3]);
    expect((await memory.load()).alerts).toEqual([alert]);
  });

  it("F72 puts transitions into the reserve of a full disk and gives up the runs of that moment", async () => {
    const commit = memory.commit.bind(memory);
    let isFull = true;
    memory.commit = async (change) => {
      if (isFull && change.results.length > 0) throw full;
      return commit(change);
    };
    await store.commit({ ...results(1), alerts: [alert], outbox: [outboxRow("a")] });
    expect((await memory.load()).alerts).toEqual([alert]);
    expect(store.health()).toMatchObject({ reason: "ERR_STORAGE_FULL", droppedResults: 1, bufferedResults: 0 });
    await store.commit(results(2));
    await clock.advance(1000);
    expect(store.health()).toMatchObject({ reason: "ERR_STORAGE_FULL", bufferedResults: 1 });
    isFull = false;
    await clock.advance(20_000);

    expect(await stored()).toEqual([2]);
    expect(store.health().reason).toBeUndefined();
  });

  it("finds out that the store works again when nothing waits", async () => {
    memory.failure = locked;
    expect(await store.leaseOutbox("me", 5, clock.now(), 1000)).toEqual([]);
    expect(store.health().reason).toBe("ERR_STORAGE_LOCKED");
    memory.failure = undefined;
    await clock.advance(1000);

    expect(store.health().reason).toBeUndefined();
  });

  it("F72 pages from memory while the store fails, and records it later", async () => {
    memory.failure = full;
    const [first, second] = [outboxRow("a"), outboxRow("b")];
    await store.commit({ ...emptyChange, alerts: [alert], outbox: [first, second] });
    expect(await store.leaseOutbox("me", 1, clock.now(), 60_000)).toEqual([first]);
    expect(await store.leaseOutbox("me", 5, clock.now(), 60_000)).toEqual([]);
    expect(await store.settle("me", ended("a"), clock.now())).toBe("settled");
    expect((await store.leaseOutbox("me", 5, clock.now(), 60_000)).map((row) => row.id)).toEqual(["b"]);
    memory.failure = undefined;
    await clock.advance(1000);

    expect(await store.deliveries(9)).toMatchObject([{ outboxId: "a", outcome: "delivered" }]);
    expect(await store.leaseOutbox("me", 5, clock.now(), 60_000)).toEqual([]);
    expect(await store.settle("me", ended("b"), clock.now())).toBe("settled");
    expect(await store.deliveries(9)).toHaveLength(2);
    expect((await memory.facts()).outboxPending).toBe(0);
  });

  it("settles a message whose store failed after the lease, once and only once", async () => {
    await store.commit({ ...emptyChange, outbox: [outboxRow("a")] });
    await store.leaseOutbox("me", 5, clock.now(), 60_000);
    memory.failure = locked;
    expect(await store.settle("me", ended("a"), clock.now())).toBe("settled");
    expect(await store.settle("me", ended("a"), clock.now())).toBe("lease_lost");
    expect(await store.leaseOutbox("me", 5, clock.now() + 70_000, 60_000)).toEqual([]);
    memory.failure = undefined;
    await clock.advance(1000);

    expect(await store.deliveries(9)).toHaveLength(1);
    expect(await store.leaseOutbox("me", 5, clock.now() + 70_000, 60_000)).toEqual([]);
  });

  it("does not send from memory what the store had ignored as told before", async () => {
    await memory.commit({ ...emptyChange, outbox: [outboxRow("old", { dedupKey: "k" })] });
    await memory.leaseOutbox("me", 1, clock.now(), 60_000);
    await memory.settle("me", ended("old"), clock.now());
    await store.commit({ ...emptyChange, outbox: [outboxRow("new", { dedupKey: "k" })] });
    expect(await store.leaseOutbox("me", 5, clock.now(), 60_000)).toEqual([]);
    memory.failure = locked;

    expect(await store.leaseOutbox("me", 5, clock.now(), 60_000)).toEqual([]);
  });

  it("leases rows of other incidents from memory while an earlier one waits in the store", async () => {
    await store.commit({ ...emptyChange, outbox: [outboxRow("a", { notBeforeMs: clock.now() + 90_000 })] });
    memory.failure = locked;
    const other = outboxRow("c", { notification: notification({ incident: "i2" }) });
    await store.commit({ ...emptyChange, outbox: [outboxRow("b"), other] });

    expect((await store.leaseOutbox("me", 5, clock.now(), 60_000)).map((row) => row.id)).toEqual(["c"]);
  });

  it("keeps series points while the store fails", async () => {
    const point = { series: "s", metric: "m", labels: {}, kind: "gauge", value: 4, atMs: baseMs } as const;
    memory.failure = locked;
    await store.appendSeries([point]);
    await clock.advance(1000);
    memory.failure = undefined;
    await store.appendSeries([{ ...point, value: 6 }]);
    await clock.advance(60_000);

    const query = {
      metric: "m",
      matchers: [],
      fromMs: baseMs,
      toMs: clock.now(),
      stepMs: 60_000,
      aggregate: "avg",
    } as const;
    expect((await store.series([query]))[0]?.[0]?.points).toEqual([[baseMs, 5]]);
  });

  it("hands series points over once a second, and at once when somebody asks for series", async () => {
    const calls: number[] = [];
    const inner = memory.appendSeries.bind(memory);
    memory.appendSeries = (points) => {
      calls.push(points.length);
      return inner(points);
    };
    const point = { series: "s", metric: "m", labels: {}, kind: "gauge", value: 4, atMs: baseMs } as const;
    await store.appendSeries([point]);
    await store.appendSeries([point, point]);
    await clock.advance(999);
    const before = [...calls];
    await clock.advance(1);
    await store.appendSeries([point]);
    await store.series([]);

    expect([before, calls]).toEqual([[], [3, 1]]);
  });

  it("writes what waits when it closes", async () => {
    await store.commit({ ...emptyChange, results: [downAt(baseMs)] });
    await store.close();

    expect(await stored()).toEqual([0]);
  });
});
