import { describe, expect, it } from "vitest";
import {
  AlertingWorld,
  alertingConfigOf,
  checkOf,
  downFinding,
  receiverOf,
} from "../../../test/support/worlds/alerting-world.ts";
import type { Alert } from "../../core/alerting/alert.ts";
import type { AlertGroup } from "../../core/alerting/alert-group.ts";
import { joinIncident, note, openIncident } from "./incident-record.ts";

const a = checkOf("a", { service: "shop", failureThreshold: 1, severity: "warning" });
const b = checkOf("b", { service: "shop", failureThreshold: 1 });
const minuteMs = 60_000;
const receivers = { ops: receiverOf(true), audit: receiverOf(true) };
const route = {
  receiver: "ops",
  group_wait: "30s",
  group_interval: "1m",
  group_by: ["service"],
  routes: {
    first: { matchers: ["tier=application"], continue: true },
    audit: { matchers: ["tier=application"], receiver: "audit", group_by: ["check"], group_wait: "0s" },
  },
};

function alertOf(fingerprint: string, severity: string, annotations: Record<string, string> = {}): Alert {
  const labels = { alertname: "X", severity };
  return { fingerprint, labels, annotations, status: "firing", startsAtMs: 1, updatedAtMs: 1 };
}

describe("alerting/incidents", () => {
  it("lets further routes tell about the incident of the first one, whoever speaks first", () => {
    const world = new AlertingWorld(alertingConfigOf([a, b], { route }, receivers));

    world.fail(a);
    world.advance(minuteMs);
    world.fail(b);
    world.advance(2 * minuteMs);

    expect(world.told).toEqual([
      "audit: first notification 1/0",
      "ops: first notification 1/0",
      "audit: first notification 1/0",
      "ops: new alerts added 2/0",
    ]);
    expect(new Set(world.outbox.map((row) => row.notification.incident)).size).toBe(1);
    expect(world.engine.snapshot().incidents).toMatchObject([
      { receiver: "ops", groupKey: 'route/first:{service="shop"}', severity: "critical", status: "open" },
    ]);
  });

  it("leaves alerts in the incidents of their first routes when a further route tells all of them together", () => {
    const routes = { ...route.routes, audit: { ...route.routes.audit, group_by: ["env"], group_interval: "5m" } };
    const own = { ...route, group_by: ["check"], routes };
    const world = new AlertingWorld(alertingConfigOf([a, b], { route: own }, receivers));

    world.fail(b);
    world.advance(minuteMs);
    world.fail(a);
    world.advance(10 * minuteMs);

    expect(world.told.slice(2)).toEqual(["ops: first notification 1/0", "audit: new alerts added 2/0"]);
    expect(world.engine.snapshot().incidents).toMatchObject([
      { groupKey: 'route/first:{check="b"}', status: "open", members: { length: 1 } },
      { groupKey: 'route/first:{check="a"}', status: "open", members: { length: 1 } },
    ]);
  });

  it("writes down what happened", () => {
    const world = new AlertingWorld(alertingConfigOf([a, b], { route: { ...route, routes: {} } }, receivers));
    world.fail(a);
    world.advance(minuteMs);
    world.fail(b);
    world.advance(2 * minuteMs);
    world.run(a);
    world.advance(2 * minuteMs);
    world.run(b);
    world.advance(2 * minuteMs);

    const [incident] = world.loaded().incidents;
    expect(incident).toMatchObject({ status: "resolved", severity: "critical", members: { length: 2 } });
    expect(incident?.timeline.map(({ kind, detail }) => `${kind}: ${detail}`)).toEqual([
      "opened: warning: 1 alert firing",
      "told: ops: first notification",
      "joined: 1 alert more: Check b is down: http://b/",
      "severity: now critical",
      "told: ops: new alerts added",
      "told: ops: some alerts resolved",
      "told: ops: all alerts resolved",
      "resolved: no alert of it fires any more",
    ]);
  });

  it("opens another incident for the next outage", () => {
    const world = new AlertingWorld(alertingConfigOf([b]));
    for (let outage = 0; outage < 2; outage += 1) {
      world.fail(b);
      world.advance(minuteMs);
      world.run(b);
      world.advance(10 * minuteMs);
    }

    expect(world.loaded().incidents).toHaveLength(2);
    expect(new Set(world.outbox.map((row) => row.notification.incident)).size).toBe(2);
  });

  it("goes on through a recovery that was not told", () => {
    const world = new AlertingWorld(alertingConfigOf([b]));
    world.fail(b);
    world.advance(1000);
    world.run(b);
    world.run(b, downFinding);
    world.advance(10 * minuteMs);

    expect(world.loaded().incidents).toMatchObject([{ status: "open" }]);
    expect(new Set(world.outbox.map((row) => row.notification.incident)).size).toBe(1);
  });

  it("keeps the opening and the newest lines of a long timeline", () => {
    const group: AlertGroup = { key: "k", route: "route", receiver: "ops", labels: {}, members: [], nextFlushMs: 0 };
    let incident = openIncident("i", group, [alertOf("a", "info")], 0);

    for (let line = 1; line <= 500; line += 1)
      incident = note(incident, { atMs: line, kind: "told", detail: String(line) });

    expect(incident.timeline).toHaveLength(200);
    expect(incident.timeline[0]?.kind).toBe("opened");
    expect(incident.timeline.at(-1)?.detail).toBe("500");
  });

  it("names the gravest of those who join, and never gets milder", () => {
    const group: AlertGroup = { key: "k", route: "route", receiver: "ops", labels: {}, members: [], nextFlushMs: 0 };
    const opened = openIncident("i", group, [alertOf("a", "critical"), alertOf("b", "info")], 0);

    const joined = joinIncident(
      opened,
      [alertOf("a", "critical"), alertOf("c", "info"), alertOf("d", "warning", { summary: "disk" })],
      1,
    );

    expect(joined).toMatchObject({ severity: "critical", members: ["a", "b", "c", "d"] });
    expect(joined.timeline.at(-1)?.detail).toBe("2 alerts more: disk");
    expect(joinIncident(joined, [alertOf("a", "critical")], 2)).toBe(joined);
  });
});
