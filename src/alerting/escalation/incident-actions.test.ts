import { describe, expect, it } from "vitest";
import type { AlertingWorld } from "../../../test/support/worlds/alerting-world.ts";
import { checkOf } from "../../../test/support/worlds/alerting-world.ts";
import { checkout, crew, crewWorld, minuteMs, sentSince } from "../../../test/support/worlds/escalation-world.ts";
import { type Actor, actOnIncident, type IncidentDeed, type IncidentOutcome } from "./incident-actions.ts";

const a: Actor = { by: "a", via: "page" };
const b: Actor = { by: "b", via: "cli" };

function act(world: AlertingWorld, deed: IncidentDeed, actor: Actor = a): IncidentOutcome {
  const id = world.loaded().incidents[0]?.id ?? "";
  return world.perform(actOnIncident(id, deed, actor));
}

function begun(): Readonly<{ world: AlertingWorld; startMs: number }> {
  const world = crewWorld();
  const startMs = world.nowMs;
  world.fail(checkout);
  world.advance(minuteMs);
  return { world, startMs };
}

const timelineOf = (world: AlertingWorld): readonly string[] =>
  world
    .loaded()
    .incidents[0]?.timeline.map(({ kind, detail, by, via }) =>
      [`${kind}: ${detail}`, by, via].filter((part) => part !== undefined).join(" | "),
    ) ?? [];

