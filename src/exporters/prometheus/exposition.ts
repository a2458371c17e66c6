import type { Check, CheckTarget } from "../../core/checks/check.ts";
import type { CheckState } from "../../core/checks/check-state.ts";
import type { ProbeKind } from "../../core/checks/probe.ts";
import { type Result, subjectId } from "../../core/checks/result.ts";
import { sharedDisplays } from "../../core/checks/target-instance.ts";
import type { EpochMs } from "../../core/time/time.ts";
import { Block } from "./block.ts";
import { ChunkWriter } from "./chunk-writer.ts";
import { type Family, FamilyTable } from "./family-table.ts";
import { Freshness } from "./freshness.ts";
import { ownFamilies, stateLines } from "./own-families.ts";
import { SubjectLabels } from "./subject-labels.ts";
import { type ExpositionFormat, familyHeader, sampleLine } from "./text-format.ts";
import { type Declarations, type DropReason, declarationsOf, dropReasons, UnitLines } from "./unit-lines.ts";

type Subject = {
  check: Check;
  labels: SubjectLabels;
  declared: Declarations;
  /** Samples that the kind does not declare stay inside. */
  hidesUndeclared: boolean;
  run: Block;
  standing: Block;
  freshness: Freshness;
  state: CheckState | undefined;
  lastRunMs: EpochMs | undefined;
  expiresAtMs: EpochMs;
};

export type ExpositionSettings = Readonly<{
  kinds: readonly ProbeKind[];
  /** Most series that one check may expose per target. */
  seriesBudget: number;
}>;

/**
 * The series of all checks as ready bytes: rebuilt per subject when a result arrives, joined by family when scraped.
 * Whatever the probes return, the output parses: what would not is dropped and counted.
 */
export class Exposition {
  readonly #table = new FamilyTable();
  readonly #subjects = new Map<string, Subject>();
  readonly #kinds: ReadonlyMap<string, ProbeKind>;
  /** Of the kinds whose metrics are the same for every check. */
  readonly #fixed: ReadonlyMap<string, Declarations>;
  readonly #seriesBudget: number;
  readonly #dropped = new Map<DropReason, number>(dropReasons.map((reason) => [reason, 0]));

