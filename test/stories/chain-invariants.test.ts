import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nextMove } from "../../src/alerting/escalation/chain.ts";
import type { Incident } from "../../src/core/incident.ts";
import { downFinding, slowFinding } from "../support/alerting-world.ts";
import { personalCompany } from "../support/story/personal-company.ts";
import { play, type RecordedWorld } from "../support/story/recorded-world.ts";
import { runs } from "../support/story/runs.ts";
import { smallCompany } from "../support/story/small-company.ts";
import { anything, type StoryStep, storiesOf } from "../support/story/steps.ts";

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

/** Members of each incident, and which alerts are critical and fire. */
type Gravity = Readonly<{ members: ReadonlyMap<string, readonly string[]>; grave: ReadonlySet<string> }>;

function gravityOf(world: RecordedWorld): Gravity {
  const { alerts } = world.engine.snapshot();
  const grave = alerts.filter(({ status, labels }) => status === "firing" && labels["severity"] === "critical");
  return {
    members: new Map(world.loaded().incidents.map(({ id, members }) => [id, members])),
    grave: new Set(grave.map(({ fingerprint }) => fingerprint)),
  };
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

  it("ring a telephone that is for what is critical only while something critical of the incident fires", () => {
    fc.assert(
      fc.property(storiesOf(company, { ...anything, jump: 0, reload: 0 }), (steps) => {
        let seen = 0;
        let before: ReadonlySet<string> = new Set();
        play(company, steps, (world) => {
          const { members, grave } = gravityOf(world);
          const calls = world.outbox.slice(seen).filter(({ receiver }) => receiver === "voice");
          const idle = calls.filter(
            ({ notification: { incident = "" } }) =>
              members.get(incident)?.some((member) => grave.has(member) || before.has(member)) !== true,
          );
          expect(idle.map(({ dedupKey }) => dedupKey)).toEqual([]);
          seen = world.outbox.length;
          before = grave;
        });
      }),
      { ...runs(20), examples: company === smallCompany ? [[gravestEndsMeanwhile]] : [] },
    );
  });
});
