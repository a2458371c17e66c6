import { describe, expect, it } from "vitest";
import {
  AlertingWorld,
  alertingConfigOf,
  checkOf,
  downFinding,
  unknownFinding,
} from "../../../../test/support/worlds/alerting-world.ts";
import type { Finding } from "../../../core/checks/finding.ts";
import type { Series } from "../../../core/checks/series.ts";
import { rulesSchema } from "../rules-schema.ts";

const minuteMs = 60_000;
const silent = { kind: "absence", metric: "node_load1", severity: "critical", never_seen: "ignore" };

function worldWith(rule: object = {}): AlertingWorld {
  return new AlertingWorld(alertingConfigOf([checkOf("shop")], { rules: { silent: { ...silent, ...rule } } }));
}

function from(...hosts: readonly string[]): readonly Series[] {
  return hosts.map((host) => ({ labels: { instance: host }, points: [[0, 5]] }));
}

function judgeFor(world: AlertingWorld, minutes: number, series: readonly Series[]): void {
  for (let minute = 0; minute < minutes; minute += 1) {
    world.judge("silent", series);
    world.advance(minuteMs);
  }
}

function firing(world: AlertingWorld): readonly string[] {
  return world.engine
    .snapshot()
    .alerts.filter((alert) => alert.status === "firing")
    .map(({ labels }) => `${labels["instance"] ?? "any"} ${labels["severity"]}`)
    .sort();
}

describe("alerting/rules/absence", () => {
  it("fires for a series that was there, after five minutes, and ends when it comes back", () => {
    const world = worldWith();
    judgeFor(world, 2, from("a", "b"));

    judgeFor(world, 5, from("b"));
    expect(firing(world)).toEqual([]);
    judgeFor(world, 1, from("b"));
    expect(firing(world)).toEqual(["a critical"]);
    judgeFor(world, 1, from("a", "b"));

    expect(firing(world)).toEqual([]);
  });

  it("remembers over a restart what has to come, and does not take the restart for silence", () => {
    const world = worldWith();
    judgeFor(world, 2, from("a"));

    world.nowMs += 60 * minuteMs;
    world.restart();
    judgeFor(world, 2, []);
    expect(firing(world)).toEqual([]);
    judgeFor(world, 1, from("a"));
    judgeFor(world, 6, []);

    expect(firing(world)).toEqual(["a critical"]);
  });

  it("forgets after long enough what does not come back", () => {
    const world = worldWith({ forget_after: "1h" });
    judgeFor(world, 2, from("a"));

    judgeFor(world, 60, []);
    expect(firing(world)).toEqual(["a critical"]);
    judgeFor(world, 2, []);

    expect(firing(world)).toEqual([]);
    expect(world.engine.snapshot().ruleStates).toEqual([]);
    judgeFor(world, 20, []);
    expect(firing(world)).toEqual([]);
  });

  it.each<[string, string, readonly Finding[] | undefined, readonly string[]]>([
    ["fires", "the check finds the target down", [downFinding], ["m1 critical", "m1 warning"]],
    ["does not fire", "the check cannot measure (P4)", [unknownFinding], []],
    ["does not fire", "the check does not run (P4)", undefined, []],
  ])("%s while %s", (_what, _why, findings, wanted) => {
    const check = checkOf("m1", { tier: "os", severity: "warning", blindAfterMs: 3_600_000 });
    const world = new AlertingWorld(alertingConfigOf([check], { rules: { silent } }));
    const series = { labels: { check: "m1", instance: "m1" }, points: [[0, 1] as const] };
    const [target] = check.targets;
    if (target !== undefined) Object.assign(target, { display: "m1" });
    world.run(check);
    world.judge("silent", [series]);

    for (let minute = 0; minute < 30; minute += 1) {
      if (findings !== undefined) world.run(check, ...findings);
      world.judge("silent", []);
      world.advance(minuteMs);
    }

    expect(firing(world)).toEqual(wanted);
  });

  it("says nothing about what never was, unless asked", () => {
    const quiet = worldWith();
    const strict = worldWith({ never_seen: "alert" });

    judgeFor(quiet, 10, []);
    judgeFor(strict, 10, []);

    expect(firing(quiet)).toEqual([]);
    expect(firing(strict)).toEqual(["any critical"]);
  });

  it("leaves out what an override switches off, also what it knew about it", () => {
    const world = worldWith();
    judgeFor(world, 2, from("a", "b"));

    world.reload(worldWith({ overrides: { old: { matchers: ["instance=a"], off: true } } }).config);
    judgeFor(world, 1, from("a", "b"));
    judgeFor(world, 10, []);

    expect(firing(world)).toEqual(["b critical"]);
  });

  it.each([
    [{ on_nodata: "keep" }, "on_nodata"],
    [{ window: "10s" }, "out of range"],
    [{ overrides: { a: { matchers: ["a=b"] } } }, "off: true"],
  ])("refuses %j and says why", (options, words) => {
    const outcome = rulesSchema.safeParse({ r: { ...silent, ...options } });

    expect(JSON.stringify(outcome.error?.issues)).toContain(words);
  });
});
