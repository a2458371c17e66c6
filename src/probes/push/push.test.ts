import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FakeInbox, probeContext, probeIo } from "../../../test/support/worlds/probe-harness.ts";
import type { Observation } from "../../core/checks/result.ts";
import type { Json } from "../../core/json.ts";
import type { Arrival } from "../../core/ports/inbox.ts";
import { push } from "./push.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const two = Date.UTC(2026, 10, 23, 2, 0, 0);

/** A push check whose runs follow each other and hand their memory on. */
class Sender {
  readonly inbox = new FakeInbox();
  readonly #probe;
  #memory: Json | undefined;

  constructor(options: object = {}) {
    this.#probe = push.open(options, probeIo({ inbox: this.inbox }));
  }

  async arrives(atMs: number, signal: Arrival["signal"], more: Partial<Arrival> = {}): Promise<Observation> {
    this.inbox.put({ atMs, signal, ...more });
    return this.run(atMs);
  }

  async values(body: Json, atMs = two): Promise<Observation> {
    return this.arrives(atMs, "values", { body });
  }

  async graceEnds(expectedMs: number, graceMs: number): Promise<Observation> {
    return this.run(expectedMs + graceMs, { atMs: expectedMs, graceMs });
  }

  async run(startedAtMs: number, expected?: Readonly<{ atMs: number; graceMs: number }>): Promise<Observation> {
    const context = probeContext({
      startedAtMs,
      memory: this.#memory,
      ...(expected === undefined ? {} : { expected }),
    });
    const observation = await this.#probe.run(context);
    this.#memory = structuredClone(observation.memory);
    return observation;
  }
}

function valuesOf(observation: Observation): Readonly<Record<string, number>> {
  return Object.fromEntries(
    observation.samples.map((sample) => [[sample.metric, ...Object.values(sample.labels)].join(" "), sample.value]),
  );
}

