import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nextMove } from "../../src/alerting/escalation/chain/chain.ts";
import type { Alert } from "../../src/core/alerting/alert.ts";
import type { Incident } from "../../src/core/alerting/incident.ts";
import type { Change } from "../../src/core/store.ts";
import { personalCompany } from "../support/story/personal-company.ts";
import { play, RecordedWorld } from "../support/story/recorded-world.ts";
import { runs } from "../support/story/runs.ts";
import { smallCompany } from "../support/story/small-company.ts";
import { anything, happen, type StoryStep, storiesOf } from "../support/story/steps.ts";
import { downFinding, slowFinding, unknownFinding } from "../support/worlds/alerting-world.ts";

const minuteMs = 60_000;
/** A chain that is held is asked every half a minute. */
const patienceMs = 31_000;

/** Found by chance: what was critical ended while somebody had taken it, and the telephone rang for the warning that was left. */
const gravestEndsMeanwhile: readonly StoryStep[] = [
  { do: "run", check: 4, findings: [downFinding] },
  { do: "wait", ms: 27 * minuteMs },
  { do: "act", act: "snooze" },
  { do: "run", check: 4, findings: [slowFinding] },
  { do: "wait", ms: 27 * minuteMs },
];
/** Found by chance: what was critical had left the incident when a warning brought it its policy. */
const gravestHasLeft: readonly StoryStep[] = [
  { do: "run", check: 2, findings: [unknownFinding] },
  { do: "run", check: 0, findings: [downFinding] },
  { do: "run", check: 3, findings: [downFinding] },
  { do: "run", check: 0, findings: [downFinding] },
  { do: "run", check: 3, findings: [downFinding] },
  { do: "wait", ms: 6 * minuteMs },
  { do: "wait", ms: 27 * minuteMs },
];

/** Calls of a change that name an incident of which nothing critical fires in that moment that no silence holds. */
function idleCalls(world: RecordedWorld, { outbox }: Change): readonly string[] {
  const calls = outbox.filter(({ receiver }) => receiver === "voice");
  if (calls.length === 0) return [];
  const { alerts, incidents, silences } = world.engine.snapshot();
  const isSilenced = ({ labels }: Alert): boolean =>
    silences.some(
      ({ startsAtMs, endsAtMs, matchers }) =>
        startsAtMs <= world.nowMs &&
        world.nowMs < endsAtMs &&
        matchers.every(({ name, value }) => labels[name] === value),
    );
  const critical = alerts.filter(
    (alert) => alert.status === "firing" && alert.labels["severity"] === "critical" && !isSilenced(alert),
  );
  const grave = new Set(critical.map(({ fingerprint }) => fingerprint));
  const isIdle = (id: string | undefined): boolean => {
    const { members, left } = incidents.find((incident) => incident.id === id) ?? { members: [] };
    return !members.some((member) => grave.has(member) && left?.includes(member) !== true);
  };
  return calls.filter(({ notification }) => isIdle(notification.incident)).map(({ dedupKey }) => dedupKey);
}

/** What of an incident was due so long ago that it is forgotten. */
function forgottenOf({ escalation, acknowledgement, status, cause }: Incident, nowMs: number): readonly string[] {
  const lateMs = nowMs - patienceMs;
  const move = escalation === undefined ? undefined : nextMove(escalation, status === "acknowledged");
  const isHeld = escalation?.pausedSinceMs !== undefined;
  return [
    ...(status === "acknowledged" && (acknowledgement?.untilMs ?? nowMs) < lateMs ? ["acknowledgement"] : []),
    ...(!isHeld && (move?.atMs ?? nowMs) < lateMs ? ["chain"] : []),
    ...(cause !== undefined && cause.toldAtMs === undefined && !cause.muted && cause.dueMs < lateMs ? ["cause"] : []),
  ];
}

describe.each([
  { of: "everything", company: smallCompany },
  { of: "persons", company: personalCompany },
])("chains in stories of $of", ({ company }) => {
  it("forget nothing that is due", () => {
    fc.assert(
      fc.property(storiesOf(company, { ...anything, jump: 0 }), (steps) => {
        play(company, steps, ({ engine, nowMs }, step) => {
          if (step.do !== "wait") return;
          expect(engine.snapshot().incidents.flatMap((incident) => forgottenOf(incident, nowMs))).toEqual([]);
        });
      }),
      runs(20),
    );
  });

  it("ring a telephone that is for what is critical only while something critical of the incident fires and may be told", () => {
    fc.assert(
      fc.property(storiesOf(company, { ...anything, jump: 0, reload: 0 }), (steps) => {
        const world = new RecordedWorld(company.configs[0]);
        const idle: string[] = [];
        const apply = world.apply.bind(world);
        world.apply = (change) => {
          apply(change);
          idle.push(...idleCalls(world, change));
        };
        for (const step of steps) happen(world, company, step);

        expect(idle).toEqual([]);
      }),
      { ...runs(20), examples: company === smallCompany ? [[gravestEndsMeanwhile], [gravestHasLeft]] : [] },
    );
  });
});
