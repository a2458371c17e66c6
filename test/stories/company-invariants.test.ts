import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isActive } from "../../src/alerting/correlation/explanations.ts";
import type { Alert } from "../../src/core/alerting/alert.ts";
import { companies } from "../support/story/companies.ts";
import { correlatingCompany } from "../support/story/correlating-company.ts";
import { endWell } from "../support/story/deeds.ts";
import { holdingCompany } from "../support/story/holding-company.ts";
import { learningCompany } from "../support/story/learning-company.ts";
import { personalCompany } from "../support/story/personal-company.ts";
import { play, type RecordedWorld } from "../support/story/recorded-world.ts";
import { runs } from "../support/story/runs.ts";
import { smallCompany } from "../support/story/small-company.ts";
import { anything, type Company, type StoryStep, storiesOf } from "../support/story/steps.ts";
import { canonical, hasEndedWait, isQuiet, sayingOf, uniqueOf } from "../support/story/tellings.ts";
import { checkOf, downFinding } from "../support/worlds/alerting-world.ts";
import * as foundEnds from "./found-ends.ts";
import * as foundOfLearners from "./found-of-learners.ts";
import * as found from "./found-stories.ts";

const minuteMs = 60_000;
/** By then every group has told what has ended. */
const patienceMs = 6 * minuteMs;

/** Until that minute of an hour: no window and no interval of any company is open then. */
function untilMinuteMs({ nowMs }: RecordedWorld, minute: number): number {
  const hourMs = 60 * minuteMs;
  return (minute * minuteMs - (nowMs % hourMs) + hourMs) % hourMs;
}

/** Occurrences that have been firing for longer than `ms` although nothing mutes or explains them, and that nobody was told of. */
function untoldSince({ engine, outbox, notices, nowMs }: RecordedWorld, ms: number): readonly string[] {
  const { alerts, groups } = engine.snapshot();
  const occurrence = ({ fingerprint, startsAtMs }: Alert): string => `${fingerprint} since ${startsAtMs}`;
  const named = [...outbox, ...notices].flatMap(({ notification }) => notification.alerts);
  const told = new Set(named.filter(({ status }) => status === "firing").map(occurrence));
  const muted = new Set(groups.flatMap((group) => Object.keys(group.muted ?? {})));
  return alerts
    .filter(({ status, startsAtMs }) => status === "firing" && startsAtMs <= nowMs - ms)
    .filter((alert) => !muted.has(alert.fingerprint) && !isActive(alert))
    .map(occurrence)
    .filter((each) => !told.has(each));
}

type Stories = [readonly StoryStep[]][];

function endsFoundIn(company: Company): Stories {
  if (company === personalCompany) return [...foundEnds.ofEndsForPersons];
  if (company === holdingCompany) return [...foundEnds.ofEndsForHolds];
  if (company === learningCompany) return [...foundOfLearners.ofEnds];
  return company === smallCompany ? [...foundEnds.ofEnds] : [];
}

function spentFoundIn(company: Company): Stories {
  if (company === personalCompany) return [...found.ofSpentForPersons];
  return company === smallCompany ? [...found.ofSpentIncidents] : [];
}

function restartsFoundIn(company: Company): Stories {
  if (company === learningCompany) return [...foundOfLearners.ofRestarts];
  if (company === correlatingCompany) return [...found.ofRestartsForCauses];
  if (company === personalCompany) return [...found.ofRestartsForPersons];
  return company === smallCompany ? [...found.ofRestarts] : [];
}

