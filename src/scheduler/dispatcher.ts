import type { Missed } from "../core/checks/result.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { EpochMs } from "../core/time/time.ts";
import { Admission, type Candidate } from "./admission.ts";
import type { BatchCollector } from "./batch-collector.ts";
import { type RunOutcome, startRun } from "./runner.ts";
import type { StatsCounter } from "./scheduler-stats.ts";
import type { StallDetector } from "./stall-detector.ts";
import { underStall } from "./stall-verdict.ts";
import type { ActiveRun, PlannedRun, Subject } from "./subject.ts";
import type { Timeline } from "./timeline.ts";

/** How many runs may be under way at once. */
export type Caps = Readonly<{ mostRuns: number; mostPerHost: number }>;
export const defaultCaps: Caps = { mostRuns: 200, mostPerHost: 4 };

type Parts = Readonly<{
  clock: Clock;
  line: Timeline;
  stalls: StallDetector;
  stats: StatsCounter;
  batches: BatchCollector;
}>;

/** Carries planned runs out: one at a time per subject, within the caps; what cannot start in time is missed. */
export class Dispatcher {
  readonly #parts: Parts;
  readonly #admission: Admission;
  readonly #onEnded: (subject: Subject, planned: PlannedRun, stalled: boolean) => void;

  constructor(parts: Parts, caps: Caps, onEnded: (subject: Subject, planned: PlannedRun, stalled: boolean) => void) {
    this.#parts = parts;
    this.#admission = new Admission(caps);
    this.#onEnded = onEnded;
  }

  get inFlight(): number {
    return this.#admission.inFlight;
  }

  get waiting(): number {
    return this.#admission.waiting;
  }

  /** Starts the run now or when its turn comes; a scheduled run that finds another one in its way is missed, the older first. */
  offer(subject: Subject, planned: PlannedRun): void {
    if (planned.slotMs <= subject.lastSlotMs) return this.#refuse(subject, planned);
    if (subject.active !== undefined) return this.#refuse(subject, planned);
    if (subject.waiting !== undefined) {
      if (planned.trigger !== "schedule") return;
      this.withdraw(subject, "overload");
    }
    const host = subject.target.host;
    const candidate: Candidate = {
      slotMs: planned.slotMs,
      host,
      start: () => this.#launch(subject, planned, candidate),
    };
    subject.waiting = { planned, candidate };
    this.#admission.submit(candidate);
  }

  /** Takes a waiting run of the subject back; a scheduled one is missed for this reason, without one it is forgotten. */
  withdraw(subject: Subject, reason: Missed["reason"] | undefined): void {
    const { waiting } = subject;
    if (waiting === undefined) return;
    subject.waiting = undefined;
    this.#admission.withdraw(waiting.candidate);
    if (reason !== undefined && waiting.planned.trigger === "schedule")
      this.missed(subject, waiting.planned.slotMs, reason);
  }

  /** Cuts a run of the subject that is under way: its result is dropped, and its slot is missed for this reason or, without one, forgotten. */
  cut(subject: Subject, reason: Missed["reason"] | undefined): void {
    const { active } = subject;
    if (active === undefined) return;
    subject.active = undefined;
    active.run.cancel();
    if (reason !== undefined) this.missed(subject, active.planned.slotMs, reason);
  }

  /** Records one slot as missed. */
  missed(subject: Subject, slotMs: EpochMs, reason: Missed["reason"]): void {
    this.missedRange(subject, { fromSlotMs: slotMs, toSlotMs: slotMs, count: 1, reason });
  }

  /** Records slots as missed. */
  missedRange(subject: Subject, range: Pick<Missed, "fromSlotMs" | "toSlotMs" | "count" | "reason">): void {
    subject.lastSlotMs = Math.max(subject.lastSlotMs, range.toSlotMs);
    this.#parts.batches.missed({ ...subject.key, ...range });
  }

  #refuse(subject: Subject, planned: PlannedRun): void {
    if (planned.trigger === "schedule") this.missed(subject, planned.slotMs, "overload");
    if (planned.trigger === "arrival") subject.arrivedMeanwhile = true;
  }

  #launch(subject: Subject, planned: PlannedRun, candidate: Candidate): void {
    const { clock, line, stats } = this.#parts;
    const startedAtMs = line.nowMs();
    stats.lag(startedAtMs - planned.startMs);
    subject.waiting = undefined;
    subject.lastSlotMs = planned.slotMs;
    const { opened, check, target, key, memory } = subject;
    const expected = subject.plan.expected(startedAtMs);
    // Two asked for in one millisecond have slots of their own, and a run is never stamped before its slot.
    const stampMs = Math.max(Math.floor(startedAtMs), planned.slotMs);
    opened.hold();
    const run = startRun(
      {
        key: { ...key, slotMs: planned.slotMs },
        trigger: planned.trigger,
        target,
        probe: opened.probe,
        timeoutMs: check.timeoutMs,
        memory,
        timeZone: check.timeZone,
        ...(expected === undefined ? {} : { expected }),
        startedAtMs: stampMs,
      },
      clock,
    );
    const active: ActiveRun = { planned, candidate, run, startedAtMs, opened };
    subject.active = active;
    this.#parts.batches.started(subject.id, {
      ...key,
      slotMs: planned.slotMs,
      trigger: planned.trigger,
      startedAtMs: stampMs,
    });
    void run.outcome.then((outcome) => this.#end(subject, active, outcome));
  }

  #end(subject: Subject, active: ActiveRun, outcome: RunOutcome): void {
    const { stats, batches } = this.#parts;
    active.opened.release();
    if (outcome.abandoned) stats.abandoned();
    if (outcome.threw) stats.internalError();
    // A run that was cut has been recorded as missed; its result comes too late.
    if (subject.active === active) {
      subject.active = undefined;
      const stalled = this.#wasStalled(subject, outcome);
      const result = stalled ? underStall(outcome.result) : outcome.result;
      subject.lastRun = { slotMs: result.slotMs, startedAtMs: active.startedAtMs };
      subject.memory = result.memory ?? subject.memory;
      batches.result(subject.id, result);
      this.#onEnded(subject, active.planned, stalled && outcome.result.verdict !== "up");
    }
    this.#admission.release(active.candidate);
  }

  /** What arrived is a fact, however late it is read: only measurements suffer from a stall. */
  #wasStalled(subject: Subject, outcome: RunOutcome): boolean {
    if (subject.check.schedule.kind === "arrival") return false;
    return this.#parts.stalls.overlaps(outcome.startedMonotonicMs, outcome.endedMonotonicMs);
  }
}
