import { describe, expect, it } from "vitest";
import { FakeClock } from "../../../test/support/fakes/fake-clock.ts";
import { MemoryStore } from "../../../test/support/fakes/memory-store.ts";
import { checkOf } from "../../../test/support/samples/sample-checks.ts";
import type { AlertingEngine } from "../../alerting/pipeline/alerting-engine.ts";
import { type Result, type RunKey, subjectId } from "../../core/checks/result.ts";
import { type Change, emptyChange } from "../../core/store.ts";
import { Exposition } from "../../exporters/prometheus/exposition.ts";
import { SelfMetrics } from "../../exporters/prometheus/self-metrics.ts";
import { processFacts } from "../../platform/processes/process-facts.ts";
import { HistoryPoints } from "./history-points.ts";
import { ResultIntake } from "./result-intake.ts";

const silent = { debug() {}, info() {}, warn() {}, error() {} };

function intakeOf(engine: Pick<AlertingEngine, "onResults">) {
  const clock = new FakeClock();
  const confirmed: (readonly [RunKey, boolean])[] = [];
  const committed: Change[] = [];
  const intake = new ResultIntake({
    clock,
    log: silent,
    engine: engine as AlertingEngine,
    store: new MemoryStore(clock),
    exposition: new Exposition({ kinds: [], seriesBudget: 10 }),
    metrics: new SelfMetrics({ version: "1", nodeVersion: "24", process: processFacts }),
    history: new HistoryPoints([]),
    confirm: (key, confirming) => confirmed.push([key, confirming]),
    commit: (change) => committed.push(change),
  });
  return { intake, confirmed, committed };
}

function resultAt(slotMs: number): Result {
  return {
    check: "shop",
    target: "t",
    location: "default",
    slotMs,
    trigger: "schedule",
    verdict: "up",
    findings: [],
    samples: [],
    startedAtMs: slotMs,
    durationMs: 5,
    phasesMs: {},
  };
}

describe("app/daemon/result-intake", () => {
  it("answers the run that was judged, with its slot", () => {
    const engine = {
      onResults: (results: readonly Result[]) => ({
        change: emptyChange,
        confirms: results.map((result) => ({ subject: result, confirming: true })),
      }),
    };
    const { intake, confirmed } = intakeOf(engine);

    intake.take([resultAt(1000)], []);

    expect(confirmed).toEqual([[resultAt(1000), true]]);
  });

  it("commits missed ranges together with what was judged", () => {
    const { intake, committed } = intakeOf({
      onResults: (results) => ({ change: { ...emptyChange, results }, confirms: [] }),
    });
    const missed = {
      check: "shop",
      target: "t",
      location: "default",
      fromSlotMs: 1,
      toSlotMs: 2,
      count: 2,
      reason: "overload",
    } as const;

    intake.take([resultAt(1000)], [missed]);

    expect(committed).toEqual([{ ...emptyChange, results: [resultAt(1000)], missed: [missed] }]);
  });

  it("forgets the last runs of checks that left the config", () => {
    const { intake } = intakeOf({ onResults: () => ({ change: emptyChange, confirms: [] }) });
    intake.take([resultAt(1000)], []);
    expect([...intake.lastRuns.keys()]).toEqual([subjectId(resultAt(1000))]);

    intake.setChecks([checkOf({ id: "other" })]);

    expect(intake.lastRuns.size).toBe(0);
  });
});
