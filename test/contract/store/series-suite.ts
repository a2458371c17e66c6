/* oxlint-disable max-lines-per-function -- a suite is a test file that several test files share */
import { describe, expect, it } from "vitest";
import type { Aggregate, SeriesPoint } from "../../../src/core/checks/series.ts";
import type { Store } from "../../../src/core/store.ts";
import type { FakeClock } from "../../support/fakes/fake-clock.ts";

type Setting = () => Readonly<{ store: Store; clock: FakeClock; reopen(): Promise<void> }>;
const minuteMs = 60_000;

/** How points become minutes and minutes become answers. */
export function describeSeries(setting: Setting): void {
  const startMs = (): number => setting().clock.now();
  const point = (atMs: number, value: number, over: Partial<SeriesPoint> = {}): SeriesPoint => ({
    series: "orders{shop=a}",
    metric: "orders",
    labels: { shop: "a" },
    kind: "gauge",
    atMs,
    value,
    ...over,
  });
  const ask = async (
    over: Partial<{ matchers: string[]; aggregate: Aggregate; stepMs: number; fromMs: number; toMs: number }>,
  ) => {
    const { store, clock } = setting();
    const query = {
      metric: "orders",
      matchers: [],
      fromMs: 0,
      toMs: clock.now(),
      stepMs: minuteMs,
      aggregate: "avg" as const,
    };
    return (await store.series([{ ...query, ...over }]))[0] ?? [];
  };

  describe("series", () => {
    it("shows a minute only when it has ended", async () => {
      const { store, clock } = setting();
      const baseMs = startMs();
      await store.appendSeries([point(baseMs, 1), point(baseMs + 1000, 3)]);
      await clock.advance(minuteMs - 1);
      expect(await ask({ toMs: baseMs + 10 * minuteMs })).toEqual([]);
      await clock.advance(1);

      expect(await ask({ fromMs: baseMs })).toEqual([{ labels: { shop: "a" }, points: [[baseMs, 2]] }]);
    });

    it.each<[Aggregate, number[]]>([
      ["avg", [2, 10]],
      ["min", [1, 10]],
      ["max", [3, 10]],
      ["sum", [6, 10]],
      ["last", [2, 10]],
      ["count", [3, 1]],
      ["increase", [0, 0]],
    ])("aggregates %s over steps", async (aggregate, wanted) => {
      const { store, clock } = setting();
      const baseMs = startMs();
      const values = [point(baseMs, 1), point(baseMs + minuteMs, 3), point(baseMs + minuteMs + 1, 2)];
      await store.appendSeries([...values, point(baseMs + 3 * minuteMs, 10)]);
      await clock.advance(4 * minuteMs);

      const [series] = await ask({ fromMs: baseMs + 59_999, stepMs: 2 * minuteMs, aggregate });
      expect(series?.points).toEqual([
        [baseMs, wanted[0]],
        [baseMs + 2 * minuteMs, wanted[1]],
      ]);
    });

    it("turns a counter into increases and takes a fall for a new beginning, also across opening again", async () => {
      const { store, clock, reopen } = setting();
      const baseMs = startMs();
      const counter = (minute: number, value: number): SeriesPoint =>
        point(baseMs + minute * minuteMs, value, { kind: "counter" });
      await store.appendSeries([counter(0, 100), counter(1, 130), counter(2, 5)]);
      await clock.advance(3 * minuteMs);
      await ask({});
      await reopen();
      await setting().store.appendSeries([counter(3, 12)]);
      await clock.advance(minuteMs);

      const [series] = await ask({ fromMs: baseMs, aggregate: "increase" });
      expect(series?.points.map(([, value]) => value)).toEqual([0, 30, 5, 7]);
    });

    it("selects by metric and matchers", async () => {
      const { store, clock } = setting();
      const baseMs = startMs();
      await store.appendSeries([
        point(baseMs, 1),
        point(baseMs, 2, { series: "2", labels: { shop: "b" } }),
        point(baseMs, 3, { series: "3", labels: {} }),
        point(baseMs, 4, { series: "4", metric: "other" }),
      ]);
      await clock.advance(minuteMs);
      const values = async (matchers: string[]) =>
        (await ask({ fromMs: baseMs, matchers })).map((series) => series.points[0]?.[1] ?? 0).sort((a, b) => a - b);

      expect(await values([])).toEqual([1, 2, 3]);
      expect(await values(['shop=~"a|b"'])).toEqual([1, 2]);
      expect(await values(['shop!="a"', 'shop!=""'])).toEqual([2]);
      expect(await values(['shop=""'])).toEqual([3]);
      await expect(values(["shop"])).rejects.toMatchObject({ code: "ERR_CONFIG_INVALID" });
    });

    it("adds a late point to its minute", async () => {
      const { store, clock } = setting();
      const baseMs = startMs();
      await store.appendSeries([point(baseMs, 1)]);
      await clock.advance(2 * minuteMs);
      await store.appendSeries([point(baseMs + 2 * minuteMs, 7)]);
      await store.appendSeries([point(baseMs + 30_000, 5)]);

      const [series] = await ask({ fromMs: baseMs });
      expect(series?.points).toEqual([[baseMs, 3]]);
    });

    it("keeps completed minutes over opening again and packing", async () => {
      const { store, clock, reopen } = setting();
      const baseMs = startMs();
      const wanted: [number, number][] = [];
      for (let minute = 0; minute < 130; minute += 1) {
        await store.appendSeries([point(clock.now(), minute * 1.5)]);
        wanted.push([baseMs + minute * minuteMs, minute * 1.5]);
        await clock.advance(minuteMs);
      }
      for (let turn = 0; turn < 100 && (await store.prune(clock.now(), 5)) === "more"; turn += 1);
      expect((await ask({ fromMs: baseMs }))[0]?.points).toEqual(wanted);
      await reopen();

      expect((await ask({ fromMs: baseMs }))[0]?.points).toEqual(wanted);
      expect((await setting().store.facts()).seriesCount).toBe(1);
    });
  });
}
