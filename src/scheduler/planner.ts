import type { Missed, RunTrigger } from "../core/checks/result.ts";
import type { Random } from "../core/ports/random.ts";
import type { EpochMs } from "../core/time/time.ts";
import { catchUpSpreadMs, firstRun, type Resumption, resume } from "./absence.ts";
import { jitteredStartMs } from "./slots.ts";
import type { PlannedRun, Subject } from "./subject.ts";

/** A deadline of an arrival that is found this late passed while we could hear nothing. */
const deafMs = 5000;

type Range = Pick<Missed, "fromSlotMs" | "toSlotMs" | "count" | "reason">;

/** Decides the next runs of single subjects; `missed` is told the slots that will not run. */
export class Planner {
  readonly #random: Random;
  /** When the next run beside the plan may begin, by host. */
  readonly #turnsMs = new Map<string, EpochMs>();
  readonly #missed: (subject: Subject, range: Range) => void;

  constructor(random: Random, missed: (subject: Subject, range: Range) => void) {
    this.#random = random;
    this.#missed = missed;
  }

  /** Plans a subject that never ran. */
  first(subject: Subject, nowMs: EpochMs): void {
    const slot = firstRun(subject.plan, subject.id, nowMs);
    this.regular(subject, nowMs);
    subject.extra = this.#paced(subject, slot, nowMs);
  }

  /** Plans a subject whose slots after `afterMs` may have passed while nothing ran. */
  afterAbsence(subject: Subject, afterMs: EpochMs, nowMs: EpochMs, reason: Missed["reason"]): void {
    if (subject.check.schedule.kind === "arrival") return this.#afterDeafness(subject, afterMs, nowMs, reason);
    const { missed, catchUp } = resume(subject.plan, subject.id, afterMs, nowMs);
    if (missed !== undefined) {
      this.#missed(subject, { fromSlotMs: missed.firstMs, toSlotMs: missed.lastMs, count: missed.count, reason });
    }
    this.regular(subject, nowMs);
    subject.extra = this.#paced(subject, catchUp, nowMs);
    if (catchUp !== undefined && subject.extra === undefined)
      this.#missed(subject, { fromSlotMs: catchUp.slotMs, toSlotMs: catchUp.slotMs, count: 1, reason });
  }

  /** Plans a subject that was changed; a slot of the same schedule that was due and had not begun is not lost. */
  afterChange(subject: Subject, before: Subject, nowMs: EpochMs): void {
    const sameSchedule = JSON.stringify(subject.check.schedule) === JSON.stringify(before.check.schedule);
    if (!Number.isFinite(subject.lastSlotMs)) this.first(subject, nowMs);
    else if (sameSchedule) this.afterAbsence(subject, subject.lastSlotMs, nowMs, "reload");
    else this.regular(subject, nowMs);
  }

  /** Plans the first slot after `afterMs`. */
  regular(subject: Subject, afterMs: EpochMs): void {
    const { plan, check, lastSlotMs } = subject;
    const slotMs = plan.nextMs(Math.max(afterMs, lastSlotMs));
    subject.regular = slotMs === undefined ? undefined : this.#planned(subject, slotMs, check.jitterMs);
  }

  /** Takes the runs that are due and plans the slot after them; the newer one wins where two are due. */
  takeDue(subject: Subject, nowMs: EpochMs): PlannedRun | undefined {
    const { regular, extra } = subject;
    const extraDue = extra !== undefined && extra.startMs <= nowMs;
    if (regular === undefined || regular.startMs > nowMs) {
      if (!extraDue) return undefined;
      subject.extra = undefined;
      return extra;
    }
    if (extra !== undefined && extra.slotMs < regular.slotMs) this.#supersede(subject, extra);
    return this.#takeRegular(subject, regular, nowMs);
  }

  /** A run of its own beside the plan, for an arrival or by hand; a slot of the plan that is due already is done by it. */
  aside(subject: Subject, trigger: RunTrigger, startMs: EpochMs): PlannedRun {
    const slotMs = Math.max(Math.floor(startMs), subject.lastSlotMs + 1);
    if (subject.extra !== undefined && subject.extra.slotMs <= slotMs) subject.extra = undefined;
    if (subject.regular !== undefined && subject.regular.slotMs <= slotMs) this.regular(subject, slotMs);
    return { slotMs, startMs, trigger };
  }

  /** The next probe of a subject that is being confirmed; undefined when the plan comes around first. */
  retry(subject: Subject, nowMs: EpochMs): PlannedRun | undefined {
    const { lastRun, regular, check } = subject;
    if (check.retryIntervalMs === undefined || lastRun === undefined) return undefined;
    const slotMs = lastRun.slotMs + check.retryIntervalMs;
    const startMs = Math.max(nowMs, lastRun.startedAtMs + check.retryIntervalMs);
    if (slotMs <= subject.lastSlotMs || slotMs >= (regular?.slotMs ?? Number.POSITIVE_INFINITY)) return undefined;
    return startMs >= (regular?.startMs ?? Number.POSITIVE_INFINITY)
      ? undefined
      : { slotMs, startMs, trigger: "retry" };
  }

  /** A run beside the plan, in its turn where the host wants few at once; none where the plan comes around before that turn. */
  #paced({ check, target, regular }: Subject, slot: Resumption["catchUp"], nowMs: EpochMs): PlannedRun | undefined {
    if (slot === undefined) return undefined;
    const { paceMs } = check;
    if (paceMs === undefined || target.host === undefined) return { ...slot, trigger: "schedule" };
    const startMs = Math.max(nowMs, this.#turnsMs.get(target.host) ?? nowMs);
    if (regular !== undefined && regular.startMs <= startMs) return undefined;
    this.#turnsMs.set(target.host, startMs + paceMs);
    return { ...slot, startMs, trigger: "schedule" };
  }

  #takeRegular(subject: Subject, regular: PlannedRun, nowMs: EpochMs): PlannedRun | undefined {
    const isArrival = subject.check.schedule.kind === "arrival";
    const late = isArrival
      ? nowMs - regular.startMs > deafMs
      : subject.plan.between(regular.slotMs, nowMs) !== undefined;
    if (late) {
      this.afterAbsence(subject, regular.slotMs - 1, nowMs, "suspended");
      return undefined;
    }
    this.regular(subject, regular.slotMs);
    return regular;
  }

  /** What could not arrive while we were away gets its grace again. */
  #afterDeafness(subject: Subject, afterMs: EpochMs, nowMs: EpochMs, reason: Missed["reason"]): void {
    const { plan, check } = subject;
    const passed = plan.between(afterMs, nowMs);
    if (passed === undefined) return this.regular(subject, nowMs);
    this.#missed(subject, { fromSlotMs: passed.firstMs, toSlotMs: passed.lastMs, count: passed.count, reason });
    const graceMs = check.schedule.kind === "arrival" ? check.schedule.graceMs : 0;
    subject.regular = this.#planned(subject, Math.floor(nowMs) + Math.max(graceMs, catchUpSpreadMs), 0);
  }

  #supersede(subject: Subject, extra: PlannedRun): void {
    subject.extra = undefined;
    if (extra.trigger !== "schedule") return;
    this.#missed(subject, { fromSlotMs: extra.slotMs, toSlotMs: extra.slotMs, count: 1, reason: "suspended" });
  }

  #planned(subject: Subject, slotMs: EpochMs, jitterMs: number): PlannedRun {
    const random = jitterMs > 0 ? this.#random.next() : 0;
    return { slotMs, startMs: jitteredStartMs(subject.plan, slotMs, jitterMs, random), trigger: "schedule" };
  }
}
