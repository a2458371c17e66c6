import { describe, expect, it } from "vitest";
import { downFinding } from "../../../test/support/worlds/alerting-world.ts";
import { checkout, crewWorld, minuteMs } from "../../../test/support/worlds/escalation-world.ts";
import type { Incident } from "../../core/alerting/incident.ts";
import { emptyChange } from "../../core/store.ts";
import { knowledgeOf } from "./knowledge.ts";
import { withOlderTold } from "./older-told.ts";

/** An incident as the database has it. */
const stored = (told: readonly object[]) =>
  ({
    id: "i-1",
    groupKey: "g",
    receiver: "ops",
    groupLabels: {},
    status: "open",
    severity: "critical",
    openedAtMs: 1,
    members: ["v", "w", "x", "y", "z"],
    timeline: [],
    told,
  }) as unknown as Incident;
const to = { receiver: "mail", recipient: "b", atMs: 5 };
const knownBy = (told: object) => {
  const incident = withOlderTold(stored([told]));
  const [hearer] = incident.told ?? [];
  return hearer === undefined ? [] : incident.members.map(knowledgeOf(incident, hearer));
};

describe("alerting/incidents/older-told", () => {
  it("reads a destination without any list as one that has heard of everything", () => {
    expect(knownBy(to)).toEqual(["rung", "rung", "rung", "rung", "rung"]);
  });

  it("reads lists beside each other as what is known of each alert", () => {
    const lists = { heardOf: 2, also: ["y", "z"], ended: ["v"], seen: ["w", "y"], quiet: ["y", "z"] };

    expect(knownBy({ ...to, ...lists })).toEqual(["nothing", "rung alone", "nothing", "told alone", "told"]);
    expect(withOlderTold(stored([{ ...to, ...lists, isCopy: true, answer: "none" }])).told).toEqual([
      { ...to, isCopy: true, answer: "none", knows: "-R-Tt" },
    ]);
  });

  it("leaves alone what this version has written", () => {
    const incident = stored([{ ...to, knows: "3r" }]);

    expect(withOlderTold(incident)).toBe(incident);
  });

  it("lets those whom an older daemon told hear the end after the upgrade, and the others not", () => {
    const world = crewWorld({ route: { receiver: "mail", group_wait: "0s" } });
    world.run(checkout, downFinding);
    world.advance(minuteMs);
    const [incident] = world.engine.snapshot().incidents;
    const told = [
      { receiver: "chat", recipient: "a", atMs: 5 },
      { receiver: "chat", recipient: "b", atMs: 5, heardOf: 1, ended: incident?.members },
    ];
    const older = { ...incident, told } as unknown as Incident;
    world.apply({ ...emptyChange, incidents: [older] });
    world.restart();
    const before = world.outbox.length;
    world.run(checkout);
    world.advance(10 * minuteMs);

    const ends = world.outbox.slice(before).map(({ receiver, notification }) => [receiver, notification.recipient]);
    expect(ends).toEqual([
      ["mail", undefined],
      ["chat", "a"],
    ]);
  });
});
