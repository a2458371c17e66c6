import { describe, expect, it } from "vitest";
import {
  AlertingWorld,
  alertingConfigOf,
  checkOf,
  downFinding,
  receiverOf,
  unknownFinding,
} from "../../../test/support/worlds/alerting-world.ts";

const shop = checkOf("shop", { failureThreshold: 1, blindAfterMs: 600_000 });
const minuteMs = 60_000;
const hourMs = 3_600_000;
const rules = { hot: { kind: "threshold", metric: "m", above: { warning: 1 }, for: "2m", keep_firing_for: "2m" } };
const config = alertingConfigOf([shop], {
  rules,
  route: { receiver: "ops", group_wait: "30s", repeat_interval: "3h" },
});
const hot = [{ labels: {}, points: [[0, 5]] as const }];

describe("alerting/pipeline clock", () => {
  it.each(["running", "restarted"])("speaks after group_wait although the clock was set back (%s)", (how) => {
    const world = new AlertingWorld(config);
    world.run(shop, downFinding);

    world.nowMs -= hourMs;
    if (how === "restarted") world.restart();
    world.apply(world.engine.flush(world.nowMs));
    world.advance(minuteMs);

    expect(world.told).toEqual(["ops: first notification 1/0"]);
  });

  it.each(["running", "restarted"])(
    "tells recovery and repeats in time although the clock was set back (%s)",
    (how) => {
      const world = new AlertingWorld(config);
      world.run(shop, downFinding);
      world.advance(minuteMs);

      world.nowMs -= 24 * hourMs;
      if (how === "restarted") world.restart();
      world.apply(world.engine.flush(world.nowMs));
      world.advance(3 * hourMs);
      world.run(shop);
      world.advance(10 * minuteMs);

      expect(world.told).toEqual([
        "ops: first notification 1/0",
        "ops: repeat interval elapsed 1/0",
        "ops: all alerts resolved 0/1",
      ]);
    },
  );

  it.each(["running", "restarted"])("becomes blind in time although the clock was set back (%s)", (how) => {
    const world = new AlertingWorld(config);
    world.run(shop, unknownFinding);

    world.nowMs -= hourMs;
    if (how === "restarted") world.restart();
    world.apply(world.engine.flush(world.nowMs));
    world.advance(11 * minuteMs);

    expect(world.outbox[0]?.notification.alerts[0]?.labels["alertname"]).toBe("CheckBlind");
  });

  it.each([
    ["running", hourMs],
    ["restarted", hourMs],
    ["running", 5 * minuteMs],
    ["restarted", 5 * minuteMs],
  ])("stays blind although the clock was set back (%s, %d ms)", (how, backMs) => {
    const world = new AlertingWorld(config);
    world.run(shop, unknownFinding);
    world.advance(12 * minuteMs);

    world.nowMs -= backMs;
    if (how === "restarted") world.restart();
    world.run(shop, unknownFinding);
    world.advance(minuteMs);

    expect(world.told).toEqual(["ops: first notification 1/0"]);
    expect(world.engine.snapshot().alerts).toMatchObject([
      { status: "firing", labels: { alertname: "CheckBlind" }, startsAtMs: Date.UTC(2026, 10, 23, 2, 10, 0, 1) },
    ]);
  });

  it("counts for and keep_firing_for from the step when the clock was set back", () => {
    const world = new AlertingWorld(config);
    world.judge("hot", hot);
    world.nowMs -= hourMs;
    expect(world.engine.dueQueries(world.nowMs)).toHaveLength(1);

    world.nowMs += 2 * minuteMs;
    world.judge("hot", hot);
    expect(world.engine.snapshot().ruleStates).toMatchObject([{ status: "firing" }]);
    world.judge("hot", [{ labels: {}, points: [[0, 0]] }]);
    world.nowMs -= hourMs;
    world.judge("hot", [{ labels: {}, points: [[0, 0]] }]);
    world.nowMs += 2 * minuteMs;
    world.judge("hot", [{ labels: {}, points: [[0, 0]] }]);

    expect(world.engine.snapshot().ruleStates).toEqual([]);
  });

  it("notices at a start after a quiet hour that the clock was set back by less", () => {
    const world = new AlertingWorld(config);
    world.run(shop, downFinding);
    world.advance(hourMs);
    world.run(shop, downFinding);
    const receivers = { ops: receiverOf(true), dba: receiverOf(true) };
    world.reload(alertingConfigOf([shop], { route: { receiver: "dba", group_wait: "30s" } }, receivers));

    world.nowMs -= hourMs / 2;
    world.restart();
    world.advance(minuteMs);

    expect(world.told).toEqual(["ops: first notification 1/0", "dba: first notification 1/0"]);
  });

  it("takes a little disorder for what it is", () => {
    const world = new AlertingWorld(config);
    world.run(shop, downFinding);
    const before = world.engine.snapshot().groups;

    world.apply(world.engine.onRuleInputs("hot", [hot], world.nowMs - 5000));

    expect(world.engine.snapshot().groups).toEqual(before);
  });

  it("dates an outage that begins anew by the clock of now, though the end of the one before was not told yet", () => {
    const world = new AlertingWorld(config);
    world.run(shop, downFinding);
    world.advance(minuteMs);
    world.run(shop);

    world.nowMs -= hourMs;
    world.run(shop, downFinding);
    world.advance(10 * minuteMs);

    const [alert] = world.engine.snapshot().alerts;
    expect(alert).toMatchObject({ status: "firing", startsAtMs: world.nowMs - 10 * minuteMs });
    expect(world.told).toEqual(["ops: first notification 1/0", "ops: fired again 1/0"]);
  });
});
