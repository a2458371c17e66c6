import { describe, expect, it } from "vitest";
import { ZodError } from "zod";
import type { Finding } from "../../../src/core/checks/finding.ts";
import { type Metric, undeclaredMetric } from "../../../src/core/checks/metric.ts";
import { phaseNames } from "../../../src/core/checks/phases.ts";
import type { ProbeIo, ProbeKind } from "../../../src/core/checks/probe.ts";
import { reasons } from "../../../src/core/checks/reasons.ts";
import type { Observation } from "../../../src/core/checks/result.ts";
import { fingerprint } from "../../../src/core/labels.ts";
import { probeContext } from "../../support/worlds/probe-harness.ts";

/** One way to run a probe for real; `pending` is one that does not end by itself, so that abort has something to end. */
export type ProbeCase = Readonly<{
  name: string;
  address: string;
  options: Readonly<Record<string, unknown>>;
  pending?: boolean;
}>;

/** What a kind brings to the suite. */
export type Given = Readonly<{
  /** Opens the ports for one case. */
  io(): ProbeIo;
  cases(): readonly ProbeCase[];
}>;

const mostMemoryBytes = 4096;
const hostileTexts = [
  "",
  " ",
  "\u0000",
  "..",
  "-",
  "a".repeat(100_000),
  "http://[",
  "javascript:alert(1)",
  "\ud800",
  "é".repeat(300),
  "%",
  "https://user:pass@h/?q=1",
];
const hostileOptions: readonly unknown[] = [
  null,
  1,
  "x",
  [],
  { __proto__: null },
  { unknown_option: 1 },
  JSON.parse('{"__proto__":{"a":1}}'),
  new Map(),
];

/** What every probe must keep, whatever it observes. */
export function probeSuite(kind: ProbeKind, given: Given): void {
  describe(`contract of probe ${kind.kind}`, () => {
    it("refuses or takes any address and any options without another error than ZodError", () => {
      for (const text of hostileTexts) expectOnlyZodError(() => kind.locate(text));
      for (const options of hostileOptions) expectOnlyZodError(() => kind.open(options, given.io()));
      expect(kind.options.safeParse({ unknown_option: 1 }).success).toBe(false);
    });

    it("locates an address the same way twice, and its display holds neither userinfo nor query", () => {
      for (const { address } of given.cases()) {
        expect(kind.locate(address)).toEqual(kind.locate(address));
        expect(kind.locate(address).display).not.toMatch(/[@?]/);
      }
    });

    it("declares metrics with help, valid names and no label that the daemon sets", () => {
      for (const { name, help, labels } of kind.metricsOf({})) {
        expect(name).toMatch(/^[a-zA-Z_:][a-zA-Z0-9_:]*$/);
        expect(help).not.toBe("");
        for (const label of labels)
          expect(["check", "tier", "instance", "env", "location", "service"]).not.toContain(label);
      }
    });

    it("keeps to what it declares, to the reasons table and to small memory in every case", async () => {
      for (const { address, options, pending } of given.cases()) {
        if (pending === true) continue;
        const probe = kind.open(options, given.io());
        const context = probeContext({ address });
        expectFits(kind, options, await probe.run(context));
        for (const phase of context.phases) expect(phaseNames).toContain(phase);
        await probe.close();
      }
    });

    it("ends without an error when the signal has aborted before, or aborts while it runs", async () => {
      for (const { address, options } of given.cases()) {
        const probe = kind.open(options, given.io());
        expectFits(kind, options, await probe.run(probeContext({ address, signal: AbortSignal.abort() })));
        const cancel = new AbortController();
        const running = probe.run(probeContext({ address, signal: cancel.signal }));
        await new Promise((resolve) => setImmediate(resolve));
        cancel.abort();
        expectFits(kind, options, await running);
        await probe.close();
      }
    });

    it("survives a memory that is not its own", async () => {
      for (const memory of [null, 1, "x", [], { a: { b: [] } }]) {
        const [first] = given.cases();
        if (first === undefined || first.pending === true) continue;
        const probe = kind.open(first.options, given.io());
        expectFits(kind, first.options, await probe.run(probeContext({ address: first.address, memory })));
        await probe.close();
      }
    });
  });
}

function expectOnlyZodError(action: () => unknown): void {
  try {
    action();
  } catch (error) {
    expect(error).toBeInstanceOf(ZodError);
  }
}

function expectFits(kind: ProbeKind, options: unknown, observation: Observation): void {
  const declared = new Map(kind.metricsOf(options).map((metric) => [metric.name, metric]));
  const series = new Set<string>();
  for (const sample of observation.samples) {
    const metric: Metric | undefined =
      declared.get(sample.metric) ?? (kind.metrics === "dynamic" ? undeclaredMetric(sample) : undefined);
    expect([sample.metric, metric === undefined]).toEqual([sample.metric, false]);
    // Labels of pushed values are the sender's; a declared metric without labels takes any.
    if (kind.metrics !== "dynamic")
      expect(Object.keys(sample.labels).sort()).toEqual([...(metric?.labels ?? [])].sort());
    expect([sample.metric, Number.isFinite(sample.value)]).toEqual([sample.metric, true]);
    series.add(`${sample.metric} ${fingerprint(sample.labels)}`);
  }
  expect(series.size).toBe(observation.samples.length);
  for (const finding of observation.findings) expectAllowed(finding);
  expect(JSON.stringify(observation.memory ?? null).length).toBeLessThanOrEqual(mostMemoryBytes);
  expect(() => structuredClone(observation)).not.toThrow();
}

function expectAllowed(finding: Finding): void {
  const allowed = reasons[finding.reason];
  expect([finding.reason, allowed === "any" || allowed === finding.is]).toEqual([finding.reason, true]);
  expect(finding.detail).not.toBe("");
}
