import { describe, expect, it } from "vitest";
import { z } from "zod";
import { checkOf, resultOf } from "../../../test/support/samples/sample-checks.ts";
import type { Metric } from "../../core/checks/metric.ts";
import { defineProbe } from "../../core/checks/probe.ts";
import type { SeriesQuery } from "../../core/checks/series.ts";
import { HistoryPoints } from "./history-points.ts";

const metric = (name: string, type: Metric["type"], history: boolean): Metric => ({
  name,
  type,
  help: "x",
  labels: [],
  history,
});

const kind = defineProbe({
  kind: "sample",
  title: "Sample",
  tier: "os",
  trigger: "schedule",
  defaults: { intervalMs: 1000, timeoutMs: 1000, failureThreshold: 1 },
  address: z.string(),
  display: (address) => address,
  hostOf: () => undefined,
  options: z.strictObject({}),
  metrics: [metric("kept", "gauge", true), metric("left_out", "gauge", false), metric("grows", "untyped", false)],
  create: () => ({ run: async () => ({ findings: [], samples: [] }), close: async () => {} }),
});

const query = (name: string, aggregate: SeriesQuery["aggregate"]): SeriesQuery => ({
  metric: name,
  matchers: [],
  fromMs: 0,
  toMs: 60_000,
  stepMs: 60_000,
  aggregate,
});
const check = checkOf({ id: "shop", probe: "sample", service: "web", labels: { team: "a" } });
const samples = ["kept", "left_out", "grows", "foreign_total"].map((name) => ({
  metric: name,
  labels: { cpu: "0" },
  value: 1,
}));

function pointsFor(queries: readonly SeriesQuery[], verdict: "up" | "down" | "unknown" = "up") {
  const history = new HistoryPoints([kind]);
  history.setChecks([check], queries);
  return history.of(resultOf(check, { samples, verdict }));
}

describe("app/daemon/history-points", () => {
  it("keeps success, duration and what is declared with history", () => {
    expect(pointsFor([]).map((point) => point.metric)).toEqual(["probe_success", "probe_duration_seconds", "kept"]);
  });

  it("keeps what a rule names, as a counter where its increase is asked for or its name says so", () => {
    const points = pointsFor([query("grows", "increase"), query("foreign_total", "sum"), query("left_out", "avg")]);

    expect(Object.fromEntries(points.map((point) => [point.metric, point.kind]))).toMatchObject({
      left_out: "gauge",
      grows: "counter",
      foreign_total: "counter",
    });
  });

  it("believes a foreign source's type before a name, and keeps what a check wants kept", () => {
    const history = new HistoryPoints([kind]);
    history.setChecks([check], [query("grows_too", "avg"), query("said_nothing", "avg")]);
    const foreign = [
      { metric: "grows_too", labels: {}, value: 1, type: "counter" as const },
      { metric: "said_nothing", labels: {}, value: 1 },
      { metric: "for_charts", labels: {}, value: 1, isKept: true as const },
      { metric: "strange_total", labels: {}, value: 1, type: "gauge" as const, isKept: true as const },
      { metric: "unwanted", labels: {}, value: 1, type: "gauge" as const },
    ];

    const points = history.of(resultOf(check, { samples: foreign }));

    expect(points.slice(2).map((point) => [point.metric, point.kind])).toEqual([
      ["grows_too", "counter"],
      ["said_nothing", "gauge"],
      ["for_charts", "gauge"],
      ["strange_total", "gauge"],
    ]);
  });

  it("names the subject in the labels, so that a sample's own label cannot pose as it", () => {
    const point = pointsFor([]).at(-1);

    expect(point?.labels).toEqual({
      cpu: "0",
      team: "a",
      check: "shop",
      tier: "application",
      instance: "http://shop.test/",
      env: "test",
      location: "default",
      service: "web",
    });
  });

  it("keeps nothing of a run that measured nothing", () => {
    expect(pointsFor([], "unknown")).toEqual([]);
  });

  it("knows nothing of a check that left", () => {
    const history = new HistoryPoints([kind]);

    expect(history.of(resultOf(check))).toEqual([]);
  });

  it("keeps series apart that differ in a label which the check has too", () => {
    const history = new HistoryPoints([kind]);
    const own = checkOf({ id: "shop", probe: "sample", service: "web", labels: { team: "a" } });
    history.setChecks([own], []);
    const read = [{ team: "x" }, { team: "y" }, { service: "inner" }, { instance: "x", exported_instance: "y" }, {}];
    const points = history.of(
      resultOf(own, { verdict: "up", samples: read.map((labels) => ({ metric: "kept", labels, value: 1 })) }),
    );
    const kept = points.filter(({ metric: name }) => name === "kept");

    expect(new Set(kept.map(({ series }) => series)).size).toBe(read.length);
    expect(kept.map(({ labels }) => [labels["team"], labels["service"], labels["exported_service"]])).toEqual([
      ["x", "web", undefined],
      ["y", "web", undefined],
      ["a", "web", "inner"],
      ["a", "web", undefined],
      ["a", "web", undefined],
    ]);
    expect(kept[3]?.labels).toMatchObject({ exported_instance: "y", exported_exported_instance: "x" });
  });

  it("keeps targets apart that are called the same", () => {
    const history = new HistoryPoints([kind]);
    const [target] = check.targets;
    const twins = ["aaaaaaaa11", "bbbbbbbb22"].map((id) => ({
      address: id,
      display: "http://a/",
      labels: {},
      ...target,
      id,
    }));
    const own = { ...check, targets: twins };
    history.setChecks([own], []);
    const seriesOf = (id: string) => history.of({ ...resultOf(own, { verdict: "up" }), target: id })[0];

    expect(seriesOf("aaaaaaaa11")?.series).not.toBe(seriesOf("bbbbbbbb22")?.series);
    expect(seriesOf("aaaaaaaa11")?.labels["instance"]).toMatch(/#aaaaaaaa$/);
  });
});
