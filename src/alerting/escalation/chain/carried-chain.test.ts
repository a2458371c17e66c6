import { describe, expect, it } from "vitest";
import { AlertingWorld, alertingConfigOf, type RawSections } from "../../../../test/support/worlds/alerting-world.ts";
import { app, machine, service } from "../../../../test/support/worlds/correlation-world.ts";
import { crew, crewReceivers, minuteMs, sentSince } from "../../../../test/support/worlds/escalation-world.ts";
import { actOnIncident } from "../incident-actions.ts";

const db = machine("db-1");
const web = machine("web-1");
const grave = machine("web-1", { severity: "critical" });
const checkout = app("checkout");
const services = [service("shop", { hosts: ["db-1", "web-1"], policy: "p1" })];
const route = { receiver: "chat", group_by: ["check"], group_wait: "0s", group_interval: "1m" };

/** The database explains the checkout, somebody is called for it, and the web server takes the place of the database. */
function passedOn(web1 = web, sections: RawSections = {}, meanwhile: (world: AlertingWorld) => void = () => {}) {
  const raw = { ...crew, service_policies: {}, services, route, ...sections };
  const world = new AlertingWorld(alertingConfigOf([db, web1, checkout], raw, crewReceivers));
  const startMs = world.nowMs;
  world.fail(db);
  world.advance(minuteMs / 2);
  world.fail(checkout);
  world.advance(minuteMs);
  world.fail(web1);
  world.advance(minuteMs / 2);
  meanwhile(world);
  world.run(db);
  world.advance(2 * minuteMs);
  return { world, startMs };
}

function calls(world: AlertingWorld, sinceMs: number): readonly string[] {
  return sentSince(world.outbox, sinceMs).filter((line) => line.includes("voice"));
}

function incidentOf(world: AlertingWorld, check: string) {
  const alert = world.engine.snapshot().alerts.find(({ labels }) => labels["check"] === check);
  return world.engine.snapshot().incidents.find(({ members }) => members[0] === alert?.fingerprint);
}

describe("alerting/escalation, when a cause takes the place of another", () => {
  it("calls nobody anew for what they were called for, tells the chat, and goes on with the next step in its time", () => {
    const { world, startMs } = passedOn();

    expect(calls(world, startMs)).toEqual(["+1 voice→a firing first notification"]);
    expect(incidentOf(world, "web-1")).toMatchObject({ severity: "critical", status: "open" });
    expect(world.outbox.at(-1)).toMatchObject({ receiver: "chat" });
    world.advance(20 * minuteMs);

    expect(calls(world, startMs).slice(1)).toEqual([
      "+6 voice→a firing escalated",
      "+11 voice→b firing escalated",
      "+21 voice→lead firing escalated",
    ]);
  });

  it("says so in the timeline and in what explains it", () => {
    const { world } = passedOn();
    const because = expect.stringMatching(/^goes on with the chain of incident .*: the same alert, another cause$/);

    expect(incidentOf(world, "web-1")?.timeline).toContainEqual(
      expect.objectContaining({ kind: "policy", detail: because }),
    );
    expect(world.decisions.map((decision) => decision.because)).toContainEqual(because);
  });

  it("lets whoever has taken it have it still", () => {
    const { world, startMs } = passedOn(web, {}, (at) => {
      const id = incidentOf(at, "db-1")?.id ?? "";
      at.perform(actOnIncident(id, { kind: "acknowledge" }, { by: "a", via: "page" }));
    });
    world.advance(30 * minuteMs);

    expect(calls(world, startMs)).toHaveLength(1);
    expect(incidentOf(world, "web-1")).toMatchObject({ status: "acknowledged", acknowledgement: { by: "Person A" } });
  });

  it("calls for the new cause where that is critical by itself", () => {
    const machines = { ...route, routes: { os: { matchers: ["tier=os"], policy: "p1" } } };
    const { world, startMs } = passedOn(grave, { route: machines });

    expect(calls(world, startMs).map((line) => line.slice(0, 11))).toEqual(["+1 voice→a ", "+2 voice→a "]);
  });

  it("goes on calling for the new cause, whoever has taken the symptom, where that is critical and called for already", () => {
    const weak = {
      steps: [
        { at: "1m", notify: ["person/lead"] },
        { at: "15m", notify: ["person/lead"] },
      ],
    };
    const os = { matchers: ["tier=os", "severity=critical"], receiver: "mail", policy: "weak" };
    const sections = { policies: { ...crew.policies, weak }, route: { ...route, routes: { os } } };
    const { world, startMs } = passedOn(grave, sections, (at) => {
      const id = incidentOf(at, "db-1")?.id ?? "";
      at.perform(actOnIncident(id, { kind: "acknowledge" }, { by: "a", via: "page" }));
    });
    world.advance(3 * minuteMs);

    expect(calls(world, startMs).map((line) => line.slice(0, -"firing first notification".length - 1))).toEqual([
      "+1 voice→a",
      "+3 voice→lead",
      "+3 voice→a",
    ]);
    expect(incidentOf(world, "web-1")).toMatchObject({ status: "open", escalation: { policy: { id: "p1" } } });
  });

  it("calls whoever a stronger policy names, which the alert brings since an edit", () => {
    // oxlint-disable-next-line no-thenable -- a key of the config
    const policies = { ...crew.policies, now: { ...crew.policies.p1, then: { repeat: "5m" } } };
    const raw = {
      ...crew,
      service_policies: {},
      policies,
      services: [service("shop", { hosts: ["db-1", "web-1"], policy: "now" })],
      route,
    };
    const { world, startMs } = passedOn(web, { policies }, (at) =>
      at.reload(alertingConfigOf([db, web, checkout], raw, crewReceivers)),
    );

    expect(calls(world, startMs)).toHaveLength(2);
  });
});

