import type { Check, CheckTarget } from "../../core/check.ts";
import type { CheckState } from "../../core/check-state.ts";
import type { ProbeKind } from "../../core/probe.ts";
import { type Result, subjectId } from "../../core/result.ts";
import type { EpochMs } from "../../core/time.ts";
import { Block } from "./block.ts";
import { type Family, FamilyTable } from "./family-table.ts";
import { Freshness } from "./freshness.ts";
import { ownFamilies, stateLines } from "./own-families.ts";
import { SubjectLabels } from "./subject-labels.ts";
import { type ExpositionFormat, familyHeader, sampleLine } from "./text-format.ts";
import { type Declarations, type DropReason, declarationsOf, dropReasons, UnitLines } from "./unit-lines.ts";

const chunkBytes = 256 * 1024;

type Subject = {
  check: Check;
  labels: SubjectLabels;
  declared: Declarations;
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
      for (const target of check.targets) configured.add(this.#configure(check, target));
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
    subject.state = state;
    this.#writeStanding(subject);
  }

  /** Takes a run's result and, where it is judged already, the state it led to; results of subjects that left are passed over. */
  record(result: Result, state?: CheckState): void {
    const subject = this.#subjects.get(subjectId(result));
    if (subject === undefined) return;
    subject.state = state ?? subject.state;
    subject.lastRunMs = result.startedAtMs;
    subject.expiresAtMs = subject.freshness.expiryOf(subject.check, result.slotMs, result.startedAtMs);
    this.#writeStanding(subject);
    if (result.verdict === "unknown") subject.run.clear();
    else this.#writeRun(subject, result);
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

  #configure(check: Check, target: CheckTarget): string {
    const id = subjectId({ check: check.id, target: target.id, location: check.location });
    const labels = new SubjectLabels(check, target);
    const known = this.#subjects.get(id);
    if (known !== undefined && known.labels.text === labels.text && known.check.probe === check.probe) {
      known.check = check;
      known.declared = this.#declarationsOf(check);
      return id;
    }
    known?.run.clear();
    known?.standing.clear();
    const subject: Subject = {
      check,
      labels,
      declared: this.#declarationsOf(check),
      run: new Block(this.#table),
      standing: new Block(this.#table),
      freshness: new Freshness(),
      state: known?.state,
      lastRunMs: known?.lastRunMs,
      expiresAtMs: 0,
    };
    this.#subjects.set(id, subject);
    this.#writeStanding(subject);
    return id;
  }

  #declarationsOf(check: Check): Declarations {
    const fixed = this.#fixed.get(check.probe);
    const kind = this.#kinds.get(check.probe);
    return fixed ?? declarationsOf(kind?.metricsOf(check.options) ?? [], kind !== undefined);
  }

  #writeStanding(subject: Subject): void {
    const lines = new Map<Family, readonly string[]>();
    for (const [metric, text] of stateLines(subject.labels.text, subject.state, subject.lastRunMs)) {
      const family = this.#table.claim(metric);
      if (family !== undefined) lines.set(family, text);
    }
    subject.standing.write(lines);
  }

  #writeRun(subject: Subject, result: Result): void {
    const { text } = subject.labels;
    const lines = new UnitLines(this.#table, subject.labels, this.#seriesBudget, (reason, count) =>
      this.#dropped.set(reason, (this.#dropped.get(reason) ?? 0) + count),
    )
      .addOwn(ownFamilies.success, sampleLine(ownFamilies.success.name, text, result.verdict === "up" ? 1 : 0))
      .addOwn(ownFamilies.duration, sampleLine(ownFamilies.duration.name, text, result.durationMs / 1000))
      .add(result.samples, subject.declared);
    subject.run.write(lines.byFamily);
  }

  #dropStale(nowMs: EpochMs): void {
    for (const subject of this.#subjects.values()) if (subject.expiresAtMs <= nowMs) subject.run.clear();
  }
}

/** Gathers slices into chunks. */
class ChunkWriter {
  #chunk = Buffer.allocUnsafeSlow(chunkBytes);
  #length = 0;

  get isEmpty(): boolean {
    return this.#length === 0;
  }

  fits(sizeBytes: number): boolean {
    return this.isEmpty || this.#length + sizeBytes <= this.#chunk.length;
  }

  append(bytes: Buffer, from = 0, to = bytes.length): void {
    const end = this.#length + to - from;
    if (end > this.#chunk.length) this.#grow(end);
    bytes.copy(this.#chunk, this.#length, from, to);
    this.#length = end;
  }

  take(): Buffer {
    const full = this.#chunk.subarray(0, this.#length);
    this.#chunk = Buffer.allocUnsafeSlow(chunkBytes);
    this.#length = 0;
    return full;
  }

  #grow(leastBytes: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(leastBytes, this.#chunk.length * 2));
    this.#chunk.copy(larger, 0, 0, this.#length);
    this.#chunk = larger;
  }
}
