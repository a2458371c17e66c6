import { describe, expect, it } from "vitest";
import { titleOfLast } from "../../../test/support/last-title.ts";
import { AlertingWorld, alertingConfigOf } from "../../../test/support/worlds/alerting-world.ts";

const minuteMs = 60_000;

type Config = Parameters<AlertingWorld["reload"]>[0];

describe("alerting/pipeline reload of a rule whose limit is raised while it fires", () => {
  const hot = { kind: "threshold", metric: "temperature", above: { warning: 50 }, title: "Room" };
  const judge = (world: AlertingWorld, value: number): void => {
    world.judge("hot", [{ labels: { instance: "a" }, points: [[world.nowMs, value]] }]);
    world.advance(minuteMs);
  };
  const configOf = (changes: object) => alertingConfigOf([], { rules: { hot: { ...hot, ...changes } } });

  it.each([
    ["a reload", (world: AlertingWorld, next: Config) => world.reload(next), {}],
    ["a restart", (world: AlertingWorld, next: Config) => world.restart(next), {}],
    [
      "a reload, though it keeps firing for a while",
      (world: AlertingWorld, next: Config) => world.reload(next),
      { keep_firing_for: "3m" },
    ],
    ["a reload, k of n", (world: AlertingWorld, next: Config) => world.reload(next), { k_of_n: { k: 2, n: 3 } }],
  ])("does not call it recovered: the configuration changed, after %s", (_, change, more) => {
    const world = new AlertingWorld(configOf(more));
    for (let minute = 0; minute < 3; minute += 1) judge(world, 60);
    change(world, configOf({ ...more, above: { warning: 70 } }));
    for (let minute = 0; minute < 10; minute += 1) judge(world, 60);
    world.advance(10 * minuteMs);

    expect(titleOfLast(world)).toMatch(/^Closed: Room/);
    expect(world.decisions.map(({ because }) => because)).toContain(
      "resolved: its rule was edited, and by that it does not hold",
    );
  });

  it.each<[string, object, number]>([
    ["only words of it change", { title: "Server room", summary: "{value} degrees" }, 60],
    ["it holds by the new limit, too, and recovers later", { above: { warning: 55 } }, 60],
    ["it had begun to recover before", { above: { warning: 70 }, keep_firing_for: "5m" }, 40],
  ])("calls it recovered where %s", (_, changes, before) => {
    const world = new AlertingWorld(configOf({ ...changes, above: hot.above, title: hot.title }));
    judge(world, 60);
    judge(world, before);
    world.reload(configOf(changes));
    judge(world, before);
    for (let minute = 0; minute < 6; minute += 1) judge(world, 40);
    world.advance(10 * minuteMs);

    expect(titleOfLast(world)).toMatch(/^Resolved: (?:Server r|R)oom/);
  });
});

describe("alerting/pipeline rules without data", () => {
  it("does not call an alert recovered whose series gives no data any more", () => {
    const rules = { hot: { kind: "threshold", metric: "temperature", above: { warning: 50 }, on_nodata: "resolve" } };
    const world = new AlertingWorld(alertingConfigOf([], { rules }));
    world.judge("hot", [{ labels: { instance: "a" }, points: [[world.nowMs, 60]] }]);
    world.advance(minuteMs);

    world.judge("hot", []);
    world.advance(10 * minuteMs);

    expect(titleOfLast(world)).toBe("No data: hot (after 1 min)");
  });
});
