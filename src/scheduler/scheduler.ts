import type { Check } from "../core/checks/check.ts";
import type { Probe } from "../core/checks/probe.ts";
import { type Missed, type RunKey, type SubjectKey, subjectId } from "../core/checks/result.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { Arrival } from "../core/ports/inbox.ts";
import type { Random } from "../core/ports/random.ts";
import { type Batch, BatchCollector } from "./batch-collector.ts";
import { type Caps, Dispatcher } from "./dispatcher.ts";
import { DueQueue } from "./due-queue.ts";
import { Planner } from "./planner.ts";
import { type SchedulerStats, StatsCounter } from "./scheduler-stats.ts";
import { runSingle, type SingleRun, type SingleRunOutcome } from "./single-run.ts";
import { StallDetector } from "./stall-detector.ts";
import type { PlannedRun, Seed, Subject } from "./subject.ts";
import { SubjectBook } from "./subject-book.ts";
import { Timeline } from "./timeline.ts";
import { WakeUp } from "./wake-up.ts";

/** Arrivals of one target that follow each other faster are read by one run. */
const arrivalSpacingMs = 1000;

export type SchedulerParts = Readonly<{
  clock: Clock;
  random: Random;
  caps: Caps;
  /** Opens the probe of a check; what it throws shows in every run of the check. */
  open(check: Check): Probe;
  emit(batch: Batch): void;
  /** Arrivals that were dropped since the last call. */
  takeArrivalsDropped(): number;
}>;

/** Decides when every check runs on every target, and tells what came of it: each due slot is a result or is missed for a reason. */
export class Scheduler {
  readonly #parts: SchedulerParts;
  readonly #line: Timeline;
  readonly #queue = new DueQueue<string>();
  readonly #stalls: StallDetector;
  readonly #stats = new StatsCounter();
  readonly #batches: BatchCollector;
  readonly #dispatcher: Dispatcher;
  readonly #wakeUp: WakeUp;
  readonly #book: SubjectBook;
  readonly #planner: Planner;
  #generation = 0;
  #draining = false;