  constructor(settings: ExpositionSettings) {
    this.#kinds = new Map(settings.kinds.map((kind) => [kind.kind, kind]));
    this.#fixed = new Map(
      settings.kinds.flatMap(({ kind, metrics }) =>
        metrics === "dynamic" ? [] : [[kind, declarationsOf(metrics, false)] as const],
      ),
    );
    this.#seriesBudget = settings.seriesBudget;
  }

  /** Takes the configured checks: subjects that left go away, changed ones wait for their next run, the others stay as they are. */
  setChecks(checks: readonly Check[]): void {
    const configured = new Set<string>();
    for (const check of checks) {
      const shared = sharedDisplays(check.targets);
      for (const target of check.targets) configured.add(this.#configure(check, target, shared));
    }
    for (const [id, subject] of this.#subjects) {
      if (configured.has(id)) continue;
      subject.run.clear();
      subject.standing.clear();
      this.#subjects.delete(id);
    }
  }

  /** Takes a confirmed state, at the start from the store and afterwards when it changes; unknown subjects are passed over. */
  recordState(state: CheckState): void {
    const subject = this.#subjects.get(subjectId(state));
    if (subject === undefined) return;
    this.#setState(subject, state);
  }

  /** Takes a run's result and, where it is judged already, the state it led to; results of subjects that left are passed over. */
  record(result: Result, state?: CheckState): void {
    const subject = this.#subjects.get(subjectId(result));
    if (subject === undefined) return;
    if (state !== undefined) this.#setState(subject, state);
    subject.lastRunMs = result.startedAtMs;
    subject.expiresAtMs = subject.freshness.expiryOf(subject.check, result.slotMs, result.startedAtMs);
    this.#writeRun(subject, result);
  }

  /** Samples that were not exposed since the start, by reason. */
  get dropped(): ReadonlyMap<DropReason, number> {
    return this.#dropped;
  }

  /** Series exposed now. */
  get seriesCount(): number {
    let count = 0;
    for (const { run, standing } of this.#subjects.values()) count += run.seriesCount + standing.seriesCount;
    return count;
  }

  /** Writes everything in chunks of about 256 KiB, letting other work run between two of them; drops what is out of date first. */
  async *render(format: ExpositionFormat, nowMs: EpochMs, yieldLoop: () => Promise<void>): AsyncGenerator<Buffer> {
    this.#dropStale(nowMs);
    const writer = new ChunkWriter();
    for (const family of this.#table.sorted()) {
      // A copy, since results may arrive while a chunk is on its way and the same series must not come twice.
      const slices = [...family.slices.values()];
      if (slices.length === 0) continue;
      writer.append(Buffer.from(familyHeader(family.metric, format, (name) => this.#table.has(name))));
      for (const { bytes, from, to } of slices) {
        if (!writer.fits(to - from)) {
          yield writer.take();
          await yieldLoop();
        }
        writer.append(bytes, from, to);
      }
    }
    if (!writer.isEmpty) yield writer.take();
  }

  #configure(check: Check, target: CheckTarget, shared: ReadonlySet<string>): string {
    const id = subjectId({ check: check.id, target: target.id, location: check.location });
    const labels = new SubjectLabels(check, target, shared.has(target.display));
    const known = this.#subjects.get(id);
    if (known !== undefined && known.labels.text === labels.text && known.check.probe === check.probe) {
      known.check = check;
      known.declared = this.#declarationsOf(check);
      known.hidesUndeclared = this.#hidesUndeclared(check);
      return id;
    }
    known?.run.clear();
    known?.standing.clear();
    const subject: Subject = {
      check,
      labels,
      declared: this.#declarationsOf(check),
      hidesUndeclared: this.#hidesUndeclared(check),
      run: new Block(this.#table),
      standing: new Block(this.#table),
      freshness: new Freshness(),
      state: known?.state,
      lastRunMs: known?.lastRunMs,
      expiresAtMs: Number.POSITIVE_INFINITY,
    };
    this.#subjects.set(id, subject);
    this.#writeStanding(subject);
    this.#writeRun(subject, undefined);
    return id;
  }

  #declarationsOf(check: Check): Declarations {
    const fixed = this.#fixed.get(check.probe);
    const kind = this.#kinds.get(check.probe);
    const isOpen = kind !== undefined && !this.#hidesUndeclared(check);
    return fixed ?? declarationsOf(kind?.metricsOf(check.options) ?? [], isOpen);
  }

  #hidesUndeclared({ probe, options }: Check): boolean {
    const kind = this.#kinds.get(probe);
    return kind?.metrics === "dynamic" && !kind.exposesUndeclared(options);
  }

  // Most runs change nothing here, so its bytes stay as they are.
  #setState(subject: Subject, state: CheckState): void {
    const before = subject.state;
    subject.state = state;
    const isSame = before?.confirmed === state.confirmed && isEqualFlaws(before.flaws, state.flaws);
    if (!isSame) this.#writeStanding(subject);
  }

  #writeStanding(subject: Subject): void {
    const lines = new Map<Family, readonly string[]>();
    for (const [metric, text] of stateLines(subject.labels.text, subject.state)) {
      const family = this.#table.claim(metric);
      if (family !== undefined) lines.set(family, text);
    }
    subject.standing.write(lines);
  }

  /** Without a result only the time of the last run is left. */
  #writeRun(subject: Subject, result: Result | undefined): void {
    const { text } = subject.labels;
    const lines = new UnitLines(this.#table, subject.labels, this.#seriesBudget, (reason, count) =>
      this.#dropped.set(reason, (this.#dropped.get(reason) ?? 0) + count),
    );
    if (subject.lastRunMs !== undefined) {
      lines.addOwn(ownFamilies.lastRun, sampleLine(ownFamilies.lastRun.name, text, subject.lastRunMs / 1000));
    }
    if (result !== undefined && result.verdict !== "up") {
      const why = `verdict="${result.verdict}",reason="${result.headline?.reason ?? "none"}"`;
      lines.addOwn(ownFamilies.failure, sampleLine(ownFamilies.failure.name, `${text},${why}`, 1));
    }
    // What could not be measured is no zero.
    if (result !== undefined && result.verdict !== "unknown") {
      lines
        .addOwn(ownFamilies.success, sampleLine(ownFamilies.success.name, text, result.verdict === "up" ? 1 : 0))
        .addOwn(ownFamilies.duration, sampleLine(ownFamilies.duration.name, text, result.durationMs / 1000))
        .add(exposedOf(subject, result.samples), subject.declared);
    }
    subject.run.write(lines.byFamily);
  }

  #dropStale(nowMs: EpochMs): void {
    for (const subject of this.#subjects.values()) {
      if (subject.expiresAtMs > nowMs) continue;
      subject.expiresAtMs = Number.POSITIVE_INFINITY;
      this.#writeRun(subject, undefined);
    }
  }
}

/** What is kept inside on purpose counts as no drop. */
function exposedOf({ hidesUndeclared, declared }: Subject, samples: Result["samples"]): Result["samples"] {
  return hidesUndeclared ? samples.filter((sample) => declared(sample) !== undefined) : samples;
}

function isEqualFlaws(a: CheckState["flaws"], b: CheckState["flaws"]): boolean {
  const reasons = Object.keys(a) as (keyof CheckState["flaws"])[];
  return reasons.length === Object.keys(b).length && reasons.every((reason) => a[reason] === b[reason]);
}
