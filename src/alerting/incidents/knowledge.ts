import type { ToldDestination } from "../../core/alerting/escalation.ts";
import type { Incident } from "../../core/alerting/incident.ts";
import type { Knowing } from "./knowing.ts";

/** Of whom it is asked what they know of the members of which incident. */
type Members = Pick<Incident, "members">;
type Knower = Pick<ToldDestination, "knows">;

/** Members are only ever added at the end, so one letter for each in their order is a map; runs of a letter are counted. */
const letters = { nothing: "-", told: "t", rung: "r", "told alone": "T", "rung alone": "R" } as const;
const knowingByLetter = new Map<string, Knowing>(
  Object.entries(letters).map(([knowing, letter]) => [letter, knowing as Knowing]),
);

/** An incident of thousands is asked for each of its alerts. */
const placesByMembers = new WeakMap<readonly string[], ReadonlyMap<string, number>>();

/** What somebody knows who was told nothing. */
export const knowingNothing = "";

/** Says what a destination knows of each alert of an incident; nothing of what is no member. */
export function knowledgeOf(incident: Members, { knows }: Knower): (alert: string) => Knowing {
  const places = placesOf(incident);
  const all = unpacked(knows);
  return (alert) => knowingByLetter.get(all.charAt(places.get(alert) ?? all.length)) ?? "nothing";
}

/** What a destination knows after something has happened to some alerts of the incident; of what is no member nobody knows anything. */
export function knowledgeAfter(
  incident: Members,
  { knows }: Knower,
  { alerts, becomes }: Readonly<{ alerts: readonly string[]; becomes: (before: Knowing, alert: string) => Knowing }>,
): string {
  const places = placesOf(incident);
  const all = unpacked(knows).split("");
  for (const alert of alerts) {
    const place = places.get(alert);
    if (place === undefined) continue;
    while (all.length <= place) all.push(letters.nothing);
    all[place] = letters[becomes(knowingByLetter.get(all[place] ?? "") ?? "nothing", alert)];
  }
  return packed(all.join(""));
}

function placesOf({ members }: Members): ReadonlyMap<string, number> {
  let places = placesByMembers.get(members);
  if (places === undefined) {
    places = new Map(members.map((member, place) => [member, place]));
    placesByMembers.set(members, places);
  }
  return places;
}

function unpacked(knows: string): string {
  return knows.replace(/(\d+)(\D)/gu, (_run, count: string, letter: string) => letter.repeat(Number(count)));
}

function packed(all: string): string {
  let end = all.length;
  // A pattern would begin anew at each of thousands of letters.
  while (all.charAt(end - 1) === letters.nothing) end -= 1;
  return all.slice(0, end).replace(/(\D)\1+/gu, (run) => `${run.length}${run.charAt(0)}`);
}
