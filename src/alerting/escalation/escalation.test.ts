import { describe, expect, it } from "vitest";
import { CountingIds } from "../../../test/support/fakes/fake-random.ts";
import type { AlertingWorld } from "../../../test/support/worlds/alerting-world.ts";
import { alertingConfigOf, checkOf } from "../../../test/support/worlds/alerting-world.ts";
import {
  checkout,
  crew,
  crewReceivers,
  crewWorld,
  minuteMs,
  sentSince,
} from "../../../test/support/worlds/escalation-world.ts";
import { drillPolicyLabel } from "../alert-book/drill-labels.ts";
import { createAlertingEngine } from "../pipeline/alerting-engine.ts";
import { actOnIncident } from "./incident-actions.ts";

const chain = [
  "+0 chat→a firing first notification",
  "+0 voice→a firing first notification",
  "+5 voice→a firing escalated",
  "+5 chat→a firing escalated",
  "+10 voice→b firing escalated",
  "+10 chat→b firing escalated",
  "+20 voice→lead firing escalated",
];

function timelineOf(world: AlertingWorld): readonly string[] {
  return world.loaded().incidents[0]?.timeline.map(({ kind, detail }) => `${kind}: ${detail}`) ?? [];
}

function because(world: AlertingWorld): readonly string[] {
  return world.decisions.filter(({ stage }) => stage === "escalation").map((decision) => decision.because);
}

