import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { AlertingWorld, alertingConfigOf, checkOf } from "../../../test/support/worlds/alerting-world.ts";
import type { Series } from "../../core/checks/series.ts";
import { ruleKinds } from "./index.ts";
import { ruleEnvelopeKeys, rulesSchemaOf } from "./rules-schema.ts";

const minuteMs = 60_000;
const hot = { kind: "threshold", metric: "temperature", above: { warning: 50, critical: 80 } };

function worldWith(rule: object): AlertingWorld {
  return new AlertingWorld(alertingConfigOf([checkOf("shop")], { rules: { hot: { ...hot, ...rule } } }));
}

function at(value: number, labels: Record<string, string> = { instance: "a" }): Series {
  return { labels, points: [[0, value]] };
}

/** Judges the rule once a minute on nothing at all. */
function judgeWithout(world: AlertingWorld, minutes: number): void {
  for (let minute = 0; minute < minutes; minute += 1) {
    world.judge("hot", []);
    world.advance(minuteMs);
  }
}

function firing(world: AlertingWorld): (Record<string, string> | undefined)[] {
  return world.engine
    .snapshot()
    .alerts.filter((alert) => alert.status === "firing")
    .map((alert) => alert.labels);
}

describe("alerting/rules", () => {
  it("has one folder per kind and no other", () => {
    const folders = readdirSync(import.meta.dirname, { withFileTypes: true }).filter((entry) => entry.isDirectory());

    expect(folders.map((folder) => folder.name).sort()).toEqual(ruleKinds.map((kind) => kind.kind).sort());
  });

  it("has no kind whose options hide a key of every rule", () => {
    const hidden = ruleKinds.flatMap((kind) =>
      Object.keys(kind.options.shape).filter((key) => ruleEnvelopeKeys.includes(key)),
    );

    expect(hidden).toEqual([]);
    expect(rulesSchemaOf([]).safeParse({ a: { kind: "threshold" } }).success).toBe(false);
  });

  it("labels the alert with rule, tier, env and service, keeps the series' own and never the location", () => {
    const world = worldWith({ service: "shop", tier: "os", labels: { room: "r1" }, title: "Heat" });

    world.judge("hot", [at(60, { instance: "a", rack: "7", location: "default" })]);

    expect(firing(world)).toEqual([
      {
        alertname: "hot",
        severity: "warning",
        tier: "os",
        env: "production",
        service: "shop",
        room: "r1",
        instance: "a",
        rack: "7",
      },
    ]);
    expect(world.engine.snapshot().alerts[0]?.annotations).toMatchObject({
      title: "Heat",
      summary: "Heat: a",
      service_title: "Shop",
      runbook: "http://wiki/shop",
    });
  });

  it("takes tier, env and service from the series where the rule says nothing", () => {
    const world = worldWith({});

    world.judge("hot", [at(60, { tier: "business", env: "staging", service: "pay" }), at(60, {})]);

    expect(firing(world)).toMatchObject([
      { tier: "business", env: "staging", service: "pay" },
      { tier: "application", env: "production" },
    ]);
    expect(world.engine.snapshot().alerts[1]?.annotations["summary"]).toBe("hot");
  });

  it("fills the summary in", () => {
    const world = worldWith({ summary: "{instance} has {value} degrees {unknown}" });

    world.judge("hot", [at(61.23456)]);

    expect(world.engine.snapshot().alerts[0]?.annotations["summary"]).toBe("a has 61.23 degrees {unknown}");
  });

  it("says nothing of a value or a label that a series without data has not", () => {
    const world = worldWith({ summary: "{instance} has {value} degrees", on_nodata: "alert", title: "Heat" });

    judgeWithout(world, 8);
    expect(world.engine.snapshot().alerts[0]?.annotations["summary"]).toBe("Heat");
    world.judge("hot", [at(1)]);
    judgeWithout(world, 3);

    expect(world.engine.snapshot().alerts.at(-1)?.annotations["summary"]).toBe("Heat: a");
  });

  it.each([
    [{ unit: "degrees" }, 61.23456, { what: "61.23 degrees", measured: "61.23 degrees" }],
    [{ metric: "heat_ratio" }, 51, { what: "5100 %", measured: "5100 %" }],
    [{}, 61.23456, { what: undefined, measured: "61.23" }],
  ])("says with %j the value %j with its unit", (rule, value, said) => {
    const world = worldWith(rule);

    world.judge("hot", [at(value)]);

    const { what, measured } = world.engine.snapshot().alerts[0]?.annotations ?? {};
    expect({ what, measured }).toEqual(said);
  });

  it("makes one alert of series that become the same, and the worst counts", () => {
    const world = worldWith({ by: ["instance"] });

    world.judge("hot", [
      at(60, { instance: "a", rack: "1" }),
      at(90, { instance: "a", rack: "2" }),
      at(1, { instance: "a", rack: "3" }),
    ]);

    expect(firing(world)).toMatchObject([{ instance: "a", severity: "critical" }]);
    expect(firing(world)[0]).not.toHaveProperty("rack");
  });

  it("finds what fires by the labels that a kind judges, also where it has summed the series", () => {
    const share = { kind: "ratio", of: "used", to: "all", on: ["rack"], above: { warning: "90%" }, recover: "80%" };
    const world = new AlertingWorld(alertingConfigOf([], { rules: { share } }));
    const judge = (used: number): void => {
      const inputs = [[at(used, { rack: "7", instance: "a" })], [at(100, { rack: "7", instance: "b" })]];
      world.apply(world.engine.onRuleInputs("share", inputs, world.nowMs));
    };

    judge(95);
    judge(85);
    expect(firing(world)).toMatchObject([{ alertname: "share", rack: "7" }]);
    judge(80);

    expect(firing(world)).toEqual([]);
  });

  it("writes a state only when it has changed", () => {
    const written: number[] = [];
    const config = alertingConfigOf([checkOf("shop")], { rules: { hot: { ...hot, on_nodata: "alert" } } });
    const world = new AlertingWorld(config, ({ ruleStates }) => written.push(ruleStates.length));
    // The start writes something of its own.
    written.splice(0);

    for (const value of [1, 2, 60, 60, 61, 1, 2]) world.judge("hot", [at(value)]);

    expect(written).toEqual([1, 0, 1, 0, 1, 1, 0]);
  });

  it("hands the kind what fires, so that recover holds over a restart", () => {
    const world = worldWith({ recover: 40 });
    world.judge("hot", [at(60)]);

    world.restart();
    world.judge("hot", [at(45)]);
    expect(firing(world)).toHaveLength(1);
    world.judge("hot", [at(40)]);

    expect(firing(world)).toEqual([]);
  });

  it("keeps the identity of the alert when its data goes away", () => {
    const world = worldWith({ on_nodata: "alert" });
    world.judge("hot", [at(1)]);

    world.restart();
    const sinceMs = world.nowMs;
    judgeWithout(world, 2);
    expect(firing(world)).toEqual([]);
    judgeWithout(world, 1);
    expect(firing(world)).toMatchObject([{ alertname: "hot", instance: "a", severity: "warning" }]);
    expect(world.engine.snapshot().alerts[0]?.annotations["what"]).toBe("no data");
    expect(world.decisions.filter(({ stage }) => stage === "state").map(({ because }) => because)).toEqual([
      `fired: rule hot has no data since ${new Date(sinceMs).toISOString()}`,
    ]);
    world.judge("hot", [at(1)]);

    expect(firing(world)).toEqual([]);
  });

  it("forgets what it expected when the rule no longer alerts on missing data", () => {
    const world = worldWith({ on_nodata: "alert" });
    world.judge("hot", [at(1)]);
    expect(world.loaded().ruleStates).toMatchObject([{ status: "inactive", expected: true }]);

    world.restart(worldWith({ on_nodata: "keep" }).config);

    expect(world.engine.snapshot().ruleStates).toEqual([]);
    expect(world.loaded().ruleStates).toEqual([]);
  });

  it("alerts about a rule that never found anything, until it does", () => {
    const world = worldWith({ on_nodata: "alert" });

    judgeWithout(world, 7);
    expect(firing(world)).toEqual([]);
    judgeWithout(world, 1);
    expect(firing(world)).toEqual([{ alertname: "hot", severity: "warning", tier: "application", env: "production" }]);
    world.judge("hot", [at(1)]);

    expect(firing(world)).toEqual([]);
    judgeWithout(world, 3);
    expect(firing(world)).toMatchObject([{ instance: "a" }]);
  });

  it("does not take the time in which it did not run for time without first data", () => {
    const world = worldWith({ on_nodata: "alert" });
    judgeWithout(world, 2);

    world.nowMs += 60 * minuteMs;
    world.restart();
    judgeWithout(world, 7);
    expect(firing(world)).toEqual([]);
    judgeWithout(world, 1);

    expect(firing(world)).toHaveLength(1);
  });

  it("forgets the label sets of checks that are removed", () => {
    const world = worldWith({});
    world.judge("hot", [at(60, { check: "shop" }), at(60, { check: "other" }), at(60, {})]);

    world.restart();

    expect(firing(world).map((labels) => labels?.["check"])).toEqual(["shop", undefined]);
  });

  it("is due once per interval, five seconds after its beginning, with what it asks", () => {
    const world = worldWith({ interval: "1m" });
    const startMs = world.nowMs;
    const settledMs = startMs + 5000;

    expect(world.engine.nextRuleMs(startMs)).toBe(startMs);
    expect(world.engine.dueQueries(startMs)).toMatchObject([{ rule: "hot", queries: [{ metric: "temperature" }] }]);
    expect(world.engine.nextRuleMs(startMs)).toBe(settledMs);
    expect(world.engine.dueQueries(settledMs - 1)).toEqual([]);
    expect(world.engine.dueQueries(settledMs)).toHaveLength(1);
    expect(world.engine.dueQueries(settledMs + 59_999)).toEqual([]);
    expect(world.engine.dueQueries(settledMs + minuteMs)).toHaveLength(1);
    expect(new AlertingWorld(alertingConfigOf([])).engine.nextRuleMs(0)).toBeUndefined();
  });

  it("stays due until it is judged", () => {
    const world = worldWith({ interval: "1m" });
    world.engine.dueQueries(world.nowMs);

    expect(world.engine.nextRuleMs(world.nowMs + 10 * minuteMs)).toBe(world.nowMs + 5000);
  });

  it("writes nothing while nothing fires, and a value only while it may be told", () => {
    const world = worldWith({});

    const quiet = world.engine.onRuleInputs("hot", [[at(1)]], world.nowMs);
    const fired = world.engine.onRuleInputs("hot", [[at(60)]], world.nowMs);
    const same = world.engine.onRuleInputs("hot", [[at(60)]], world.nowMs);
    const moved = world.engine.onRuleInputs("hot", [[at(61)]], world.nowMs);

    expect([quiet, fired, same, moved].map((change) => change.ruleStates.length)).toEqual([0, 1, 0, 1]);
    expect(moved.alerts).toEqual([]);
  });

  it("tells the newest value at a repeat", () => {
    const world = worldWith({});
    world.judge("hot", [at(60)]);
    world.advance(minuteMs);

    world.judge("hot", [at(66)]);
    world.advance(300 * minuteMs);

    expect(world.outbox.map((row) => row.notification.alerts[0]?.value)).toEqual([60, 66]);
  });
});
