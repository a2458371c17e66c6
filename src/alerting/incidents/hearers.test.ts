import { describe, expect, it } from "vitest";
import type { Incident } from "../../core/incident.ts";
import { unheardEnds } from "./heard-ends.ts";
import { type Heard, hearing, knownOf, withHearer } from "./hearers.ts";

const incident: Incident = {
  id: "i-1",
  groupKey: "g",
  receiver: "ops",
  groupLabels: {},
  status: "open",
  severity: "critical",
  openedAtMs: 1,
  members: ["x", "y", "z"],
  timeline: [],
};
const all: Heard = { firing: ["x", "y", "z"], isAll: true, over: [] };
const mail = { receiver: "mail", recipient: "b" };
const told = (heard: Heard, before: Incident = incident) => withHearer(before, mail, 5, heard);
const hearerOf = ({ told: [hearer] = [] }: Incident) => hearer ?? { receiver: "none", atMs: 0 };
const ended = ["x", "y", "z"].map((fingerprint) => ({
  fingerprint,
  labels: {},
  annotations: {},
  status: "resolved" as const,
  startsAtMs: 1,
  updatedAtMs: 2,
}));
const endsFor = (from: Incident) => unheardEnds(from, hearerOf(from), ended).map(({ fingerprint }) => fingerprint);

describe("alerting/incidents/hearers", () => {
  it("tells who was told of all that fires the end of everything", () => {
    expect(endsFor(told(all))).toEqual(["x", "y", "z"]);
  });

  it("tells who was told of a part the end of that part", () => {
    expect(endsFor(told({ firing: ["y"], isAll: false, over: [] }))).toEqual(["y"]);
  });

  it("adds to what was heard of before", () => {
    const first = told({ firing: ["y"], isAll: false, over: [] });

    expect(endsFor(told({ firing: ["z"], isAll: false, over: [] }, first))).toEqual(["y", "z"]);
    expect(endsFor(told(all, first))).toEqual(["x", "y", "z"]);
  });

  it("tells no end of what was over before anything was told, but that of what was told before", () => {
    const late: Heard = { firing: ["z"], isAll: true, over: ["x", "y"] };

    expect(endsFor(told(late))).toEqual(["z"]);
    expect(endsFor(told(late, told({ firing: ["y"], isAll: false, over: [] })))).toEqual(["y", "z"]);
  });

  it("counts nobody as told of what had left the incident before, though it comes back", () => {
    const { left: _back, ...back } = told({ firing: ["x"], isAll: true, over: ["z"] }, { ...incident, left: ["y"] });

    expect(endsFor(back)).toEqual(["x"]);
  });

  it("hands on what was told, not what joined the incident later", () => {
    const grown = { ...told({ firing: ["x", "y", "z"], isAll: true, over: [] }), members: ["x", "y", "z", "late"] };

    expect(knownOf(grown, hearerOf(grown), ["z", "late"])).toEqual(["z"]);
    const late = ended.map((alert) => ({ ...alert, fingerprint: "late" }));
    expect(unheardEnds(grown, hearerOf(grown), late)).toEqual([]);
  });

  it("lets an end that was heard be heard again only when the alert was told again", () => {
    const hearer = { ...mail, atMs: 5, heardOf: 0, also: ["x"], ended: ["x"] };

    expect(unheardEnds(incident, hearer, ended)).toEqual([]);
    expect(unheardEnds(incident, hearing(hearer, ["x"]), ended).map(({ fingerprint }) => fingerprint)).toEqual(["x"]);
  });

  it("reads a destination of an older version as one that has heard of everything", () => {
    const older = { ...incident, told: [{ ...mail, atMs: 5 }] };

    expect(endsFor(older)).toEqual(["x", "y", "z"]);
    expect(knownOf(older, hearerOf(older), ["z"])).toEqual(["z"]);
  });
});
