import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Judgement } from "../../../core/alerting/rule-kind.ts";
import type { Series } from "../../../core/checks/series.ts";
import { rulesSchema } from "../rules-schema.ts";
import { predict } from "./predict.ts";
import { secondsUntil, slope } from "./trend.ts";

const hourMs = 3_600_000;
const stepMs = 600_000;
const labels = { host: "a", mount: "/" };
const full = { metric: "avail", within: { warning: "24h", critical: "4h" } };

/** A course of 36 points over six hours, by the hours since its beginning. */
function course(valueAt: (hours: number) => number): Series["points"] {
  return Array.from({ length: 36 }, (_, index) => [index * stepMs, valueAt((index * stepMs) / hourMs)] as const);
}

function judge(options: object, points: Series["points"], whole?: number, isFiring = false): Judgement | undefined {
  const firing = () => (isFiring ? "warning" : undefined);
  const wholes = whole === undefined ? [] : [{ labels: { mount: "/", host: "a" }, points: [[0, whole] as const] }];
  return predict.bind(predict.options.parse(options)).judge([[{ labels, points }], wholes], firing, 0)[0];
}

describe("alerting/rules/predict", () => {
  it.each<[string, Series["points"], string]>([
    ["falls fast enough to be empty in 3 h", course((hours) => 100 - hours * (100 / 9)), "critical"],
    ["falls fast enough to be empty in 10 h", course((hours) => 100 - hours * (100 / 16)), "warning"],
    ["falls so slowly that it takes days", course((hours) => 100 - hours), "ok"],
    ["does not move", course(() => 100), "ok"],
    ["rises", course((hours) => hours), "ok"],
    ["fell, and has not for three hours", course((hours) => 100 - 20 * Math.min(hours, 2.9)), "ok"],
    ["is at the value already", course((hours) => 6 - hours - 1 / 6), "critical"],
  ])("judges what %s", (_what, points, outcome) => {
    expect(judge(full, points)?.outcome).toBe(outcome);
  });

  it("says in how many seconds it is there", () => {
    const judged = judge(
      full,
      course((hours) => 100 - 10 * hours),
    );

    expect(judged?.value).toBeCloseTo(((100 - 10 * (35 / 6)) / 10) * 3600, 0);
  });

  it("goes on until there is clearly more time left", () => {
    const points = course((hours) => 100 - hours * (100 / (6 + 26)));

    expect(judge(full, points)?.outcome).toBe("ok");
    expect(judge(full, points, undefined, true)?.outcome).toBe("warning");
    expect(judge({ ...full, recover: "24h" }, points, undefined, true)?.outcome).toBe("ok");
    expect(
      judge(
        full,
        course(() => 100),
        undefined,
        true,
      )?.outcome,
    ).toBe("ok");
  });

  it.each([
    [1000, "critical"],
    [60, "ok"],
    [undefined, "no_reference"],
    [0, "no_reference"],
  ])("looks at the share of the whole: of %j it is %s", (whole, outcome) => {
    const shared = { ...full, share_of: "size", share_below: { warning: "40%", critical: "20%" } };

    expect(
      judge(
        shared,
        course((hours) => 100 - hours * (100 / 9)),
        whole,
      )?.outcome,
    ).toBe(outcome);
  });

  it.each([
    ["few points", course((hours) => 100 - hours).slice(0, 3)],
    ["a short past", course((hours) => 100 - hours * 15).slice(-17)],
  ])("does not guess from %s", (_what, points) => {
    expect(judge(full, points)?.outcome).toBe("no_reference");
  });

  it("asks for 36 points of whole minutes, however long the window", () => {
    const needs = (options: object) =>
      predict.bind(predict.options.parse({ ...full, ...options })).needs(hourMs * 1000);

    expect(needs({})[0]).toMatchObject({ stepMs, aggregate: "avg" });
    expect(needs({ window: "3d" })[0]).toMatchObject({ stepMs: 2 * hourMs });
    expect(needs({ window: "10m" })[0]).toMatchObject({ stepMs: 60_000 });
    expect(needs({ share_of: "size", share_below: { warning: 1 } })).toHaveLength(2);
  });

  it("finds a straight line whatever its slope and place", () => {
    const number = fc.double({ min: -1e6, max: 1e6, noNaN: true });

    fc.assert(
      fc.property(number, number, (start, perHour) => {
        const points = course((hours) => start + perHour * hours);
        const tolerance = 1e-6 * (1 + Math.abs(start) + Math.abs(perHour));
        expect(Math.abs(slope(points) * 3600 - perHour)).toBeLessThan(tolerance);
      }),
    );
  });

  it("never gives a time that is no number or lies in the past", () => {
    const value = fc.double({ min: -1e12, max: 1e12, noNaN: true });
    const points = fc
      .array(value, { maxLength: 40 })
      .map((values) => values.map((one, at) => [at * stepMs, one] as const));

    fc.assert(
      fc.property(points, value, (past, reaches) => {
        const seconds = secondsUntil(past, reaches, 6 * hourMs);
        if (seconds !== undefined) expect(seconds).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it.each([
    [{ within: { warning: "1h", critical: "4h" } }, "shorter times"],
    [{ recover: "1h" }, "must not be shorter"],
    [{ share_below: { warning: "40%" } }, "needs share_of"],
    [{ share_of: "size" }, "no effect without"],
    [{ within: {} }, "at least one severity"],
    [{ within: { warning: "a day" } }, "no duration"],
  ])("refuses %j and says why", (options, words) => {
    const outcome = rulesSchema.safeParse({ r: { kind: "predict", ...full, ...options } });

    expect(JSON.stringify(outcome.error?.issues)).toContain(words);
  });
});