  constructor(parts: SchedulerParts) {
    const { clock } = parts;
    this.#parts = parts;
    this.#line = new Timeline(clock);
    this.#stalls = new StallDetector(clock);
    this.#batches = new BatchCollector(clock, (told) => this.#emit(told));
    this.#book = new SubjectBook((check) => parts.open(check));
    const shared = { clock, line: this.#line, stalls: this.#stalls, stats: this.#stats, batches: this.#batches };
    this.#dispatcher = new Dispatcher(shared, parts.caps, (...ended) => this.#ended(...ended));
    this.#planner = new Planner(parts.random, (subject, range) => this.#dispatcher.missedRange(subject, range));
    this.#wakeUp = new WakeUp(clock, this.#line, () => this.#startDue());
  }

  /** Plans the checks and begins; slots between a seed's and now are missed(shutdown), with one catch-up where the plan does not come around soon. */
  start(checks: readonly Check[], seeds: readonly Seed[], generation: number): void {
    this.#batches.start();
    this.#stalls.start(() => this.#wakeUp.check());
    this.#plan(checks, seeds, generation, "shutdown");
  }

  /** Swaps the checks: what did not change keeps its plan, its queue place and its run under way; a run of what changed is missed(reload), of what went away dropped. */
  replace(checks: readonly Check[], seeds: readonly Seed[], generation: number): void {
    if (!this.#draining) this.#plan(checks, seeds, generation, "reload");
  }

  /** Main's answer to a result: while `confirming`, the subject is probed again at its retry interval, if that is before its next slot. */
  confirm(key: RunKey, confirming: boolean): void {
    const subject = this.#book.get(subjectId(key));
    if (subject === undefined || this.#draining) return;
    if (subject.active !== undefined || subject.waiting !== undefined || subject.lastRun?.slotMs !== key.slotMs) return;
    if (subject.extra !== undefined && (subject.extra.trigger !== "retry" || subject.extra.rerun === true)) return;
    subject.extra = confirming ? this.#planner.retry(subject, this.#line.nowMs()) : undefined;
    this.#arm(subject);
  }

  /** Something arrived for a subject: a run reads it now, and its plan counts from here. */
  arrived(key: SubjectKey, arrival: Pick<Arrival, "signal">): void {
    const subject = this.#book.get(subjectId(key));
    if (subject === undefined || this.#draining) return;
    // A job that only started has still to report.
    if (arrival.signal !== "start") {
      const nowMs = this.#line.nowMs();
      subject.plan.heard(nowMs);
      this.#planner.regular(subject, nowMs);
    }
    this.#readArrivals(subject);
  }

  /** How far the time line is ahead of a wall clock that was set back; what is compared with slots and starts needs it added. */
  skewMs(): number {
    return this.#line.skewMs();
  }

  /** Runs a check on a target now; false when there is no such subject or a run of it is under way, whose result will do. */
  runNow(key: SubjectKey): boolean {
    const subject = this.#book.get(subjectId(key));
    if (subject === undefined || this.#draining) return false;
    if (subject.active !== undefined || subject.waiting !== undefined) return false;
    this.#dispatcher.offer(subject, this.#planner.aside(subject, "manual", this.#line.nowMs()));
    this.#arm(subject);
    return true;
  }

  /** Runs a probe that belongs to no check, beside the plan; the caller bounds how many. */
  runSingle(run: SingleRun): Promise<SingleRunOutcome> {
    return runSingle(run, this.#parts.clock, this.#stalls);
  }

  /** Starts nothing more, waits at most `withinMs` for what is under way, records the rest as missed(shutdown) and hands everything over. */
  async drain(withinMs: number): Promise<void> {
    this.#draining = true;
    this.#wakeUp.stop();
    this.#queue.clear();
    const subjects = [...this.#book.all()];
    for (const subject of subjects) this.#dispatcher.withdraw(subject, "shutdown");
    const ended = new AbortController();
    const outcomes = subjects.flatMap(({ active }) => (active === undefined ? [] : [active.run.outcome]));
    await Promise.race([
      Promise.all(outcomes).then(() => ended.abort()),
      this.#parts.clock.sleep(withinMs, ended.signal),
    ]);
    for (const subject of subjects) this.#dispatcher.cut(subject, "shutdown");
    this.#stalls.stop();
    this.#batches.finish();
    await this.#book.close();
  }

  #plan(checks: readonly Check[], seeds: readonly Seed[], generation: number, reason: Missed["reason"]): void {
    this.#generation = generation;
    this.#line.raiseTo(seeds.reduce((newestMs, seed) => Math.max(newestMs, seed.lastSlotMs), 0));
    const nowMs = this.#line.nowMs();
    const { removed, changed, added } = this.#book.replace(checks, seeds, nowMs);
    for (const subject of removed) this.#leave(subject, undefined);
    for (const { before, subject } of changed) {
      this.#leave(before, reason);
      subject.lastSlotMs = before.lastSlotMs;
      this.#planner.afterChange(subject, before, nowMs);
      this.#arm(subject);
    }
    const unsent = added.length === 0 ? undefined : this.#batches.unsentSlots();
    for (const { subject, seed } of added) {
      const lastSlotMs = Math.max(seed?.lastSlotMs ?? -1, unsent?.get(subject.id) ?? -1);
      subject.lastSlotMs = lastSlotMs < 0 ? subject.lastSlotMs : lastSlotMs;
      if (lastSlotMs < 0) this.#planner.first(subject, nowMs);
      else this.#planner.afterAbsence(subject, lastSlotMs, nowMs, reason);
      this.#arm(subject);
    }
  }

  #leave(subject: Subject, reason: Missed["reason"] | undefined): void {
    this.#queue.delete(subject.id);
    this.#dispatcher.withdraw(subject, reason);
    this.#dispatcher.cut(subject, reason);
  }

  #startDue(): void {
    this.#stalls.seen();
    // Before anything starts: what begins now and ends in a moment is told once, as a result.
    this.#batches.awake();
    const nowMs = this.#line.nowMs();
    for (let id = this.#queue.firstDue(nowMs); id !== undefined; id = this.#queue.firstDue(nowMs)) {
      const subject = this.#book.get(id);
      if (subject === undefined) {
        this.#queue.delete(id);
        continue;
      }
      const planned = this.#planner.takeDue(subject, nowMs);
      if (planned !== undefined) this.#dispatcher.offer(subject, planned);
      this.#queueNext(subject);
    }
    this.#wakeForNext();
  }

  #ended(subject: Subject, planned: PlannedRun, spoiled: boolean): void {
    if (this.#draining) return;
    if (subject.arrivedMeanwhile) this.#readArrivals(subject);
    else if (spoiled && planned.rerun !== true) this.#rerun(subject);
  }

  /** A measurement that a stall has spoiled is made once more, if the plan leaves room. */
  #rerun(subject: Subject): void {
    // After a suspend the plan is behind: bring it up first, perhaps it runs the subject itself.
    this.#wakeUp.check();
    if (subject.active !== undefined || subject.waiting !== undefined || subject.extra !== undefined) return;
    const nowMs = this.#line.nowMs();
    const slotMs = Math.max(Math.floor(nowMs), subject.lastSlotMs + 1);
    if (slotMs >= (subject.regular?.slotMs ?? Number.POSITIVE_INFINITY)) return;
    subject.extra = { slotMs, startMs: nowMs, trigger: "retry", rerun: true };
    this.#arm(subject);
  }

  #readArrivals(subject: Subject): void {
    subject.arrivedMeanwhile = subject.active !== undefined;
    if (subject.active !== undefined || subject.waiting !== undefined) return;
    if (subject.extra?.trigger === "arrival") return;
    const nowMs = this.#line.nowMs();
    const earliestMs = (subject.lastRun?.startedAtMs ?? Number.NEGATIVE_INFINITY) + arrivalSpacingMs;
    const planned = this.#planner.aside(subject, "arrival", Math.max(nowMs, earliestMs));
    if (planned.startMs <= nowMs) this.#dispatcher.offer(subject, planned);
    else subject.extra = planned;
    this.#arm(subject);
  }

  #arm(subject: Subject): void {
    this.#queueNext(subject);
    this.#wakeForNext();
  }

  #queueNext(subject: Subject): void {
    const { regular, extra } = subject;
    const startMs = Math.min(regular?.startMs ?? Number.POSITIVE_INFINITY, extra?.startMs ?? Number.POSITIVE_INFINITY);
    if (startMs === Number.POSITIVE_INFINITY) this.#queue.delete(subject.id);
    else this.#queue.set(subject.id, startMs);
  }

  #wakeForNext(): void {
    const nextMs = this.#queue.peekMs();
    if (nextMs !== undefined && !this.#draining) this.#wakeUp.by(nextMs);
  }

  #emit(told: Omit<Batch, "generation" | "stats">): void {
    this.#parts.emit({ generation: this.#generation, ...told, stats: this.#takeStats() });
  }

  #takeStats(): SchedulerStats {
    const stalls = this.#stalls.take();
    return {
      ...this.#stats.take(),
      stalls: stalls.count,
      stalledMs: stalls.lostMs,
      arrivalsDropped: this.#parts.takeArrivalsDropped(),
      subjects: this.#book.size,
      inFlight: this.#dispatcher.inFlight,
      waiting: this.#dispatcher.waiting,
      skewMs: this.skewMs(),
    };
  }
}
