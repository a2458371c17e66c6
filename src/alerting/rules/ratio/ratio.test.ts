import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FiringSeverity, Judgement } from "../../../core/alerting/rule-kind.ts";
import type { Series } from "../../../core/checks/series.ts";
import type { Labels } from "../../../core/labels.ts";
import { rulesSchema } from "../rules-schema.ts";
import { ratio } from "./ratio.ts";

const disk = { of: "avail", to: "size", below: { warning: "10%", critical: "3%" } };
const errors = { of: "failed", to: "all", aggregate: "increase", above: { warning: "2%" } };

function at(value: number, labels: Labels = { host: "a" }): Series {
  return { labels, points: [[0, value]] };
}

function judge(
  options: object,
  of: readonly Series[],
  to: readonly Series[],
  firing: FiringSeverity = () => undefined,
): readonly Judgement[] {
  return ratio.bind(ratio.options.parse(options)).judge([of, to], firing, 0);
}

function outcomes(...asked: Parameters<typeof judge>): readonly string[] {
  return judge(...asked).map(({ outcome }) => outcome);
}

describe("alerting/rules/ratio", () => {
  it.each([
    [disk, 50, "ok"],
    [disk, 10, "ok"],
    [disk, 9, "warning"],
    [disk, 2, "critical"],
    [{ ...disk, below: undefined, above: { warning: "90%" }, complement: true }, 9, "warning"],
    [{ ...disk, below: undefined, above: { warning: "90%" }, complement: true }, 11, "ok"],
  ])("judges %j with %j of 100 as %s", (options, value, outcome) => {
    expect(outcomes(options, [at(value)], [at(100)])).toEqual([outcome]);
  });

  it("lets what fires go on until it has come back", () => {
    const firing: FiringSeverity = ({ host }) => (host === "a" ? "warning" : undefined);
    const recovering = { ...disk, recover: "15%" };

    expect(outcomes(recovering, [at(14)], [at(100)], firing)).toEqual(["warning"]);
    expect(outcomes(recovering, [at(14)], [at(100)])).toEqual(["ok"]);
    expect(outcomes(recovering, [at(15)], [at(100)], firing)).toEqual(["ok"]);
  });

  it("joins series whose labels are equal, in whatever order", () => {
    const judged = judge(
      disk,
      [at(1, { host: "b", mount: "/" }), at(50, { mount: "/", host: "a" })],
      [at(100, { host: "a", mount: "/" }), at(100, { mount: "/", host: "b" }), at(100, { host: "c", mount: "/" })],
    );

    expect(judged.map(({ labels, outcome }) => [labels["host"], outcome])).toEqual([
      ["a", "ok"],
      ["b", "critical"],
    ]);
  });

  it.each([{ without: ["cpu", "mode"] }, { on: ["host"] }])("sums both sides %j", (join) => {
    const busy = { of: "idle", to: "time", above: { info: "90%" }, complement: true, ...join };

    const judged = judge(
      busy,
      [at(1, { host: "a", cpu: "0", mode: "idle" }), at(0, { host: "a", cpu: "1", mode: "idle" })],
      [
        at(1, { host: "a", cpu: "0", mode: "idle" }),
        at(9, { host: "a", cpu: "0", mode: "user" }),
        at(0, { host: "a", cpu: "1", mode: "idle" }),
        at(10, { host: "a", cpu: "1", mode: "user" }),
      ],
    );

    expect(judged).toEqual([{ labels: { host: "a" }, value: 0.95, outcome: "info" }]);
  });

  it("divides by the number of series where that is asked", () => {
    const load = { of: "load1", to: "cpu", to_combine: "count", without: ["cpu"], above: { warning: 2 } };

    expect(judge(load, [at(5)], [at(9, { host: "a", cpu: "0" }), at(9, { host: "a", cpu: "1" })])).toEqual([
      { labels: { host: "a" }, value: 2.5, outcome: "warning" },
    ]);
  });

  it.each([
    [{ ...errors, min_volume: 50 }, 49, "low_volume"],
    [{ ...errors, min_volume: 50 }, 50, "warning"],
    [errors, 0, "low_volume"],
  ])("judges %j with %j below the line as %s", (options, volume, outcome) => {
    expect(outcomes(options, [at(10)], [at(volume)])).toEqual([outcome]);
  });

  it("takes a counter without a series as nothing counted, and a gauge without one as not measured", () => {
    expect(judge(errors, [], [at(100)])).toEqual([{ labels: { host: "a" }, value: 0, outcome: "ok" }]);
    expect(judge(disk, [], [at(100)])).toEqual([]);
    expect(judge(errors, [at(3)], [])).toEqual([]);
  });

  it.each([
    [disk, { unit: "percent" }],
    [{ of: "used_bytes", to: "size_bytes", above: { warning: "90%" } }, { unit: "percent" }],
    [{ of: "wait_seconds_sum", to: "wait_seconds_count", above: { warning: 0.5 } }, { unit: "seconds" }],
    [{ of: "load1", to: "cpu_seconds_total", to_combine: "count", above: { warning: 2 } }, {}],
    [{ of: "queued", to: "workers", above: { warning: 20 } }, {}],
  ])("has people read the values of %j as %j", (options, form) => {
    expect(ratio.bind(ratio.options.parse(options)).form).toEqual(form);
  });

  it("asks both metrics over the same completed minutes", () => {
    const asked = ratio
      .bind(ratio.options.parse({ ...errors, matchers: ["a=b"], of_matchers: ["c=d"], window: "1m" }))
      .needs(Date.UTC(2026, 0, 1, 10, 7, 20));

    const window = { fromMs: Date.UTC(2026, 0, 1, 10, 6), toMs: Date.UTC(2026, 0, 1, 10, 7), stepMs: 60_000 };
    expect(asked).toEqual([
      { metric: "failed", matchers: ["a=b", "c=d"], aggregate: "increase", ...window },
      { metric: "all", matchers: ["a=b"], aggregate: "increase", ...window },
    ]);
  });

  it("never gives a value that is no number, and no alert without volume", () => {
    const value = fc.oneof(fc.double(), fc.constantFrom(0, -0, Number.NaN, Number.POSITIVE_INFINITY));

    fc.assert(
      fc.property(value, value, fc.integer({ min: 0, max: 5 }), fc.boolean(), (of, to, volume, complement) => {
        const options = { ...errors, complement, min_volume: volume };
        for (const judgement of judge(options, [at(of)], [at(to)])) {
          expect(judgement.value).not.toBeNaN();
          if (!(to > 0) || to < volume) expect(judgement.outcome).toBe("low_volume");
        }
      }),
    );
  });

  it("keeps in an override what that does not set", () => {
    const rule = {
      kind: "ratio",
      ...errors,
      min_volume: 50,
      overrides: { a: { matchers: ["a=b"], above: { info: 1 } } },
    };

    const parsed = rulesSchema.parse({ r: rule });

    expect(parsed["r"]?.overrides["a"]).toEqual({ matchers: ["a=b"], off: false, above: { info: 1 } });
  });

  it.each([
    [{ ...disk, below: undefined }, "needs above or below"],
    [{ ...disk, on: ["a"], without: ["b"] }, "not by both"],
    [{ ...disk, on: ["no label"] }, "name of a label"],
    [{ ...disk, recover: "5%" }, "must not be below the mildest"],
    [{ ...disk, below: { warning: "lots" } }, "percentage"],
    [{ ...disk, min_volume: -1 }, "min_volume"],
  ])("refuses %j and says why", (options, words) => {
    const outcome = rulesSchema.safeParse({ r: { kind: "ratio", ...options } });

    expect(JSON.stringify(outcome.error?.issues)).toContain(words);
  });
});
