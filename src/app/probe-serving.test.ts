import { MessageChannel, type MessagePort } from "node:worker_threads";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { keyOf, makeCheck } from "../../test/integration/scheduler/harness.ts";
import { FakeClock } from "../../test/support/fakes/fake-clock.ts";
import { FakeRandom } from "../../test/support/fakes/fake-random.ts";
import { defineProbe, type ProbeIo } from "../core/checks/probe.ts";
import type { Result } from "../core/checks/result.ts";
import { defaultCaps } from "../scheduler/dispatcher.ts";
import type { ProbeOrder, ProbeReport, SingleJob } from "./probe-messages.ts";
import { serveProbes } from "./probe-serving.ts";

const echo = defineProbe({
  kind: "echo",
  title: "echo",
  tier: "application",
  trigger: "schedule",
  defaults: { intervalMs: 1000, timeoutMs: 1000, failureThreshold: 1 },
  address: z.string(),
  display: (address: string) => address,
  hostOf: () => undefined,
  options: z.strictObject({
    word: z.string().default("hello"),
    fails: z.boolean().default(false),
    hangs: z.boolean().default(false),
  }),
  metrics: [],
  create: ({ word, fails, hangs }, io) => ({
    run: (context) => {
      if (hangs) return new Promise(() => {});
      const heard = io.inbox.take(context.target.id).map((arrival) => arrival.signal);
      const findings = fails ? [{ is: "down", reason: "keyword", detail: `it says ${word}` } as const] : [];
      return Promise.resolve({ findings, samples: [], memory: [word, ...heard] });
    },
    close: () => Promise.resolve(),
  }),
});

