import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Judgement } from "../../../core/alerting/rule-kind.ts";
import type { Series } from "../../../core/checks/series.ts";
import { rulesSchema } from "../rules-schema.ts";
import { compare } from "./compare.ts";

/** The value now, then the references. */
type Course = readonly (number | undefined)[];

const labels = { shop: "a" };
const drop = {
  metric: "orders",
  to: { weeks: 4 },
  change: { warning: "< -30%", critical: "< -50%" },
  min_baseline: 50,
};

function at(value: number | undefined): readonly Series[] {
  return value === undefined ? [] : [{ labels, points: [[0, value]] }];
}

function judge(
  options: object,
  now: number | undefined,
  past: readonly (number | undefined)[],
  isFiring = false,
): Judgement | undefined {
  const firing = () => (isFiring ? "warning" : undefined);
  return compare.bind(compare.options.parse({ ...drop, ...options })).judge([at(now), ...past.map(at)], firing, 0)[0];
}

describe("alerting/rules/compare", () => {
  it.each<readonly [string, object, Course, string]>([
    ["no change", {}, [100, 100, 100, 100, 100], "ok"],
    ["exactly the limit", {}, [70, 100], "ok"],
    ["a fall", {}, [69, 100], "warning"],
    ["a great fall", {}, [40, 100], "critical"],
    ["a fall to nothing", {}, [0, 100], "critical"],
    ["the median of what there is", {}, [69, 10, 100, undefined, 1000], "warning"],
    ["the mean of the middle two", { to: { weeks: 4, take: "median" } }, [100, 50, 90, 110, 5000], "ok"],
    ["the mean", { to: { weeks: 2, take: "avg" } }, [99, 100, 300], "critical"],
    ["the least", { to: { days: 2, take: "min" } }, [100, 100, 300], "ok"],
    ["the greatest", { to: { days: 2, take: "max" } }, [100, 100, 300], "critical"],
    ["a small reference", {}, [1, 49], "no_reference"],
    ["a reference of nothing", { min_baseline: 0 }, [1, 0], "no_reference"],
    ["no reference", {}, [1], "no_reference"],
    ["too few references", { to: { weeks: 4, at_least: 2 } }, [1, 100], "no_reference"],
    ["no reference, taken as well", { without_baseline: "resolve" }, [1], "low_volume"],
    ["nothing now", {}, [undefined, 100], "no_data"],
    ["nothing now, taken as 0", { missing_is_zero: true }, [undefined, 100], "critical"],
    ["a rise", { change: { warning: "> 200%" } }, [301, 100], "warning"],
    ["a rise below the limit", { change: { warning: "> 200%" } }, [300, 100], "ok"],
  ])("judges %s", (_what, options, [now, ...past], outcome) => {
    expect(judge(options, now, past)?.outcome).toBe(outcome);
  });

  it("tells the change, and what it was worked out from", () => {
    expect(judge({}, 58, [100])).toEqual({
      labels,
      outcome: "warning",
      value: -0.42,
      comparison: { measured: 58, usual: 100 },
    });
  });

  it("goes on until the change has come back", () => {
    const slow = { recover: "-10%" };

    expect(judge(slow, 85, [100])?.outcome).toBe("ok");
    expect(judge(slow, 85, [100], true)?.outcome).toBe("warning");
    expect(judge(slow, 90, [100], true)?.outcome).toBe("ok");
    expect(judge({ change: { info: "> 50%" }, recover: "20%" }, 130, [100], true)?.outcome).toBe("info");
  });

  it.each([
    [{ periods: 2 }, [0, 15, 30]],
    [{ days: 1 }, [0, 1440]],
    [{ weeks: 3 }, [0, 10_080, 20_160, 30_240]],
  ])("asks for %j: the same window so many minutes earlier", (to, minutes) => {
    const nowMs = Date.UTC(2026, 5, 1, 12, 0, 30);
    const asked = compare.bind(compare.options.parse({ ...drop, to })).needs(nowMs);

    const endMs = Date.UTC(2026, 5, 1, 12, 0);
    expect(asked.map(({ toMs, fromMs }) => [(endMs - toMs) / 60_000, toMs - fromMs])).toEqual(
      minutes.map((shift) => [shift, 900_000]),
    );
  });

  it("never divides by nothing, and fires only on a reference that is great enough", () => {
    const amount = fc.oneof(fc.double({ noNaN: true, min: -1e9, max: 1e9 }), fc.constantFrom(0, undefined));

    fc.assert(
      fc.property(amount, fc.array(amount, { maxLength: 4 }), fc.boolean(), (now, past, isFiring) => {
        const judged = judge({}, now, past, isFiring);
        if (judged?.value !== undefined) expect(Number.isFinite(judged.value)).toBe(true);
        const greatest = Math.max(0, ...past.map((one) => one ?? 0));
        if (greatest < 50) expect(["no_reference", "no_data", undefined]).toContain(judged?.outcome);
      }),
    );
  });

  it.each([
    [{ to: {} }, "name one of periods, days and weeks"],
    [{ to: { days: 1, weeks: 1 } }, "name one of periods, days and weeks"],
    [{ to: { weeks: 2, at_least: 3 } }, "only 2 to compare with"],
    [{ window: "2d" }, "longer than a day"],
    [{ change: { warning: "< -50%", critical: "< -30%" } }, "greater changes in the same direction"],
    [{ change: { warning: "< -50%", critical: "> 30%" } }, "greater changes in the same direction"],
    [{ change: { warning: "-30%" } }, "write a change as"],
    [{ change: { warning: "< 30%" } }, "a fall is between"],
    [{ change: { warning: "> -30%" } }, "a rise is more than"],
    [{ change: {} }, "at least one severity"],
    [{ recover: "-40%" }, "must not be beyond the mildest"],
  ])("refuses %j and says why", (options, words) => {
    const outcome = rulesSchema.safeParse({ r: { kind: "compare", ...drop, ...options } });

    expect(JSON.stringify(outcome.error?.issues)).toContain(words);
  });
});