describe.each(companies)("stories of $of", ({ company }) => {
  const { checks } = company;
  const isSmall = company === smallCompany;

  it("I2: whoever is told that something fires, by a group or by a step, hears once that it is over, and nobody else does", () => {
    fc.assert(
      fc.property(storiesOf(company), (steps) => {
        const world = play(company, steps);
        endWell(world, company);

        expect(world.hearing.faults).toEqual([]);
        expect(world.hearing.believed).toEqual([]);
        expect(world.engine.snapshot()).toMatchObject({ alerts: [], groups: [], incidents: [] });
      }),
      { ...runs(50), examples: endsFoundIn(company) },
    );
  });

  it("I2: an incident is open only as long as something fires that belongs to it, and to no other", () => {
    fc.assert(
      fc.property(storiesOf(company, { ...anything, jump: 0 }), (steps) => {
        play(company, steps, ({ engine }, step) => {
          if (step.do !== "wait" || step.ms < patienceMs) return;
          const { alerts, incidents } = engine.snapshot();
          const firing = new Set(alerts.flatMap(({ status, fingerprint }) => (status === "firing" ? fingerprint : [])));
          const members = incidents.map((incident) =>
            incident.members.filter((each) => !incident.left?.includes(each)),
          );

          expect(members.filter((own) => !own.some((each) => firing.has(each)))).toEqual([]);
          expect(members.flat()).toEqual([...new Set(members.flat())]);
        });
      }),
      { ...runs(25), examples: spentFoundIn(company) },
    );
  });

  it("I4: a restart at any point changes nothing that anybody is told", () => {
    fc.assert(
      // A clock that is set back can make a new cause older than a known symptom: a start sees that before the group's next turn does.
      fc.property(storiesOf(company, { ...anything, jump: 0 }), (steps) => {
        const steady = play(
          company,
          steps.map((step) => (step.do === "restart" ? { do: "wait", ms: 0 } : step)),
        );
        const restarted = play(company, steps);
        fc.pre(!restarted.starts.some(hasEndedWait));

        expect(canonical(restarted)).toEqual(canonical(steady));
      }),
      { ...runs(50), examples: restartsFoundIn(company) },
    );
  });

  it("P5: a start by the same config writes nothing", () => {
    fc.assert(
      fc.property(storiesOf(company, { ...anything, jump: 0, restart: 4 }), (steps) => {
        const { starts } = play(company, steps);
        fc.pre(!starts.some(hasEndedWait));

        // A start may look at a group a few milliseconds earlier; whether it tells the same is asked of the messages.
        expect(starts.every((change) => isQuiet(change, ["results", "audit", "groups", "removedGroups"]))).toBe(true);
      }),
      runs(25),
    );
  });

  it("I7: nothing has the key or the id of anything else, and what is told is in the order of its times", () => {
    fc.assert(
      fc.property(storiesOf(company, { ...anything, jump: 0 }), (steps) => {
        const world = play(company, steps);
        endWell(world, company);

        expect(new Set(world.outbox.map(({ id }) => id)).size).toBe(world.outbox.length);
        const rows = uniqueOf(world.outbox);
        expect(new Set(rows.map(sayingOf)).size).toBe(rows.length);
        // The same deed twice in one moment is told once.
        const again = world.outbox.filter((row) => !rows.includes(row));
        expect(again.filter(({ dedupKey }) => !/\/(?:news|assigned)/u.test(dedupKey))).toEqual([]);
        const times = world.outbox.map(({ notification }) => notification.createdAtMs);
        expect(times).toEqual([...times].sort((a, b) => a - b));
      }),
      {
        ...runs(25),
        examples: [...(isSmall ? found.ofSayings : []), ...(company.rules === undefined ? [] : found.ofKeys)],
      },
    );
  });

  it("I8: each occurrence of what fires for some minutes is told, unless something mutes or explains it", () => {
    fc.assert(
      fc.property(storiesOf(company), (steps) => {
        play(company, steps, (world, step) => {
          if (step.do !== "wait" || step.ms < patienceMs) return;
          const late = untoldSince(world, step.ms);
          // What was muted until just now is told in a while.
          if (late.length > 0) world.advance(patienceMs);
          expect(untoldSince(world, patienceMs).filter((each) => late.includes(each))).toEqual([]);
        });
      }),
      { ...runs(25), examples: company === personalCompany ? [...found.ofLateForPersons] : [] },
    );
  });

  it("I8: whatever was told before, a new outage is told by name in time", () => {
    fc.assert(
      fc.property(storiesOf(company), fc.nat(checks.length - 1), (steps, index) => {
        const world = play(company, steps);
        endWell(world, company);
        world.advance(untilMinuteMs(world, 35));
        const check = checks[index] ?? checkOf("none");
        const before = world.outbox.length;

        for (let run = 0; run < 3; run += 1) world.run(check, downFinding);
        world.advance(minuteMs + 10_000);

        const told = world.outbox.slice(before).flatMap(({ notification }) => notification.alerts);
        expect(told.map(({ labels, status }) => `${labels["check"]} ${labels["alertname"]} ${status}`)).toContain(
          `${check.id} CheckDown firing`,
        );
      }),
      runs(25),
    );
  });
});
