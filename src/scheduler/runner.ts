import { type Finding, headlineOf, verdictOf } from "../core/checks/finding.ts";
import { type Phase, phases } from "../core/checks/phases.ts";
import type { Probe, ProbeContext, Target } from "../core/checks/probe.ts";
import { reasons } from "../core/checks/reasons.ts";
import type { Observation, Result, RunKey, RunTrigger } from "../core/checks/result.ts";
import { messageOf } from "../core/errors.ts";
import type { Json } from "../core/json.ts";
import type { Clock } from "../core/ports/clock.ts";
import { formatDuration } from "../core/time/duration.ts";
import type { EpochMs } from "../core/time/time.ts";
import { setAlarm } from "./alarm.ts";
import { limitObservation } from "./observation-limits.ts";
import { PhaseTimes } from "./phase-times.ts";

/** After the deadline a unit has this long to settle; then it is left alone. */
const graceMs = 2000;
const mostNotes = 200;

/** One run to make. */
export type RunJob = Readonly<{
  key: RunKey;
  trigger: RunTrigger;
  target: Target;
  probe: Probe;
  timeoutMs: number;
  memory: Json | undefined;
  /** Zone of local times in the options; absent: UTC. */
  timeZone?: string | undefined;
  /** For kinds that wait for arrivals. */
  expected?: ProbeContext["expected"];
  /** Stamped on the result and shown to the probe. */
  startedAtMs: EpochMs;
}>;

/** What came of a run; monotonic times tell whether it overlapped a stall. */
export type RunOutcome = Readonly<{
  result: Result;
  /** What the probe noted, oldest first. */
  notes: readonly string[];
  /** The unit did not settle within the grace after its deadline. */
  abandoned: boolean;
  /** The unit threw: a bug of the unit. */
  threw: boolean;
  startedMonotonicMs: number;
  endedMonotonicMs: number;
}>;

/** A run under way; `outcome` never rejects. */
export type Run = Readonly<{ outcome: Promise<RunOutcome>; cancel(): void }>;

/** Starts a run and owns its deadline: at the deadline the signal aborts and the reason of the phase under way is recorded, whether or not the unit settles. `cancel` moves the deadline to now. */
export function startRun(job: RunJob, clock: Clock): Run {
  const run = new RunUnderWay(job, clock);
  return { outcome: run.outcome, cancel: () => run.cut() };
}

type Ending = Readonly<{ observation?: Observation; error?: unknown; abandoned?: boolean }>;

class RunUnderWay {
  readonly outcome: Promise<RunOutcome>;
  readonly #job: RunJob;
  readonly #clock: Clock;
  readonly #controller = new AbortController();
  readonly #phases: PhaseTimes;
  readonly #notes: string[] = [];
  readonly #startedMs: number;
  #part: string | undefined;
  #cancelAlarm: () => void;
  #cut: Readonly<{ phase: Phase | undefined; atMs: number }> | undefined;
  #settle: (outcome: RunOutcome) => void = () => {};

  constructor(job: RunJob, clock: Clock) {
    this.#job = job;
    this.#clock = clock;
    this.#phases = new PhaseTimes(clock);
    this.#startedMs = clock.monotonicMs();
    this.outcome = new Promise((resolve) => {
      this.#settle = resolve;
    });
    this.#cancelAlarm = setAlarm(clock, this.#startedMs + job.timeoutMs, () => this.cut());
    void this.#observe();
  }

  /** The deadline has come. */
  cut(): void {
    if (this.#cut !== undefined) return;
    const nowMs = this.#clock.monotonicMs();
    this.#cancelAlarm();
    this.#cut = { phase: this.#phases.current, atMs: nowMs };
    this.#phases.end();
    this.#cancelAlarm = setAlarm(this.#clock, nowMs + graceMs, () => this.#finish({ abandoned: true }));
    this.#controller.abort();
  }

  async #observe(): Promise<void> {
    const { target, startedAtMs, memory, timeZone = "UTC", expected, probe } = this.#job;
    try {
      const observation = await probe.run({
        target,
        startedAtMs,
        memory,
        timeZone,
        expected,
        signal: this.#controller.signal,
        phase: (name, part) => {
          this.#phases.begin(name);
          if (this.#cut === undefined) this.#part = part;
        },
        note: (line) => {
          if (this.#notes.length < mostNotes) this.#notes.push(line);
        },
      });
      this.#finish({ observation });
    } catch (error) {
      this.#finish({ error });
    }
  }

  #finish(ending: Ending): void {
    this.#cancelAlarm();
    const endedMonotonicMs = this.#clock.monotonicMs();
    // What a unit throws after its signal was aborted is the abort, no bug.
    const threw = this.#cut === undefined && ending.observation === undefined;
    this.#settle({
      result: this.#resultOf(this.#observationOf(ending), this.#cut?.atMs ?? endedMonotonicMs),
      notes: this.#notes,
      abandoned: ending.abandoned === true,
      threw,
      startedMonotonicMs: this.#startedMs,
      endedMonotonicMs,
    });
  }

  #observationOf({ observation, error }: Ending): Observation {
    if (this.#cut !== undefined) {
      const late = observation ?? { samples: [] };
      return this.#limited({ ...late, findings: [deadlineFinding(this.#cut.phase, this.#part, this.#job.timeoutMs)] });
    }
    return observation === undefined ? failed(error) : this.#limited(observation);
  }

  #limited(observation: Observation): Observation {
    try {
      // Only a bad run keeps evidence; who asks by hand wants to see it all.
      return limitObservation(observation, observation.findings.length > 0 || this.#job.trigger === "manual");
    } catch (error) {
      return failed(error);
    }
  }

  #resultOf(observation: Observation, endedMs: number): Result {
    const { key, trigger, startedAtMs } = this.#job;
    const { findings, samples, silentOn, memory, evidence } = observation;
    const headline = headlineOf(findings);
    // Named one by one: V8 copies objects that are spread key by key, and most runs have nothing else.
    const result: Result = {
      check: key.check,
      target: key.target,
      location: key.location,
      slotMs: key.slotMs,
      findings,
      samples,
      trigger,
      verdict: verdictOf(findings),
      startedAtMs,
      durationMs: Math.round((endedMs - this.#startedMs) * 1000) / 1000,
      phasesMs: this.#phases.end(),
    };
    if (headline === undefined && silentOn === undefined && memory === undefined && evidence === undefined)
      return result;
    return {
      ...result,
      ...(headline === undefined ? {} : { headline }),
      ...(silentOn === undefined ? {} : { silentOn }),
      ...(memory === undefined ? {} : { memory }),
      ...(evidence === undefined ? {} : { evidence }),
    };
  }
}

/** The finding of a run whose deadline fell into `phase`. */
function deadlineFinding(phase: Phase | undefined, part: string | undefined, timeoutMs: number): Finding {
  const reason = phase === undefined ? "timeout" : phases[phase];
  const where = phase === undefined ? "before its first phase" : `in phase ${phase}`;
  return {
    is: reasons[reason] === "unknown" ? "unknown" : "down",
    reason,
    ...(phase === undefined ? {} : { phase }),
    detail: `${part === undefined ? "" : `${part}: `}not finished within ${formatDuration(timeoutMs)}: the deadline fell ${where}`,
  };
}

function failed(error: unknown): Observation {
  const detail = `the probe failed with an error of its own, please report this bug: ${messageOf(error)}`;
  return limitObservation({ findings: [{ is: "unknown", reason: "internal", detail }], samples: [] }, false);
}