describe("app/probe-serving", () => {
  let main: MessagePort;
  let clock: FakeClock;
  let reports: ProbeReport[] = [];

  const send = (order: ProbeOrder): void => main.postMessage(order, []);
  const results = (): Result[] => reports.flatMap((report) => (report.kind === "batch" ? report.batch.results : []));
  /** Lets messages and fake time go on until the condition holds. */
  const until = async (holds: () => boolean): Promise<void> => {
    while (!holds()) {
      await clock.advance(100);
      await new Promise((resolve) => setImmediate(resolve));
    }
  };

  beforeEach(() => {
    const channel = new MessageChannel();
    main = channel.port1;
    clock = new FakeClock();
    reports = [];
    main.on("message", (report: ProbeReport) => reports.push(report));
    // The echo probe uses no port but the inbox.
    serveProbes(channel.port2, {
      kinds: [echo],
      io: (inbox) => ({ inbox }) as ProbeIo,
      clock,
      random: new FakeRandom(),
    });
  });

  afterEach(() => main.close());

  it("is ready, runs, replaces, confirms and drains, in that order", async () => {
    const check = makeCheck("shop", { probe: "echo", retryIntervalMs: 5000 });
    const seeds = [{ ...keyOf(check), lastSlotMs: clock.now() - 1 }];
    send({ kind: "start", plan: { checks: [check], seeds, generation: 1 }, caps: defaultCaps });
    await until(() => results().length === 1);
    const [first] = results();
    send({
      kind: "confirm",
      confirmations: [{ key: { ...keyOf(check), slotMs: first?.slotMs ?? 0 }, confirming: true }],
    });
    await until(() => results().length === 2);
    send({ kind: "replace", plan: { checks: [{ ...check, options: { word: "bye" } }], seeds: [], generation: 2 } });
    await until(() => results().length === 3);
    send({ kind: "drain", withinMs: 1000 });
    await until(() => reports.at(-1)?.kind === "drained");

    expect(reports[0]).toEqual({ kind: "ready" });
    expect(results().map((result) => [result.trigger, result.memory])).toEqual([
      ["schedule", ["hello"]],
      ["retry", ["hello"]],
      ["schedule", ["bye"]],
    ]);
    expect(reports.at(-2)).toMatchObject({ kind: "batch", batch: { generation: 2 } });
  });

  it("lets no secret of a check's options into what a run says", async () => {
    const check = makeCheck("shop", {
      probe: "echo",
      options: { word: "t3nant-0f-ours", fails: true },
      secrets: ["t3nant-0f-ours"],
    });
    send({ kind: "start", plan: { checks: [check], seeds: [], generation: 1 }, caps: defaultCaps });
    await until(() => results().length === 1);

    expect(results()[0]?.headline?.detail).toBe("it says <secret>");
  });

  it("keeps arrivals of equal targets of two checks apart", async () => {
    const targets = [{ id: "t", address: "sender", display: "sender", labels: {} }];
    const arrival = { probe: "echo", targets, schedule: { kind: "arrival", graceMs: 0 } } as const;
    const [a, b] = [makeCheck("a", arrival), makeCheck("b", arrival)];
    send({ kind: "start", plan: { checks: [a, b], seeds: [], generation: 1 }, caps: defaultCaps });
    send({ kind: "arrived", key: keyOf(a), arrival: { atMs: clock.now(), signal: "success" } });
    send({ kind: "arrived", key: keyOf(b), arrival: { atMs: clock.now(), signal: "fail" } });
    await until(() => results().length === 2);

    expect(results().map((result) => [result.check, result.memory])).toEqual([
      ["a", ["hello", "success"]],
      ["b", ["hello", "fail"]],
    ]);
  });

  it("answers whether a run by hand has begun, and tells of options and kinds that do not fit", async () => {
    const [wrong, foreign] = [
      makeCheck("wrong", { probe: "echo", options: { words: 1 } }),
      makeCheck("foreign", { probe: "ftp" }),
    ];
    send({ kind: "start", plan: { checks: [wrong, foreign], seeds: [], generation: 1 }, caps: defaultCaps });
    send({ kind: "run_now", order: 1, key: keyOf(wrong) });
    send({ kind: "run_now", order: 2, key: keyOf(makeCheck("gone")) });
    send({ kind: "run_now", order: 3, key: keyOf(foreign) });
    await until(() => results().length >= 2);

    expect(reports.filter((report) => report.kind === "run_now")).toEqual([
      { kind: "run_now", order: 1, begun: true },
      { kind: "run_now", order: 2, begun: false },
      { kind: "run_now", order: 3, begun: true },
    ]);
    expect(results().every((result) => result.headline?.reason === "internal")).toBe(true);
  });

  describe("single probes", () => {
    const target = { id: "t", address: "a", display: "a", labels: {} };
    const job = (number: number, options: object = {}, timeoutMs = 0): SingleJob => [
      number,
      timeoutMs,
      JSON.stringify({ probe: "echo", options }),
      JSON.stringify(target),
    ];
    const told = () => reports.flatMap((report) => (report.kind === "ran_single" ? [report.outcomes] : []));
    /** Lets messages go on while time stands still. */
    const turns = async (holds: () => boolean, most = Number.POSITIVE_INFINITY): Promise<void> => {
      for (let made = 0; !holds() && made < most; made += 1) await new Promise((resolve) => setImmediate(resolve));
    };

    beforeEach(() => send({ kind: "start", plan: { checks: [], seeds: [], generation: 1 }, caps: defaultCaps }));

    it("are answered with their metrics as text, together, as soon as the last has ended", async () => {
      send({ kind: "run_single", jobs: [job(1), job(2), job(3, { words: 1 })] });
      await turns(() => told().length > 0);

      const [[first, , failed] = []] = told();
      const [number, verdict, , metrics, findings, notes] = first ?? [];
      expect([number, verdict, findings, notes]).toEqual([1, "up", [], []]);
      expect(metrics?.match(/^[a-z].*$/gm)).toEqual([
        expect.stringMatching(/^probe_duration_seconds /),
        "probe_success 1",
        "probe_timeout_seconds 0",
      ]);
      expect(failed?.[0]).toBe(3);
      expect(failed?.[4]).toMatchObject([{ is: "unknown", reason: "internal" }]);
    });

    it("do not wait for one that hangs", async () => {
      send({ kind: "run_single", jobs: [job(1, { hangs: true }, 30_000), job(2), job(3)] });
      await turns(() => told().length > 0, 50);
      expect(told()).toEqual([]);

      await clock.advance(5);
      await turns(() => told().length > 0);

      expect(told().map((outcomes) => outcomes.map(([number]) => number))).toEqual([[2, 3]]);
    });
  });
});