describe("alerting/escalation", () => {
  it("goes on for an alert that an older version let belong to an earlier incident, too", () => {
    const stock = checkOf("stock", { service: "stock", failureThreshold: 1 });
    const services = { shop: "p1", stock: "p1" };
    const world = crewWorld({ service_policies: services }, [checkout, stock]);
    world.fail(checkout);
    world.advance(minuteMs);
    world.fail(stock);
    world.advance(minuteMs);
    const { incidents, ...rest } = world.loaded();
    const [first, last] = incidents;
    if (first === undefined || last === undefined) throw new Error("two incidents are open");
    const both = { ...first, members: [...first.members, ...last.members] };
    const engine = createAlertingEngine(world.config, { ids: new CountingIds() });
    engine.restore({ ...rest, incidents: [last, both] }, world.nowMs);

    const { outbox } = engine.flush(world.nowMs + 5 * minuteMs);
    expect(new Set(outbox.map(({ notification }) => notification.incident))).toContain(last.id);
  });

  it("tells whom the steps name at their times, and no destination twice", () => {
    const world = crewWorld();
    const startMs = world.nowMs;

    world.fail(checkout);
    world.advance(30 * minuteMs);

    expect(sentSince(world.outbox, startMs)).toEqual(chain);
    expect(because(world)[0]).toBe("step 1 of 4 of p1: chat, Person A by voice and chat");
  });

  it("tells as it does without a policy where there is none", () => {
    const world = crewWorld({ service_policies: {} });
    world.fail(checkout);
    world.advance(30 * minuteMs);

    expect(sentSince(world.outbox, world.nowMs)).toEqual(["+-30 chat firing first notification"]);
  });

  it("begins again after the last step, and says so", () => {
    const world = crewWorld();
    const startMs = world.nowMs;
    world.fail(checkout);
    world.advance(81 * minuteMs);

    expect(sentSince(world.outbox, startMs).slice(chain.length)).toEqual([
      "+80 chat→a firing escalated",
      "+80 voice→a firing escalated",
    ]);
    expect(timelineOf(world)).toContain("repeated: nobody has taken it: p1 begins again, round 2");
    expect(timelineOf(world)).toContain("escalated: step 2 of 4: Person A by voice and chat");
    expect(timelineOf(world)).toContain(
      "exhausted: p1 has no further step; it begins again at 2026-11-23T03:20:00.001Z",
    );
  });

  it("stops when the incident is over, and tells the end to those who heard of it, but wakes nobody for it", () => {
    const world = crewWorld({ policies: { p1: { steps: [{ at: "0m", notify: ["voice", "mail", "person/a"] }] } } });
    world.fail(checkout);
    world.advance(minuteMs);
    world.run(checkout);
    world.advance(60 * minuteMs);

    expect(sentSince(world.outbox, 0).map((line) => line.replace(/^\+\d+ /, ""))).toEqual([
      "chat→a firing first notification",
      "voice firing first notification",
      "mail firing first notification",
      "voice→a firing first notification",
      "chat→a resolved all alerts resolved",
      "mail resolved all alerts resolved",
    ]);
    expect(world.loaded().incidents[0]?.status).toBe("resolved");
    const over = world.outbox.filter(({ notification }) => notification.intent === "resolved");
    expect(over.map(({ notification }) => notification.alerts.map(({ labels }) => labels["check"]))).toEqual([
      ["checkout"],
      ["checkout"],
    ]);
  });

  it("goes on where it was after a restart in the middle of the chain, and catches up what was due meanwhile", () => {
    const world = crewWorld();
    const startMs = world.nowMs;
    world.fail(checkout);
    world.advance(4 * minuteMs);
    world.restart();
    world.advance(3 * minuteMs);
    expect(sentSince(world.outbox, startMs)).toEqual(chain.slice(0, 4));

    world.nowMs += 5 * minuteMs;
    world.restart();
    world.advance(0);

    expect(sentSince(world.outbox, startMs).slice(4)).toEqual([
      "+12 voice→b firing escalated",
      "+12 chat→b firing escalated",
    ]);
    world.restart();
    world.advance(minuteMs);
    expect(world.outbox).toHaveLength(6);
  });

  it("keeps the policy of the moment the incident opened, and takes receivers of people as they are when it tells", () => {
    const world = crewWorld();
    const startMs = world.nowMs;
    world.fail(checkout);
    world.advance(minuteMs);
    const people = { ...crew.people, a: { title: "Person A", reach: { critical: ["mail"] } } };
    const policies = { p1: { steps: [{ at: "1h", notify: ["chat"] }] } };
    world.reload(alertingConfigOf([checkout], { ...crew, people, policies }, crewReceivers));
    world.advance(5 * minuteMs);

    expect(sentSince(world.outbox, startMs).slice(2)).toEqual(["+5 mail→a firing escalated"]);
  });

  it("calls who is on call when the step comes, not when the incident opened", () => {
    const world = crewWorld();
    world.nowMs = Date.parse("2026-11-30T07:57+08:00");
    const startMs = world.nowMs;
    world.fail(checkout);
    world.advance(6 * minuteMs);

    const calls = sentSince(world.outbox, startMs).filter((line) => line.includes("voice"));
    expect(calls).toEqual(["+0 voice→a firing first notification", "+5 voice→b firing escalated"]);
  });

  it("takes the next step at once where nobody is on call, and says so", () => {
    const schedules = { ops: { layers: { office: { members: ["a"], only: ["office"] } } } };
    const time_intervals = { office: [{ weekdays: ["saturday"] }] };
    const world = crewWorld({ schedules, time_intervals });
    const startMs = world.nowMs;
    world.fail(checkout);
    world.advance(minuteMs);

    expect(sentSince(world.outbox, startMs)).toEqual(
      ["+0 chat firing first notification", "+0 voice→lead firing first notification"].map((line) =>
        line.replace("lead firing first notification", "lead firing escalated"),
      ),
    );
    expect(timelineOf(world)).toContain("escalated: step 2 of 4: nobody is on call for oncall/ops");
    expect(timelineOf(world).filter((line) => line.startsWith("nobody: "))).toHaveLength(3);
  });

  it("passes over steps whose conditions do not hold, without moving the others", () => {
    const steps = [
      { at: "0m", notify: ["mail"], when: { tiers: ["os"] } },
      { at: "1m", notify: ["mail"], when: { severities: ["warning"] } },
      { at: "2m", notify: ["mail"], when: { during: ["nights"] } },
      { at: "3m", notify: ["mail"], when: { tiers: ["application"], severities: ["critical"], during: ["day"] } },
    ];
    const time_intervals = {
      nights: [{ times: [{ start: "22:00", end: "08:00" }] }],
      day: [{ times: [{ start: "08:00", end: "22:00" }] }],
    };
    const world = crewWorld({ policies: { p1: { steps } }, time_intervals });
    const startMs = world.nowMs;
    world.fail(checkout);
    world.advance(10 * minuteMs);

    expect(sentSince(world.outbox, startMs)).toEqual(["+0 chat firing first notification", "+3 mail firing escalated"]);
    expect(because(world).filter((text) => text.includes("passed over"))).toEqual([
      "step 1 of 4 is passed over: no alert of tier os fires",
      "step 2 of 4 is passed over: the incident is critical, not warning",
      "step 3 of 4 is passed over: it is not nights",
    ]);
  });

  it("stands still while what fires is muted, and keeps its distances when that ends", () => {
    const maintenance = { work: { services: ["shop"], cron: "2 10 * * *", lasts: "30m", never_mute: [] } };
    const world = crewWorld({ maintenance, time_intervals: {} });
    const startMs = world.nowMs;
    world.fail(checkout);
    world.advance(60 * minuteMs);

    // Held at +5 until the window ends at +32; what came five minutes later comes five minutes later.
    const calls = sentSince(world.outbox, startMs).filter((line) => line.includes("voice"));
    expect(calls).toEqual([
      "+0 voice→a firing first notification",
      "+32 voice→a firing escalated",
      "+37 voice→b firing escalated",
      "+47 voice→lead firing escalated",
    ]);
  });

  it("takes the route's policy before the service's, and none where it says so", () => {
    const policies = { ...crew.policies, quick: { steps: [{ at: "0m", notify: ["mail"] }] } };
    const told = (policy: string): readonly string[] => {
      const world = crewWorld({ policies, route: { ...crew.route, policy } });
      world.fail(checkout);
      world.advance(minuteMs);
      return world.outbox.map(({ receiver }) => receiver);
    };

    expect(told("quick")).toEqual(["chat", "mail"]);
    expect(told("none")).toEqual(["chat"]);
  });

  it.each(["running", "restarted"])(
    "calls and lets an acknowledgement end in time although the clock was set back (%s)",
    (how) => {
      const world = crewWorld();
      world.fail(checkout);
      world.advance(minuteMs);
      const id = world.loaded().incidents[0]?.id ?? "";
      world.perform(actOnIncident(id, { kind: "acknowledge" }, { by: "a", via: "page" }));
      world.nowMs -= 24 * 60 * minuteMs;
      if (how === "restarted") world.restart();
      world.apply(world.engine.flush(world.nowMs));
      const startMs = world.nowMs;
      const before = world.outbox.length;
      world.advance(62 * minuteMs);

      expect(sentSince(world.outbox.slice(before), startMs)).toContain("+60 voice→b firing escalated");
    },
  );

  it("uses the policy that a drill names", () => {
    const drill = checkOf("drill", { failureThreshold: 1, labels: { [drillPolicyLabel]: "p1" } });
    const world = crewWorld({ service_policies: {} }, [drill]);
    world.fail(drill);
    world.advance(0);

    expect(world.outbox.map(({ receiver }) => receiver)).toEqual(["chat", "voice"]);
  });
});
