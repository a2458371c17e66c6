import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type PoolBatch, ProbePool } from "../../../src/app/probe-pool.ts";
import type { Check } from "../../../src/core/checks/check.ts";
import type { Missed, Result } from "../../../src/core/checks/result.ts";
import type { Clock } from "../../../src/core/ports/clock.ts";
import { systemClock } from "../../../src/platform/clock.ts";
import type { Seed } from "../../../src/scheduler/subject.ts";
import { builtThread } from "../../support/daemons/built-thread.ts";
import { FakeClock } from "../../support/fakes/fake-clock.ts";
import { keyOf, makeCheck } from "./harness.ts";

const every = (everyMs: number) => ({ kind: "every", everyMs }) as const;

describe("app/probe-pool with real threads", () => {
  let server: Server;
  let port = 0;
  let pool: ProbePool;
  let results: Result[] = [];
  let missed: Missed[] = [];
  let seeds: Seed[] = [];
  let logged: string[] = [];
  let onBatch: (batch: PoolBatch) => void = () => {};
  let waiters: (() => void)[] = [];

  /** Resolves when the condition holds after some batch. */
  const until = async (holds: () => boolean): Promise<void> => {
    while (!holds()) await new Promise<void>((resolve) => waiters.push(resolve));
  };
  const of = (check: string): Result[] => results.filter((result) => result.check === check);
  const connecting = (id: string, extra: Partial<Check> = {}): Check =>
    makeCheck(id, { probe: "connect", options: { port }, schedule: every(200), timeoutMs: 5000, ...extra });

  const openPool = (
    workers: number,
    workerUrl = builtThread("fixture-worker"),
    clock: Clock = systemClock,
  ): ProbePool =>
    new ProbePool({
      clock,
      logger: { debug: () => {}, info: () => {}, warn: () => {}, error: (event) => logged.push(event) },
      workers,
      workerUrl,
      seedOf: (key) => seeds.find((seed) => seed.check === key.check),
      onBatch: (batch) => {
        results.push(...batch.results);
        missed.push(...batch.missed);
        onBatch(batch);
        for (const wake of waiters.splice(0)) wake();
      },
    });

  beforeEach(async () => {
    [results, missed, seeds, logged, waiters] = [[], [], [], [], []];
    onBatch = () => {};
    server = createServer((socket) => socket.on("error", () => {}).end()).listen(0, "127.0.0.1");
    await once(server, "listening");
    port = (server.address() as AddressInfo).port;
  });

  afterEach(async () => {
    await pool.drain(0);
    server.close();
  });

  it("runs real probes in two workers, hands on memory and tells lag, and drains", async () => {
    pool = openPool(2);
    const workers = new Set<number>();
    let lags = 0;
    onBatch = (batch) => {
      if (batch.results.length > 0) workers.add(batch.worker);
      lags += batch.stats.lagCounts.reduce((sum, count) => sum + count, 0);
    };
    const checks = Array.from({ length: 6 }, (_, index) => connecting(`c${index}`));
    await pool.start(checks);
    await until(() => checks.every((check) => of(check.id).length >= 3));
    await pool.drain(1000);
    const after = results.length;
    await new Promise((resolve) => setImmediate(resolve));

    expect(workers.size).toBe(2);
    expect(lags).toBeGreaterThanOrEqual(results.length);
    for (const check of checks) {
      expect(of(check.id).map((result) => result.samples[0]?.value)).toEqual(of(check.id).map((_, index) => index + 1));
      expect(of(check.id)[0]).toMatchObject({ verdict: "up", location: "default" });
    }
    expect(results.length).toBe(after);
  });

  it("goes on from seeds, reloads, and confirms by probing again", async () => {
    pool = openPool(1);
    const lastSlotMs = Date.now() - 60_000;
    const slow = connecting("slow", { schedule: every(366 * 86_400_000), retryIntervalMs: 100 });
    seeds = [{ ...keyOf(slow), lastSlotMs, memory: 41 }];
    server.close();
    await once(server, "close");
    onBatch = (batch) => {
      for (const result of batch.results) pool.confirm(result, of("slow").length < 3);
    };
    await pool.start([connecting("old")]);
    pool.replace([slow]);
    expect(await pool.runNow(keyOf(slow))).toBe(true);
    await until(() => of("slow").length === 3);

    // A machine too busy to run the thread makes a stall of a refusal.
    const reasons = new Set(of("slow").map((result) => result.headline?.reason));
    expect(of("slow").map((result) => result.trigger)).toEqual(["manual", "retry", "retry"]);
    expect([...reasons].filter((reason) => reason !== "stall" && reason !== "refused")).toEqual([]);
    expect(pool.generation).toBe(2);
    expect(await pool.runNow(keyOf(connecting("old")))).toBe(false);
  });

  it("brings arrivals to the probe and answers false for a check that is not there", async () => {
    pool = openPool(1);
    const push = makeCheck("orders", { probe: "inbox", schedule: { kind: "arrival", graceMs: 1000 } });
    await pool.start([push]);
    const known = pool.arrived(keyOf(push), { atMs: Date.now(), signal: "values", body: { orders: 1 } });
    const unknown = pool.arrived(keyOf(makeCheck("gone")), { atMs: Date.now(), signal: "success" });
    await until(() => of("orders").length === 1);

    expect([known, unknown]).toEqual([true, false]);
    expect(of("orders")[0]).toMatchObject({ trigger: "arrival", samples: [{ value: 1 }] });
  });

  it("restarts a worker that crashed; what was under way is unknown(internal), and slots go on above it", async () => {
    pool = openPool(1);
    const doomed = makeCheck("doomed", {
      probe: "doomed",
      schedule: { kind: "arrival", graceMs: 1000 },
      timeoutMs: 20_000,
    });
    const hanging = makeCheck("hanging", { probe: "doomed", schedule: every(366 * 86_400_000), timeoutMs: 20_000 });
    let startedHanging = false;
    onBatch = (batch) => {
      startedHanging ||= batch.started.some((run) => run.check === "hanging");
    };
    await pool.start([doomed, hanging, connecting("c1")]);
    await pool.runNow(keyOf(hanging));
    await until(() => startedHanging && of("c1").length > 0);
    pool.arrived(keyOf(doomed), { atMs: Date.now(), signal: "fail" });
    await until(() => of("hanging").length === 1);
    const before = of("c1").length;
    await until(() => of("c1").length > before);

    expect(of("hanging")[0]).toMatchObject({
      verdict: "unknown",
      headline: { reason: "internal", detail: expect.stringContaining("a bug outside of any run") },
    });
    expect(logged).toEqual(["probe_worker_crashed"]);
    const slots = of("c1").map((result) => result.slotMs);
    expect(slots).toEqual([...new Set(slots)].toSorted((a, b) => a - b));
  });

  it("believes no bad result of a thread that was blocked meanwhile (F63)", async () => {
    pool = openPool(1);
    const blocking = makeCheck("blocking", { probe: "blocking", schedule: every(366 * 86_400_000) });
    await pool.start([blocking]);
    await pool.runNow(keyOf(blocking));
    await until(() => of("blocking").length === 2);

    expect(of("blocking").map((result) => [result.trigger, result.verdict, result.headline?.reason])).toEqual([
      ["manual", "unknown", "stall"],
      ["retry", "unknown", "stall"],
    ]);
  });

  it("ends a worker that hangs in a loop of its own, and starts another", async () => {
    const clock = new FakeClock(Date.now());
    pool = openPool(1, undefined, clock);
    const hanging = makeCheck("hanging", { probe: "hanging", schedule: every(366 * 86_400_000), timeoutMs: 20_000 });
    let begun = false;
    onBatch = (batch) => {
      begun ||= batch.started.length > 0;
    };
    await pool.start([hanging]);
    await pool.runNow(keyOf(hanging));
    await until(() => begun);
    await clock.advance(45_000);
    expect(of("hanging")).toEqual([]);
    await clock.advance(30_000);
    await until(() => of("hanging").length === 1);
    await clock.advance(1000);
    pool.replace([connecting("c1")]);
    await until(() => of("c1").length > 0);

    expect(of("hanging")[0]?.headline?.detail).toBe("the worker that ran this probe crashed: it said nothing for 1m");
    expect(logged).toEqual(["probe_worker_crashed"]);
  });

  it("says so when a worker does not load", async () => {
    pool = openPool(1, builtThread("no-such-worker"));

    await expect(pool.start([])).rejects.toThrow(/a probe worker did not start/);
  });

  it("starts the real worker", async () => {
    pool = new ProbePool({
      clock: systemClock,
      logger: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
      workers: 1,
      seedOf: () => undefined,
      onBatch: ({ results: told }) => {
        results.push(...told);
        for (const wake of waiters.splice(0)) wake();
      },
    });
    const target = { id: "t", address: "sender", display: "sender", labels: {} };
    const push = makeCheck("orders", {
      probe: "push",
      targets: [target],
      schedule: { kind: "arrival", graceMs: 0 },
      options: {},
    });
    await pool.start([push]);
    pool.arrived(keyOf(push), { atMs: Date.now(), signal: "success" });
    await until(() => of("orders").length === 1);

    expect(of("orders")[0]).toMatchObject({ verdict: "up", trigger: "arrival" });
  });
});
