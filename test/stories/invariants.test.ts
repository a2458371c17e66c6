import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkStateMachine, initialCheckState } from "../../src/alerting/check-state/check-state-machine.ts";
import type { Alert } from "../../src/core/alerting/alert.ts";
import type { CheckState } from "../../src/core/checks/check-state.ts";
import { subjectId } from "../../src/core/checks/result.ts";
import { play as playIn, type RecordedWorld } from "../support/story/recorded-world.ts";
import { runs } from "../support/story/runs.ts";
import { smallCompany } from "../support/story/small-company.ts";
import { anything, type StoryMix, type StoryStep, storiesOf } from "../support/story/steps.ts";
import * as found from "./found-stories.ts";

const { checks: cast } = smallCompany;
const stories = (mix: StoryMix = anything) => storiesOf(smallCompany, mix);
const play = (steps: readonly StoryStep[], after?: Parameters<typeof playIn>[2]) => playIn(smallCompany, steps, after);
const steadyIds = cast.filter(({ flapDetection }) => flapDetection === false).map(({ id }) => id);
const downOf = (world: RecordedWorld): readonly string[] =>
  [...world.outages.keys()].filter((id) => steadyIds.includes(id)).sort();

describe("stories/invariants", () => {
  it("I1: an outage fires exactly while the thresholds are met on the recorded results, and only that is told", () => {
    fc.assert(
      fc.property(stories(), (steps) => {
        let seen = 0;
        play(steps, (world) => {
          const down = steadyIds.filter((id) => world.readings.get(id)?.isDown === true).sort();
          expect(downOf(world)).toEqual(down);
          const said = world.outbox.slice(seen).flatMap(({ notification }) => notification.alerts);
          const outages = said.filter(
            ({ status, labels }) =>
              status === "firing" && labels["alertname"] === "CheckDown" && labels["check"] !== "wobbly",
          );
          expect(down).toEqual(expect.arrayContaining(outages.map(({ labels }) => labels["check"])));
          seen = world.outbox.length;
        });
      }),
      runs(60),
    );
  });

  it("I3: what was stored is at every moment all that the engine knows, and the recorded results alone give the check states", () => {
    fc.assert(
      fc.property(stories({ ...anything, reload: 0 }), (steps) => {
        const world = play(steps, (now) => {
          const { alerts, groups, incidents, checkStates } = now.engine.snapshot();
          const stored = now.loaded();
          const inOrder = <T>(items: readonly T[]) => items.map((item) => JSON.stringify(item)).sort();
          expect(inOrder(stored.alerts)).toEqual(inOrder(alerts));
          expect(inOrder(stored.groups)).toEqual(inOrder(groups));
          expect(inOrder(stored.incidents.filter(({ status }) => status !== "resolved"))).toEqual(inOrder(incidents));
          expect(inOrder(stored.checkStates)).toEqual(inOrder(checkStates));
        });
        const states = new Map<string, CheckState>();
        for (const result of world.results) {
          const check = cast.find(({ id }) => id === result.check);
          if (check === undefined) continue;
          const before = states.get(result.check) ?? initialCheckState(result, result.startedAtMs);
          states.set(result.check, checkStateMachine(check)(before, result, result.startedAtMs).state);
        }
        for (const state of world.engine.snapshot().checkStates) {
          const { confirmed, flaws, recent, streak } = states.get(state.check) ?? initialCheckState(state, 0);
          expect(state, subjectId(state)).toMatchObject({
            confirmed,
            flaws,
            recent,
            ...(streak === undefined ? {} : { streak }),
          });
        }
      }),
      runs(40),
    );
  });

  it("I5: a run that measured nothing begins no outage and ends none", () => {
    fc.assert(
      fc.property(stories(), (steps) => {
        let before: ReadonlyMap<string, Alert> = new Map();
        play(steps, (now, step) => {
          if (step.do === "run" && step.findings.some(({ is }) => is === "unknown"))
            expect([...now.outages].map(([id, { startsAtMs }]) => [id, startsAtMs])).toEqual(
              [...before].map(([id, { startsAtMs }]) => [id, startsAtMs]),
            );
          before = now.outages;
        });
      }),
      runs(60),
    );
  });

  it("I5: without its unknown runs a story has the same outages at the same times", () => {
    const measured = (steps: readonly StoryStep[]): readonly StoryStep[] =>
      steps.map((step) =>
        step.do === "run" && step.findings.some(({ is }) => is === "unknown") ? { do: "wait", ms: 1 } : step,
      );
    const historyOf = (steps: readonly StoryStep[]): readonly string[] => {
      const seen: string[] = [];
      play(steps, (now) =>
        seen.push(
          downOf(now)
            .map((id) => `${id} ${now.outages.get(id)?.startsAtMs}`)
            .join(),
        ),
      );
      return seen;
    };
    fc.assert(
      fc.property(stories(), (steps) => {
        expect(historyOf(steps)).toEqual(historyOf(measured(steps)));
      }),
      { ...runs(40), examples: [...found.ofUnknownRuns] },
    );
  });
});
