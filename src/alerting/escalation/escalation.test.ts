import { describe, expect, it } from "vitest";
import { CountingIds } from "../../../test/support/fakes/fake-random.ts";
import {
  AlertingWorld,
  alertingConfigOf,
  checkOf,
  type RawSections,
  receiverOf,
  slowFinding,
} from "../../../test/support/worlds/alerting-world.ts";
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
const slowly = checkOf("slowly", { service: "shop", failureThreshold: 1 });
const oneStep = (...notify: string[]) => ({ p1: { steps: [{ at: "0m", notify }] } });

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

  it("gives copies to who learns, and does not count on them", () => {
    const shadows = [{ person: "b" }];
    const schedules = { ops: { layers: { office: { members: ["a"], only: ["office"] } }, shadows } };
    const time_intervals = { office: [{ weekdays: ["saturday"] }] };
    const learning = crewWorld({
      schedules: { ops: { ...crew.schedules.ops, members: ["a"], shadows } },
      policies: oneStep("oncall/ops"),
    });
    const alone = crewWorld({ schedules, time_intervals });
    for (const world of [learning, alone]) {
      world.fail(checkout);
      world.advance(0);
    }

    expect(learning.outbox[0]?.notification.story?.reached).toEqual([
      { who: "Person A", atMs: learning.nowMs, how: "call" },
    ]);
    // In the chat the learner sees what is there anyway.
    expect(sentSince(learning.outbox, learning.nowMs)).toEqual([
      "+0 chat→a firing first notification",
      "+0 voice→a firing first notification",
    ]);
    expect(because(learning)[0]).toBe("step 1 of 1 of p1: Person A by voice and chat, Person B (copy) by chat");
    expect(timelineOf(alone)).toContain("nobody: nobody was reached: the next step is taken at once");
  });

  it("counts on who learns where a step names them besides, in whatever order", () => {
    const schedules = { ops: { ...crew.schedules.ops, members: ["a"], shadows: [{ person: "b" }] } };
    for (const notify of [
      ["oncall/ops", "person/b"],
      ["person/b", "oncall/ops"],
    ]) {
      const policies = { p1: { steps: [{ at: "0m", notify }] } };
      const world = crewWorld({ schedules, policies });
      world.fail(checkout);
      world.advance(0);

      const told = world.loaded().incidents.flatMap((incident) => incident.told ?? []);
      const heard = told.map(
        ({ recipient, receiver, isCopy }) => `${recipient} by ${receiver}${isCopy ? ", a copy" : ""}`,
      );
      expect(heard.toSorted()).toEqual(["a by chat", "a by voice", "b by chat", "b by voice"]);
    }
  });

  it("never rings for who learns: by mail where the telephone alone would tell, and not at the end either", () => {
    const people = {
      ...crew.people,
      mailed: { title: "Mailed", reach: { critical: ["voice"], warning: ["mail"] } },
      rung: { title: "Rung", reach: { critical: ["voice"] } },
      mixed: { title: "Mixed", reach: { critical: ["both"] } },
    };
    const shadows = ["mailed", "rung", "mixed"].map((person) => ({ person }));
    const schedules = { ops: { ...crew.schedules.ops, members: ["a"], shadows } };
    const bell = { kind: "voice", endpoint: "bell", sendResolved: true, interrupts: true };
    const both = { ...receiverOf(true), integrations: [...receiverOf(true).integrations, bell] };
    const raw = { ...crew, people, schedules, policies: oneStep("oncall/ops") };
    const world = new AlertingWorld(alertingConfigOf([checkout], raw, { ...crewReceivers, both }));
    world.fail(checkout);
    world.advance(0);
    world.calm(checkout);
    world.advance(10 * minuteMs);

    const copies = world.outbox.filter(({ notification }) => notification.recipient !== "a");
    expect(
      copies.map(
        ({ receiver, integration, notification }) =>
          `${notification.recipient} ${receiver} ${integration} ${notification.intent}`,
      ),
    ).toEqual(["mailed mail 0 firing", "mixed both 0 firing", "mailed mail 0 resolved", "mixed both 0 resolved"]);
  });

  it("says in each message who was told and who is next", () => {
    const world = crewWorld();
    world.fail(checkout);
    world.advance(10 * minuteMs);
    const startMs = world.nowMs - 10 * minuteMs;
    const [first] = world.outbox;

    expect(first?.notification.story).toEqual({
      reached: [{ who: "Person A", atMs: startMs, how: "call" }],
      next: [{ who: "Person A", atMs: startMs + 5 * minuteMs, again: true }],
    });
    expect(world.outbox.at(-1)?.notification.story).toEqual({
      news: { kind: "escalated", who: "Person B" },
      reached: [
        { who: "Person A", atMs: startMs + 5 * minuteMs, how: "call" },
        { who: "Person B", atMs: startMs + 10 * minuteMs, how: "call" },
      ],
      next: [{ who: "Lead", atMs: startMs + 20 * minuteMs }],
    });
  });

  it("says with the last step that nobody is next, where the chain does not begin again", () => {
    const world = crewWorld({ policies: oneStep("person/a") });
    world.fail(checkout);
    world.advance(0);

    expect(world.outbox[0]?.notification.story).toMatchObject({ isLast: true });
    expect(timelineOf(world).at(-1)).toBe("exhausted: p1 has no further step");
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