describe("probes/push", () => {
  it("is unknown until something arrives, and up once it did", async () => {
    const sender = new Sender();

    expect((await sender.run(two)).findings).toMatchObject([{ is: "unknown", reason: "late" }]);
    expect((await sender.arrives(two, "success")).findings).toEqual([]);
    expect((await sender.run(two + hourMs)).findings).toEqual([]);
  });

  it("measures the time between start and success and keeps the exit code", async () => {
    const sender = new Sender();
    await sender.arrives(two, "start");

    const observation = await sender.arrives(two + 90_000, "success", { exitCode: 0 });

    expect(observation.findings).toEqual([]);
    expect(valuesOf(observation)).toEqual({
      push_last_arrival_timestamp_seconds: two / 1000 + 90,
      push_last_success_timestamp_seconds: two / 1000 + 90,
      push_run_duration_seconds: 90,
      push_last_exit_code: 0,
    });
  });

  it("forgets the run time and exit code of the job before", async () => {
    const sender = new Sender();
    await sender.arrives(two, "start");
    await sender.arrives(two + 1000, "fail", { exitCode: 3 });

    const observation = await sender.arrives(two + hourMs, "success");

    expect(Object.keys(valuesOf(observation))).toEqual([
      "push_last_arrival_timestamp_seconds",
      "push_last_success_timestamp_seconds",
    ]);
  });

  it.each([
    ["fail", {}, "the job reported failure at 2026-11-23T02:00:00Z"],
    ["fail", { exitCode: 3 }, "the job reported failure with exit code 3 at 2026-11-23T02:00:00Z"],
    ["success", { exitCode: 137 }, "the job reported failure with exit code 137 at 2026-11-23T02:00:00Z"],
  ] as const)("is down after %s %j, also in later runs, until a success", async (signal, more, detail) => {
    const sender = new Sender();

    const observation = await sender.arrives(two, signal, more);

    expect(observation.findings).toEqual([{ is: "down", reason: "status", detail }]);
    await sender.values({ business_orders: 1 });
    expect((await sender.run(two + hourMs)).findings).toEqual([{ is: "down", reason: "status", detail }]);
    expect((await sender.arrives(two + hourMs, "success")).findings).toEqual([]);
  });

  it("is late when nothing arrived by the expected time and its grace, until something arrives", async () => {
    const sender = new Sender();
    await sender.arrives(two - 24 * hourMs + 40 * minuteMs, "success");

    const late = await sender.graceEnds(two, 3 * hourMs);

    const detail = "expected by 2026-11-23T02:00:00Z + 3h grace, last heard 2026-11-22T02:40:00Z";
    expect(late.findings).toEqual([{ is: "down", reason: "late", detail }]);
    expect((await sender.run(two + 4 * hourMs)).findings).toMatchObject([{ reason: "late" }]);
    expect((await sender.arrives(two + 5 * hourMs, "success")).findings).toEqual([]);
    expect((await sender.run(two + 6 * hourMs)).findings).toEqual([]);
  });

  it("says so when a sender was never heard, and when a job began and has not ended", async () => {
    const sender = new Sender();

    expect((await sender.graceEnds(two, hourMs)).findings).toMatchObject([
      { is: "down", reason: "late", detail: "expected by 2026-11-23T02:00:00Z + 1h grace, never heard" },
    ]);
    expect((await sender.arrives(two + 2 * hourMs, "start")).findings).toMatchObject([
      { detail: "expected by 2026-11-23T02:00:00Z, started 2026-11-23T04:00:00Z and has not finished" },
    ]);
  });

  it("is not late at the end of a grace when the arrival came meanwhile", async () => {
    const sender = new Sender();
    await sender.arrives(two, "success");
    sender.inbox.put({ atMs: two + 6 * minuteMs, signal: "success" });

    expect((await sender.graceEnds(two + 5 * minuteMs, 2 * minuteMs)).findings).toEqual([]);
  });

  it("stays up through a day of arrivals in time and finds the one that is missing", async () => {
    const sender = new Sender();
    for (let at = 0; at < 24; at += 1) {
      expect((await sender.arrives(two + at * hourMs, "success")).findings).toEqual([]);
    }

    expect((await sender.graceEnds(two + 24 * hourMs, 5 * minuteMs)).findings).toMatchObject([{ reason: "late" }]);
  });

  it("takes values as an object and as a list with labels, the newest of each series", async () => {
    const sender = new Sender();
    sender.inbox.put({ atMs: two, signal: "values", body: { business_orders: 7, business_refunds_total: 2 } });

    const observation = await sender.values([
      { name: "business_orders", value: 12 },
      { name: "business_orders", value: 3.5, labels: { region: "华东" } },
    ]);

    expect(observation.findings).toEqual([]);
    expect(valuesOf(observation)).toMatchObject({
      business_orders: 12,
      "business_orders 华东": 3.5,
      business_refunds_total: 2,
    });
    expect(observation.samples).toHaveLength(4);
  });

  it("declares the metrics that the options name with their type and help", () => {
    const declared = push.metricsOf({ values: { business_orders_total: { type: "counter", help: "Orders." } } });

    expect(declared.find((metric) => metric.name === "business_orders_total")).toMatchObject({
      type: "counter",
      help: "Orders.",
    });
    expect(declared.map((metric) => metric.name)).toContain("push_run_duration_seconds");
  });

  const bodies: readonly (readonly [string, Json | undefined, string])[] = [
    ["nothing", undefined, "the body must be JSON"],
    ["a text", "12", "the body must be JSON"],
    ["an empty object", {}, "holds no value"],
    ["a foreign name", { up: 1 }, '"up" does not begin with "business_"'],
    ["a bad name", { "business orders": 1 }, "is no metric name"],
    ["a text value", { business_orders: "12" }, "is no finite number"],
    ["an infinite value", { business_orders: Number.POSITIVE_INFINITY }, "is no finite number"],
    ["a nested value", { business_orders: { a: [[[[1]]]] } }, "is no finite number"],
    ["a list of numbers", [1, 2], "an entry has no name"],
    ["a reserved label", [{ name: "business_a", value: 1, labels: { instance: "x" } }], "cannot be used"],
    ["a prototype label", JSON.parse('[{"name":"business_a","value":1,"labels":{"__proto__":"x"}}]'), "cannot be used"],
    ["a long label", [{ name: "business_a", value: 1, labels: { a: "x".repeat(201) } }], "at most 200 characters"],
    ["a number label", [{ name: "business_a", value: 1, labels: { a: 1 } }], "is no text"],
    ["a broken text", [{ name: "business_a", value: 1, labels: { a: "\ud800" } }], "is no text"],
    [
      "many labels",
      [{ name: "business_a", value: 1, labels: Object.fromEntries("abcdefghijk".split("").map((name) => [name, ""])) }],
      "more than 10 labels",
    ],
  ];
  it.each(bodies)("is unknown(parse) after %s, and that is no sign of life", async (_, body, detail) => {
    const sender = new Sender();
    sender.inbox.put({ atMs: two, signal: "values", ...(body === undefined ? {} : { body }) });

    const observation = await sender.run(two);

    expect(observation.findings[0]).toMatchObject({
      is: "unknown",
      reason: "parse",
      detail: expect.stringContaining(detail),
    });
    expect(observation.samples).toEqual([]);
    expect((await sender.graceEnds(two - minuteMs, minuteMs)).findings).toMatchObject([{ reason: "late" }]);
  });

  it("takes the good values beside bad ones and tells the bad ones as a flaw", async () => {
    const observation = await new Sender().values({
      business_orders: 1,
      "<script>": 2,
      business_b: "x",
      up: 3,
      down: 4,
    });

    expect(valuesOf(observation)).toMatchObject({ business_orders: 1 });
    expect(observation.findings).toMatchObject([
      {
        is: "flaw",
        severity: "warning",
        reason: "json",
        detail: expect.stringContaining('4 of 5 values were refused: "<script>"'),
      },
    ]);
  });

  it("keeps to the budgets of samples and of series", async () => {
    const many = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`business_v${index}`, index]));
    const observation = await new Sender().values(many);
    expect(observation.samples).toHaveLength(201);
    expect(observation.findings).toMatchObject([{ reason: "json", detail: expect.stringContaining("100 of 300") }]);

    const sender = new Sender({ max_series: 2 });
    await sender.values([{ name: "business_a", value: 1, labels: { order: "1" } }]);
    await sender.values([{ name: "business_a", value: 1, labels: { order: "2" } }]);
    const third = [{ name: "business_a", value: 1, labels: { order: "3" } }];
    expect((await sender.values(third)).findings).toMatchObject([
      { is: "unknown", detail: expect.stringContaining("label sets") },
    ]);
    expect((await sender.values({ business_a: 2 })).findings).toMatchObject([{ is: "unknown" }]);
    expect((await sender.values(third, two + 25 * hourMs)).findings).toEqual([]);
  });

  it("refuses what is not declared, and negative counters, when the options say so", async () => {
    const sender = new Sender({ undeclared: "refuse", values: { business_a_total: { type: "counter" } } });

    expect((await sender.values({ business_b: 1, business_a_total: 5 })).findings).toMatchObject([
      { detail: expect.stringContaining('"business_b" is not declared in values') },
    ]);
    expect((await sender.values({ business_a_total: -1 })).findings).toMatchObject([
      { reason: "parse", detail: expect.stringContaining("negative") },
    ]);
  });

  it("never throws and keeps its memory small and itself readable, whatever arrives", async () => {
    const arrival = fc.record({
      atMs: fc.integer({ min: two, max: two + hourMs }),
      signal: fc.constantFrom("start", "success", "fail", "values"),
      exitCode: fc.integer(),
      body: fc.oneof(
        fc.jsonValue(),
        fc.array(fc.record({ name: fc.constant("business_a"), value: fc.jsonValue(), labels: fc.jsonValue() })),
      ),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(arrival, { maxLength: 5 }), fc.jsonValue(), async (arrivals, memory) => {
        const inbox = new FakeInbox();
        inbox.put(...(arrivals as Arrival[]));
        const context = probeContext({ startedAtMs: two, memory: memory as Json });
        const observation = await push.open({}, probeIo({ inbox })).run(context);
        expect(JSON.stringify(observation.memory).length).toBeLessThan(4096);
        expect(observation.findings.length + observation.samples.length).toBeGreaterThan(0);
      }),
      { numRuns: 200 },
    );
  });

  it("takes a memory that is not its own as none", async () => {
    const context = probeContext({ startedAtMs: two, memory: { heardMs: 1e300, failed: "yes" } });

    const observation = await push.open({}, probeIo({ inbox: new FakeInbox() })).run(context);

    expect(observation.findings).toMatchObject([{ is: "unknown", reason: "late" }]);
  });

  it.each([
    [{ prefix: "node_" }, "belong to other metrics"],
    [{ prefix: "1x" }, "a prefix is letters"],
    [{ prefix: "shop_", values: { orders: {} } }, '"orders" does not begin with the prefix "shop_"'],
    [{ max_samples: 201 }, "Too big"],
  ])("refuses the options %j", (options, message) => {
    expect(push.options.safeParse(options).error?.issues[0]?.message).toContain(message);
  });
});
