import { describe, expect, it } from "vitest";
import { anAlert } from "../../../../test/support/samples/notifications.ts";
import type { Incident } from "../../../core/alerting/incident.ts";
import type { EpochMs } from "../../../core/time/time.ts";
import { standingOf } from "./standing.ts";

const alert = anAlert();
const chat = { receiver: "ops", isPersonal: false };

function incidentOf(id: string, takenAtMs?: EpochMs): Incident {
  const { fingerprint } = alert;
  return {
    id,
    groupKey: "g",
    receiver: "team",
    groupLabels: {},
    status: takenAtMs === undefined ? "open" : "acknowledged",
    severity: "critical",
    openedAtMs: 0,
    members: [fingerprint],
    timeline: [],
    ...(takenAtMs === undefined ? {} : { acknowledgement: { by: "li", atMs: takenAtMs } }),
  };
}

function standing(incidents: readonly Incident[], telling: Parameters<typeof standingOf>[2]) {
  const [owner] = incidents;
  return standingOf(
    {
      alerts: new Map([[alert.fingerprint, alert]]),
      incidents: { ownerOf: () => owner, get: (id: string) => incidents.find((each) => each.id === id) },
    } as never,
    alert.fingerprint,
    telling,
  );
}

describe("alerting/escalation/telling/standing", () => {
  it("is taken by whoever took its incident after it was said, and open where that was before", () => {
    expect(standing([incidentOf("a")], { atMs: 5 })).toBe("open");
    expect(standing([incidentOf("a", 4)], { atMs: 5 })).toBe("open");
    expect(standing([incidentOf("a", 5)], { atMs: 5 })).toBe("open");
    expect(standing([incidentOf("a", 6)], { atMs: 5 })).toBe("taken");
    expect(standing([], { atMs: 5 })).toBe("taken");
  });

  it("is taken, too, where it has moved to an open incident from one that was taken", () => {
    const incidents = [incidentOf("new"), incidentOf("old", 6)];
    expect(standing(incidents, { atMs: 5, incident: "old" })).toBe("taken");
    expect(standing(incidents, { atMs: 5, incident: "new" })).toBe("open");
  });

  it("is open to who reads of it and is not told who has taken it", () => {
    const told = (receiver: string, atMs: EpochMs, recipient?: string): Incident => ({
      ...incidentOf("a", 6),
      told: [{ receiver, atMs, knows: { from: 0 }, ...(recipient === undefined ? {} : { recipient }) } as never],
    });
    expect(standing([incidentOf("a", 6)], { atMs: 5, readAt: chat })).toBe("open");
    expect(standing([incidentOf("a", 6)], { atMs: 5, readAt: { ...chat, receiver: "team" } })).toBe("taken");
    expect(standing([told("ops", 6, "ann")], { atMs: 5, readAt: chat })).toBe("taken");
    expect(standing([told("ops", 7)], { atMs: 5, readAt: chat })).toBe("open");
    const mailed = { receiver: "mail", recipient: "ann", isPersonal: true };
    expect(standing([told("mail", 6, "ann")], { atMs: 5, readAt: mailed })).toBe("taken");
    expect(standing([told("mail", 6, "bob")], { atMs: 5, readAt: mailed })).toBe("open");
  });
});
