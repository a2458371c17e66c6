import { describe, expect, it } from "vitest";
import type { Severity } from "../../../core/severity.ts";
import { rulesSchema } from "../rules-schema.ts";
import { threshold } from "./threshold.ts";

function ruleOf(options: object) {
  return threshold.bind(threshold.options.parse({ metric: "m", ...options }));
}

function judge(options: object, value: number | undefined, firing?: Severity): string | undefined {
  const labels = { host: "h" };
  const points = value === undefined ? [] : [[0, value] as const];
  const known = () => firing;
  return ruleOf(options).judge([[{ labels, points }]], known, 0)[0]?.outcome;
}

describe("alerting/rules/threshold", () => {
  it.each([
    [{ metric: "free_bytes" }, { unit: "bytes" }],
    [{ metric: "used", above: { warning: "90%", critical: "99%" } }, { unit: "percent" }],
    [{ metric: "free", below: { warning: "2GiB" } }, { unit: "bytes" }],
    [{ metric: "age", above: { warning: "5m", critical: 900 } }, {}],
    [{ metric: "paged", aggregate: "increase", window: "10m" }, { perMs: 600_000 }],
    [
      { metric: "wait_seconds_total", aggregate: "increase", per: "1s" },
      { unit: "seconds", perMs: 1000 },
    ],
    [{ metric: "runs_seconds", aggregate: "count" }, { perMs: 300_000 }],
    [
      { metric: "ends", read_as: "time_until" },
      { unit: "seconds", isAhead: true },
    ],
  ])("has people read the values of %j as %j", (options, form) => {
    expect(ruleOf({ above: { warning: 1 }, ...options }).form).toEqual(form);
  });

  it.each<[object, number | undefined, Severity | undefined, string]>([
    [{ above: { warning: 5, critical: 9 } }, 5, undefined, "ok"],
    [{ above: { warning: 5, critical: 9 } }, 5.1, undefined, "warning"],
    [{ above: { warning: 5, critical: 9 } }, 9.1, undefined, "critical"],
    [{ below: { warning: "10%", critical: "3%" } }, 0.1, undefined, "ok"],
    [{ below: { warning: "10%", critical: "3%" } }, 0.05, undefined, "warning"],
    [{ below: { warning: "10%", critical: "3%" } }, 0.02, undefined, "critical"],
    [{ above: { info: 5 }, below: { critical: 1 } }, 0, undefined, "critical"],
    [{ above: { warning: 5 }, recover: 3 }, 4, undefined, "ok"],
    [{ above: { warning: 5 }, recover: 3 }, 4, "warning", "warning"],
    [{ above: { warning: 5, critical: 9 }, recover: 3 }, 4, "critical", "warning"],
    [{ above: { critical: 9 }, recover: 3 }, 3, "critical", "ok"],
    [{ below: { warning: 5 }, recover: 8 }, 7, "warning", "warning"],
    [{ below: { warning: 5 }, recover: 8 }, 8, "warning", "ok"],
    [{ above: { warning: 5 } }, undefined, "warning", "no_data"],
    [{ above: { warning: 5 } }, Number.NaN, undefined, "no_data"],
  ])("judges %j at %j (firing: %j) as %s", (options, value, firing, outcome) => {
    expect(judge(options, value, firing)).toBe(outcome);
  });

  it.each([
    [{ aggregate: "increase", per: "1s", above: { warning: 10 } }, 3000, 10, "ok"],
    [{ aggregate: "increase", per: "1s", above: { warning: 10 } }, 3300, 11, "warning"],
    [{ aggregate: "sum", window: "10m", per: "1m", above: { warning: 10 } }, 110, 11, "warning"],
    [{ read_as: "time_until", below: { warning: "2m" } }, 1130, 130, "ok"],
    [{ read_as: "time_until", below: { warning: "2m" } }, 1119, 119, "warning"],
    [{ read_as: "time_since", below: { info: "10m" } }, 500, 500, "info"],
    [{ above: { warning: "1KiB" } }, 1025, 1025, "warning"],
  ])("reads with %j %j as %j: %s", (options, measured, value, outcome) => {
    const judged = ruleOf(options).judge([[{ labels: {}, points: [[0, measured]] }]], () => undefined, 1_000_000);

    expect(judged).toEqual([{ labels: {}, value, outcome }]);
  });

  it("asks for one value per series over whole completed minutes", () => {
    const nowMs = Date.UTC(2026, 0, 1, 10, 7, 20);

    const queries = ruleOf({ matchers: ["host=h"], window: "90s", aggregate: "max", above: { warning: 1 } }).needs(
      nowMs,
    );

    expect(queries).toEqual([
      {
        metric: "m",
        matchers: ["host=h"],
        fromMs: Date.UTC(2026, 0, 1, 10, 5),
        toMs: Date.UTC(2026, 0, 1, 10, 7),
        stepMs: 120_000,
        aggregate: "max",
      },
    ]);
    expect(ruleOf({ above: { warning: 1 } }).needs(Date.UTC(2026, 0, 1, 10, 7, 4))[0]?.toMs).toBe(
      Date.UTC(2026, 0, 1, 10, 6),
    );
  });

  it.each([
    [{ above: { warning: 1 }, per: "1s" }, "per goes with sum"],
    [{ above: {} }, "at least one severity"],
    [{}, "needs above or below"],
    [{ above: { warning: 5, critical: 5 } }, "greater thresholds"],
    [{ below: { warning: 5, critical: 6 } }, "smaller thresholds"],
    [{ above: { warning: 5 }, recover: 6 }, "must not be above the mildest threshold 5"],
    [{ below: { warning: 5 }, recover: 4 }, "must not be below the mildest threshold 5"],
    [{ above: { warning: 5 }, below: { warning: 1 }, recover: 4 }, "write two rules"],
    [{ above: { warning: "lots" } }, "percentage"],
    [{ above: { warning: 5 }, window: "30s" }, "out of range"],
    [{ above: { warning: 5 }, matchers: ["a"] }, "matchers"],
    [{ above: { warning: 5 }, k_of_n: { k: 3, n: 2 } }, "must not be greater"],
    [{ above: { warning: 5 }, labels: { severity: "x" } }, "set by Watchfire"],
    [{ above: { warning: 5 }, severity: "critical" }, "severity"],
    [{ above: { warning: 5 }, kind: "magic" }, "kind"],
  ])("refuses %j and says why", (options, words) => {
    const outcome = rulesSchema.safeParse({ hot: { kind: "threshold", metric: "m", ...options } });

    expect(outcome.success).toBe(false);
    expect(JSON.stringify(outcome.error?.issues)).toContain(words);
  });
});
