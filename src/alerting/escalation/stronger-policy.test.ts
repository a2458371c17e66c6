import { describe, expect, it } from "vitest";
import type { AlertingWorld } from "../../../test/support/worlds/alerting-world.ts";
import { checkOf, type RawSections, slowFinding } from "../../../test/support/worlds/alerting-world.ts";
import { checkout, crew, crewWorld, minuteMs, sentSince } from "../../../test/support/worlds/escalation-world.ts";

const slowly = checkOf("slowly", { service: "shop", failureThreshold: 1 });

function timelineOf(world: AlertingWorld): readonly string[] {
  return world.loaded().incidents[0]?.timeline.map(({ kind, detail }) => `${kind}: ${detail}`) ?? [];
}

describe("alerting/escalation, when something stronger joins", () => {
  it("begins anew with the stronger policy of an alert that joins, and not with a weaker one", () => {
    const pay = checkOf("pay", { service: "pay", failureThreshold: 1 });
    const policies = { calm: { steps: [{ at: "0m", notify: ["mail"] }] }, ...crew.policies };
    const sections: RawSections = {
      policies,
      service_policies: { shop: "calm", pay: "p1" },
      route: { receiver: "chat", group_wait: "0s", group_interval: "1m", group_by: ["env"] },
    };
    const world = crewWorld(sections, [checkout, pay]);
    const startMs = world.nowMs;
    world.fail(checkout);
    world.advance(2 * minuteMs);
    world.fail(pay);
    world.advance(2 * minuteMs);
    const calls = sentSince(world.outbox, startMs).filter((line) => line.includes("voice"));
    const weaker = crewWorld({ ...sections, service_policies: { shop: "p1", pay: "calm" } }, [checkout, pay]);
    weaker.fail(checkout);
    weaker.advance(2 * minuteMs);
    weaker.fail(pay);
    weaker.advance(4 * minuteMs);

    expect(calls).toEqual(["+2 voice→a firing first notification"]);
    expect(timelineOf(world)).toContain("policy: stronger policy p1");
    expect(weaker.outbox.some(({ receiver }) => receiver === "mail")).toBe(false);
    expect(weaker.engine.snapshot().incidents[0]?.escalation?.done).toEqual([0, 1]);
  });

  it("begins anew where the incident becomes graver, so that the graver receivers are used at once", () => {
    const world = crewWorld({ route: { ...crew.route, group_interval: "1m" } }, [checkout, slowly]);
    const startMs = world.nowMs;
    world.run(slowly, slowFinding);
    world.advance(2 * minuteMs);
    world.fail(checkout);
    world.advance(minuteMs);

    expect(sentSince(world.outbox, startMs)).toEqual([
      "+0 chat→a firing first notification",
      "+2 chat→a firing new alerts added",
      "+2 voice→a firing first notification",
    ]);
  });
});
