import { describe, expect, it } from "vitest";
import type { Series, SeriesQuery } from "../../core/checks/series.ts";
import { RuleData } from "./rule-data.ts";

const minuteMs = 60_000;
const found: Series = { labels: { instance: "a" }, points: [] };
const asking = (rule: string, ...metrics: readonly string[]) => ({
  rule,
  queries: metrics.map((metric) => ({ metric }) as unknown as SeriesQuery),
});

describe("app/daemon/rule-data", () => {
  it("names rules that found nothing for a quarter of an hour, and not those that found one side of a share", () => {
    const data = new RuleData();
    for (const minute of [0, 14]) {
      data.note(asking("low", "ordres"), [[]], minute * minuteMs);
      data.note(asking("share", "failed", "all", "all"), [[], [], []], minute * minuteMs);
    }
    expect(data.blind(["low", "share", "new"], 14 * minuteMs)).toEqual([]);
    expect(data.blind(["low", "share", "new"], 15 * minuteMs)).toEqual([
      { rule: "low", metrics: ["ordres"] },
      { rule: "share", metrics: ["failed", "all"] },
    ]);
    // What nobody has failed at yet has no series.
    data.note(asking("share", "failed", "all", "all"), [[], [found], [found]], 16 * minuteMs);
    data.note(asking("share", "failed", "all", "all"), [[], [], []], 60 * minuteMs);

    expect(data.blind(["share"], 90 * minuteMs)).toEqual([]);
    expect(data.blind([], 90 * minuteMs)).toEqual([]);
  });

  it("waits anew for a rule that asks for another metric than before", () => {
    const data = new RuleData();
    data.note(asking("low", "ordres"), [[]], 0);
    data.note(asking("low", "orders"), [[]], 20 * minuteMs);

    expect(data.blind(["low"], 30 * minuteMs)).toEqual([]);
    expect(data.blind(["low"], 35 * minuteMs)).toEqual([{ rule: "low", metrics: ["orders"] }]);
  });
});
