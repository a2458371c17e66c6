import { describe, expect, it } from "vitest";
import { AlertingWorld, alertingConfigOf, checkOf, downFinding } from "../../../test/support/worlds/alerting-world.ts";
import { checkout, crew, crewReceivers, minuteMs, sentSince } from "../../../test/support/worlds/escalation-world.ts";
import { emptyChange } from "../../core/store.ts";

const slow = checkOf("slow", { service: "shop", failureThreshold: 1, severity: "warning" });
const route = { ...crew.route, group_interval: "1m" };
const once = { policies: { p1: { steps: crew.policies.p1.steps } }, route };
const apart = { critical: { matchers: ["severity=critical"], group_by: ["check"] } };
const together = alertingConfigOf([checkout, slow], { ...crew, ...once }, crewReceivers);
const routed = { ...crew, ...once, route: { ...route, routes: apart } };

/** Both fail in one incident; after an edit of the routes what is critical fires again as an incident of its own. */
function apartWorld(): AlertingWorld {
  const world = new AlertingWorld(together);
  world.fail(slow);
  world.fail(checkout);
  world.advance(minuteMs);
  world.reload(alertingConfigOf([checkout, slow], routed, crewReceivers));
  world.run(checkout);
  world.run(checkout, downFinding);
  world.advance(minuteMs);
  return world;
}

describe("alerting/incidents/take-over", () => {
  it("rings for nobody for the warning that is left when another incident takes what was critical", () => {
    const world = apartWorld();
    const [first, second] = world.engine.snapshot().incidents;
    expect(second?.members).toHaveLength(1);
    const before = world.outbox.length;
    world.advance(30 * minuteMs);

    const ofFirst = world.outbox.slice(before).filter(({ notification }) => notification.incident === first?.id);
    expect(sentSince(ofFirst, world.nowMs - 30 * minuteMs)).toEqual([
      "+3 chat→a firing escalated",
      "+8 chat→b firing escalated",
    ]);
  });

  it("takes in what it lists already where an older version let it belong to a later incident, too", () => {
    const world = apartWorld();
    const [first, second] = world.engine.snapshot().incidents;
    if (first === undefined || second === undefined) throw new Error("two incidents are open");
    const { left: _none, ...listed } = first;
    world.apply({ ...emptyChange, incidents: [{ ...listed, members: [...first.members, ...second.members] }] });
    world.restart(together);
    world.run(checkout);
    world.run(checkout, downFinding);
    world.advance(minuteMs);

    const incidents = world.engine.snapshot().incidents;
    expect(incidents.find(({ id }) => id === second.id)).toBeUndefined();
  });
});