describe("alerting/escalation/incident-actions", () => {
  it("stops the chain when somebody takes the incident, and tells it to those who knew, waking nobody", () => {
    const { world, startMs } = begun();

    const outcome = act(world, { kind: "acknowledge", comment: "on it" });
    world.restart();
    world.advance(30 * minuteMs);

    expect(outcome).toMatchObject({ ok: true, incident: { status: "acknowledged", acknowledgement: { person: "a" } } });
    expect(sentSince(world.outbox, startMs).slice(2)).toEqual(["+1 chat→a update taken"]);
    expect(world.outbox.at(-1)?.notification.story).toMatchObject({
      news: { kind: "taken", who: "Person A", untilMs: world.nowMs + 30 * minuteMs },
      takenBy: "Person A",
    });
    expect(timelineOf(world).at(-1)).toBe("acknowledge: taken until 2026-11-23T03:01:00.001Z: on it | Person A | page");
  });

  it("says what an incident is about that somebody takes between its recovery and the message of that", () => {
    const { world } = begun();
    world.run(checkout);

    act(world, { kind: "acknowledge" });

    const { intent, alerts } = world.outbox.at(-1)?.notification ?? {};
    expect(intent).toBe("update");
    expect(alerts).toMatchObject([{ status: "resolved", labels: { check: checkout.id } }]);
  });

  it("goes on with the next step that reaches somebody else when the acknowledgement runs out", () => {
    const { world, startMs } = begun();
    act(world, { kind: "acknowledge" });
    world.advance(75 * minuteMs);

    // Step 2 would reach A alone, who had it: B is called at once, the lead ten minutes after as the steps say.
    expect(sentSince(world.outbox, startMs).slice(3)).toEqual([
      "+61 voice→b firing escalated",
      "+61 chat→b firing escalated",
      "+71 voice→lead firing escalated",
    ]);
    expect(timelineOf(world)).toContain("acknowledgement ended: the acknowledgement of Person A ran out");
  });

  it("says in the chat that nobody has it any more where nothing else is said there", () => {
    const policies = { p1: { steps: [{ at: "0m", notify: ["mail"] }], acknowledgement_lasts: { critical: "10m" } } };
    const world = crewWorld({ policies });
    const startMs = world.nowMs;
    world.fail(checkout);
    world.advance(0);
    act(world, { kind: "acknowledge" }, { by: "Zoe", via: "api" });
    world.advance(11 * minuteMs);

    expect(sentSince(world.outbox, startMs)).toEqual([
      "+0 chat firing first notification",
      "+0 mail firing first notification",
      "+0 chat update taken",
      "+0 mail update taken",
      "+10 mail firing escalated",
      "+10 chat update untaken",
    ]);
  });

  it("lets the later of two have it and notes both; who takes it twice is told of once", () => {
    const { world, startMs } = begun();

    act(world, { kind: "acknowledge" }, a);
    act(world, { kind: "acknowledge" }, b);
    world.advance(minuteMs);
    act(world, { kind: "acknowledge" }, b);

    expect(world.engine.snapshot().incidents[0]?.acknowledgement).toMatchObject({
      person: "b",
      untilMs: world.nowMs + 60 * minuteMs,
    });
    expect(sentSince(world.outbox, startMs).slice(2)).toEqual(["+1 chat→a update taken", "+1 chat→a update taken"]);
    expect(timelineOf(world).filter((line) => line.startsWith("acknowledge"))).toHaveLength(3);
  });

  it("goes on at once when it is given back, and refuses that where nobody has it", () => {
    const { world, startMs } = begun();
    act(world, { kind: "acknowledge" }, b);
    act(world, { kind: "unacknowledge" }, b);
    world.advance(0);

    expect(sentSince(world.outbox, startMs).slice(3)).toEqual([
      "+1 chat→a update released",
      "+1 voice→a firing escalated",
      "+1 chat→a firing escalated",
    ]);
    expect(act(world, { kind: "unacknowledge" })).toMatchObject({ ok: false, message: "nobody has taken it" });
  });

  it("puts an incident off until a time, after which the same person may be called", () => {
    const { world, startMs } = begun();
    const untilMs = world.nowMs + 20 * minuteMs;
    act(world, { kind: "snooze", untilMs });
    world.advance(21 * minuteMs);

    expect(sentSince(world.outbox, startMs).slice(2)).toEqual([
      "+1 chat→a update snoozed",
      "+21 voice→a firing escalated",
      "+21 chat→a firing escalated",
    ]);
    expect(act(world, { kind: "snooze", untilMs })).toMatchObject({ ok: false, problem: "invalid" });
  });

  it("runs steps that only the end stops while somebody has it", () => {
    const policies = {
      p1: {
        steps: [
          { at: "0m", notify: ["person/a"] },
          { at: "5m", notify: ["person/b"] },
          { at: "30m", notify: ["person/lead"], when: { until: "resolved" } },
        ],
      },
    };
    const world = crewWorld({ policies });
    const startMs = world.nowMs;
    world.fail(checkout);
    world.advance(minuteMs);
    act(world, { kind: "acknowledge" });
    world.advance(60 * minuteMs);

    expect(sentSince(world.outbox, startMs).at(-1)).toBe("+30 voice→lead firing escalated");
    expect(world.outbox.some(({ notification }) => notification.recipient === "b")).toBe(false);
  });

  it("tells the person an incident is assigned to, quietly, and knows only people of the config", () => {
    const { world, startMs } = begun();
    act(world, { kind: "assign", person: "b" });

    expect(sentSince(world.outbox, startMs).slice(2)).toEqual(["+1 chat→b update assigned"]);
    expect(world.engine.snapshot().incidents[0]?.assignee).toBe("b");
    expect(act(world, { kind: "assign", person: "zoe" })).toMatchObject({
      message: expect.stringMatching(/^there is no person "zoe"; there are a, b, lead/),
    });
    expect(act(world, { kind: "assign", person: "person b" })).toMatchObject({
      message: 'there is no person "person b"; Person B is "b"',
    });
  });

  it("tells the person an incident is assigned to its end, too", () => {
    const world = crewWorld({
      people: { ...crew.people, b: { title: "Person B", reach: { critical: ["mail"] } } },
    });
    const startMs = world.nowMs;
    world.fail(checkout);
    world.advance(minuteMs);
    act(world, { kind: "assign", person: "b" });
    world.run(checkout);
    world.advance(10 * minuteMs);

    expect(sentSince(world.outbox, startMs).filter((line) => line.includes("mail"))).toEqual([
      "+1 mail→b update assigned",
      "+5 mail→b resolved all alerts resolved",
    ]);
  });

  it("notes a comment and tells nobody", () => {
    const { world } = begun();
    act(world, { kind: "comment", comment: "the switch again" }, b);

    expect(timelineOf(world).at(-1)).toBe("comment: said: the switch again | Person B | cli");
    expect(world.outbox).toHaveLength(2);
    expect(act(world, { kind: "comment" })).toMatchObject({ ok: false });
  });

  it("closes an incident by hand; what still fires is told anew when it is due again", () => {
    const { world, startMs } = begun();
    act(world, { kind: "resolve" });
    world.advance(30 * minuteMs);
    const after = act(world, { kind: "acknowledge" });
    world.advance(240 * minuteMs);

    expect(sentSince(world.outbox, startMs).slice(2, 6)).toEqual([
      "+1 chat→a update closed",
      "+240 chat→a firing repeat interval elapsed",
      "+240 voice→a firing first notification",
      "+245 voice→a firing escalated",
    ]);
    expect(after).toMatchObject({ ok: false, problem: "unknown" });
    expect(world.loaded().incidents).toHaveLength(2);
  });

  it("opens no incident anew when only part of what was closed by hand recovers", () => {
    const cart = checkOf("cart", { service: "shop", failureThreshold: 1 });
    const world = crewWorld({}, [checkout, cart]);
    const startMs = world.nowMs;
    world.fail(checkout);
    world.fail(cart);
    world.advance(minuteMs);
    act(world, { kind: "resolve" });
    const told = world.outbox.length;
    world.run(checkout);
    world.advance(30 * minuteMs);

    expect(sentSince(world.outbox, startMs).slice(told)).toEqual(["+5 chat update some alerts resolved"]);
    expect(world.engine.snapshot().incidents).toEqual([]);
    // The messages belong to the closed incident, and lead nobody to it.
    for (const { notification } of world.outbox.slice(told - 1))
      expect(notification).toMatchObject({ incident: world.outbox[0]?.notification.incident, isIncidentOver: true });
    world.advance(240 * minuteMs);
    expect(world.engine.snapshot().incidents).toHaveLength(1);
    expect(world.outbox.at(-1)?.notification.isIncidentOver).toBeUndefined();
  });

  it("says who had it when it is over", () => {
    const { world } = begun();
    act(world, { kind: "acknowledge" });
    world.run(checkout);
    world.advance(10 * minuteMs);

    expect(world.outbox.at(-1)?.notification).toMatchObject({ intent: "resolved", story: { takenBy: "Person A" } });
  });

  it("lets the route's repetitions rest while somebody has it", () => {
    const route = { receiver: "chat", group_wait: "0s", group_by: ["service"], repeat_interval: "30m" };
    const world = crewWorld({ route, service_policies: {} });
    const startMs = world.nowMs;
    world.fail(checkout);
    world.advance(31 * minuteMs);
    act(world, { kind: "acknowledge" });
    world.advance(60 * minuteMs);
    act(world, { kind: "unacknowledge" });
    world.advance(30 * minuteMs);

    expect(sentSince(world.outbox, startMs).filter((line) => line.includes("firing"))).toEqual([
      "+0 chat firing first notification",
      "+30 chat firing repeat interval elapsed",
      "+120 chat firing repeat interval elapsed",
    ]);
  });

  it("ends an acknowledgement when the incident becomes graver", () => {
    const mild = checkOf("mild", { service: "shop", failureThreshold: 1, severity: "warning" });
    const route = { receiver: "chat", group_wait: "0s", group_by: ["service"], group_interval: "1m" };
    const world = crewWorld({ route }, [mild, checkout]);
    const startMs = world.nowMs;
    world.fail(mild);
    world.advance(minuteMs);
    act(world, { kind: "acknowledge" });
    world.fail(checkout);
    world.advance(minuteMs);

    expect(sentSince(world.outbox, startMs).at(-1)).toBe("+1 voice→a firing first notification");
    expect(world.engine.snapshot().incidents[0]?.status).toBe("open");
  });
});