describe("alerting/escalation, when the routes of an incident are edited", () => {
  const search = app("search");
  type Edited = Readonly<{ checks?: readonly (typeof checkout)[]; to?: object; isTaken?: boolean }>;

  /** All is called for, and a minute and a half later the routes are others. */
  function rerouted({ checks = [checkout], to = { receiver: "mail" }, isTaken = false }: Edited = {}) {
    const config = (edit: object) => {
      const byService = { ...route, group_by: ["service"], ...edit };
      return alertingConfigOf(checks, { ...crew, service_policies: {}, services, route: byService }, crewReceivers);
    };
    const world = new AlertingWorld(config({}));
    const startMs = world.nowMs;
    for (const check of checks) world.fail(check);
    world.advance(1.5 * minuteMs);
    const [{ id } = { id: "" }] = world.engine.snapshot().incidents;
    if (isTaken) world.perform(actOnIncident(id, { kind: "acknowledge" }, { by: "a", via: "page" }));
    world.reload(config(to));
    world.advance(2 * minuteMs);
    return { world, startMs, id };
  }

  it("tells the new receiver, calls nobody anew, and goes on with the next step in its time", () => {
    const { world, startMs } = rerouted();
    expect(calls(world, startMs)).toEqual(["+0 voice→a firing first notification"]);
    expect(world.outbox.map(({ receiver }) => receiver)).toContain("mail");
    world.advance(20 * minuteMs);

    expect(calls(world, startMs).slice(1)).toEqual([
      "+5 voice→a firing escalated",
      "+10 voice→b firing escalated",
      "+20 voice→lead firing escalated",
    ]);
    world.run(checkout);
    world.advance(2 * minuteMs);
    expect(world.engine.snapshot()).toMatchObject({ alerts: [], groups: [], incidents: [] });
  });

  it("leaves it with whoever has taken it, as the same incident", () => {
    const { world, startMs, id } = rerouted({ isTaken: true });
    world.advance(30 * minuteMs);

    expect(calls(world, startMs)).toHaveLength(1);
    expect(world.engine.snapshot().incidents).toMatchObject([
      { id, status: "acknowledged", receiver: "mail", acknowledgement: { by: "Person A" } },
    ]);
  });

  it("leaves each part of it with whoever has taken it, where it falls into several", () => {
    const to = { receiver: "mail", group_by: ["check"] };
    const { world, startMs } = rerouted({ checks: [checkout, search], to, isTaken: true });
    world.advance(30 * minuteMs);

    expect(calls(world, startMs)).toHaveLength(1);
    const taken = { status: "acknowledged", receiver: "mail", acknowledgement: { by: "Person A" } };
    expect(world.engine.snapshot().incidents).toMatchObject([taken, taken]);
  });
});
