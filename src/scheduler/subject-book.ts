import type { Check, CheckTarget } from "../core/checks/check.ts";
import type { Probe } from "../core/checks/probe.ts";
import { type SubjectKey, subjectId } from "../core/checks/result.ts";
import type { EpochMs } from "../core/time/time.ts";
import { type OpenProbe, openProbe } from "./open-probe.ts";
import { newSubject, probeSignature, type Seed, type Subject, subjectSignature } from "./subject.ts";

/** What a swap of the checks did; a subject that changed is in `left` and, made anew, in `changed`. */
export type BookChange = Readonly<{
  removed: readonly Subject[];
  changed: readonly Readonly<{ before: Subject; subject: Subject }>[];
  added: readonly Readonly<{ subject: Subject; seed: Seed | undefined }>[];
}>;

/** Holds the subjects and one open probe per check. */
export class SubjectBook {
  readonly #open: (check: Check) => Probe;
  #subjects = new Map<string, Subject>();
  #probes = new Map<string, OpenProbe>();

  constructor(open: (check: Check) => Probe) {
    this.#open = open;
  }

  get size(): number {
    return this.#subjects.size;
  }

  get(id: string): Subject | undefined {
    return this.#subjects.get(id);
  }

  all(): Iterable<Subject> {
    return this.#subjects.values();
  }

  /** Swaps the checks; subjects and probes whose signature is the same stay as they are. */
  replace(checks: readonly Check[], seeds: readonly Seed[], nowMs: EpochMs): BookChange {
    const before = this.#subjects;
    const seedOf = new Map(seeds.map((seed) => [subjectId(seed), seed]));
    const probes = new Map<string, OpenProbe>();
    const changed: { before: Subject; subject: Subject }[] = [];
    const added: { subject: Subject; seed: Seed | undefined }[] = [];
    this.#subjects = new Map();
    for (const { key, check, target } of eachSubject(checks)) {
      const id = subjectId(key);
      const signature = subjectSignature(check, target);
      const opened = this.#share(check, probes);
      const old = before.get(id);
      before.delete(id);
      if (old?.signature === signature) {
        this.#subjects.set(id, old);
        continue;
      }
      const seed = seedOf.get(id);
      const anchorMs = Math.max(old?.lastSlotMs ?? seed?.lastSlotMs ?? nowMs, 0);
      const subject = newSubject(key, { id, check, target, signature, opened }, anchorMs);
      subject.memory = old === undefined ? seed?.memory : old.memory;
      this.#subjects.set(id, subject);
      if (old === undefined) added.push({ subject, seed });
      else changed.push({ before: old, subject });
    }
    this.#retireAllBut(probes);
    return { removed: [...before.values()], changed, added };
  }

  /** Forgets the subjects and closes the probes, each when its last run has ended. */
  async close(): Promise<void> {
    const probes = [...this.#probes.values()];
    this.#subjects.clear();
    this.#probes.clear();
    await Promise.all(probes.map((opened) => opened.retire()));
  }

  #share(check: Check, probes: Map<string, OpenProbe>): OpenProbe {
    const signature = probeSignature(check);
    const opened = probes.get(signature) ?? this.#probes.get(signature) ?? openProbe(() => this.#open(check));
    probes.set(signature, opened);
    return opened;
  }

  #retireAllBut(kept: Map<string, OpenProbe>): void {
    for (const [signature, opened] of this.#probes) {
      if (!kept.has(signature)) void opened.retire();
    }
    this.#probes = kept;
  }
}

function* eachSubject(
  checks: readonly Check[],
): Generator<Readonly<{ key: SubjectKey; check: Check; target: CheckTarget }>> {
  for (const check of checks) {
    // A target that is named twice is one subject.
    const targets = new Map(check.targets.map((target) => [target.id, target]));
    for (const target of targets.values()) {
      yield { key: { check: check.id, target: target.id, location: check.location }, check, target };
    }
  }
}
