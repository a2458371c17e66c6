import { type Silence, silenceState } from "../../core/alerting/silence.ts";
import { invariant } from "../../core/errors.ts";
import type { Labels } from "../../core/labels.ts";
import { type Matcher, makeMatcher, matches } from "../../core/matching/matcher.ts";
import type { EpochMs } from "../../core/time/time.ts";
import { TrackedMap } from "../tracked-map.ts";

/** Expired silences stay visible for so long, and can be looked up as the reason of what was not told. */
const keepExpiredMs = 120 * 3_600_000;

type Compiled = Readonly<{ silence: Silence; matchers: readonly Matcher[]; bucket: string }>;

/** Bucket of the silences that name no label with one value. */
const loose = "";
/** After so many changes what covers a label set is found anew; before, only what changed is looked at. */
const mostReplayed = 256;
/** Changes that are remembered. */
const longestLog = 4096;

/** Silences that cover a label set, as of a place in the log of changes. */
type Covering = { upTo: number; silences: readonly Silence[] };

/** True for a silence that names no label with one value: it has to be looked at for every alert. */
export function isLoose({ matchers }: Pick<Silence, "matchers">): boolean {
  return !matchers.some(({ operator, value }) => operator === "=" && value !== "");
}

/**
 * Knows every silence and which of them cover an alert. A silence is looked at only for alerts that carry one label value which it
 * demands; what covers a label set is remembered, and after a change only what changed is looked at.
 */
export class SilenceBook {
  readonly #silences = new TrackedMap<Silence>();
  readonly #compiled = new Map<string, Compiled>();
  readonly #buckets = new Map<string, Set<string>>();
  #covering = new WeakMap<Labels, Covering>();
  /** Ids of silences that were changed, in order; begins anew, and with it all that is remembered, when it is long. */
  #log: string[] = [];
  #oldestEndMs = Number.POSITIVE_INFINITY;

  get(id: string): Silence | undefined {
    return this.#silences.get(id);
  }

  all(): readonly Silence[] {
    return this.#silences.values();
  }

  /** Takes a silence over as the store had it. */
  load(silence: Silence): void {
    this.#silences.load(silence.id, silence);
    this.#index(silence);
  }

  put(silence: Silence): void {
    this.#silences.set(silence.id, silence);
    this.#index(silence);
  }

  /** Silences that cover alerts with these labels now. */
  activeFor(labels: Labels, nowMs: EpochMs): readonly Silence[] {
    return this.#coveringOf(labels).filter((silence) => silenceState(silence, nowMs) === "active");
  }

  /** When the next silence that covers alerts with these labels begins; infinite when none waits. */
  nextStartMs(labels: Labels, nowMs: EpochMs): EpochMs {
    const pending = this.#coveringOf(labels).filter((silence) => silenceState(silence, nowMs) === "pending");
    return Math.min(Number.POSITIVE_INFINITY, ...pending.map(({ startsAtMs }) => startsAtMs));
  }

  /** Forgets silences that expired more than five days ago. */
  dropOld(nowMs: EpochMs): void {
    if (nowMs - this.#oldestEndMs < keepExpiredMs) return;
    this.#oldestEndMs = Number.POSITIVE_INFINITY;
    for (const { id, endsAtMs } of this.#silences.values()) {
      if (nowMs - endsAtMs >= keepExpiredMs) this.#remove(id);
      else this.#oldestEndMs = Math.min(this.#oldestEndMs, endsAtMs);
    }
  }

  /** Silences written and forgotten since the last call. */
  takeChanges(): Readonly<{ changed: readonly Silence[]; removed: readonly string[] }> {
    return this.#silences.takeChanges();
  }

  #coveringOf(labels: Labels): readonly Silence[] {
    const known = this.#covering.get(labels);
    const behind = this.#log.length - (known?.upTo ?? Number.NEGATIVE_INFINITY);
    if (known !== undefined && behind === 0) return known.silences;
    const silences =
      known !== undefined && behind <= mostReplayed ? this.#replayed(known, labels) : this.#found(labels);
    this.#covering.set(labels, { upTo: this.#log.length, silences });
    return silences;
  }

  #replayed({ upTo, silences }: Covering, labels: Labels): readonly Silence[] {
    const changed = new Set(this.#log.slice(upTo));
    const kept = silences.filter(({ id }) => !changed.has(id));
    return [...kept, ...this.#fitting([...changed], labels)].sort(latestFirst);
  }

  #found(labels: Labels): readonly Silence[] {
    const buckets = [loose, ...Object.entries(labels).map(([name, value]) => bucketOf(name, value))];
    const ids = buckets.flatMap((bucket) => [...(this.#buckets.get(bucket) ?? [])]);
    return this.#fitting(ids, labels).sort(latestFirst);
  }

  #fitting(ids: readonly string[], labels: Labels): Silence[] {
    return ids
      .flatMap((id) => this.#compiled.get(id) ?? [])
      .filter(({ matchers }) => matches(matchers, labels))
      .map(({ silence }) => silence);
  }

  #note(id: string): void {
    this.#log.push(id);
    if (this.#log.length < longestLog) return;
    this.#log = [];
    this.#covering = new WeakMap();
  }

  #index(silence: Silence): void {
    this.#oldestEndMs = Math.min(this.#oldestEndMs, silence.endsAtMs);
    this.#note(silence.id);
    const before = this.#compiled.get(silence.id);
    if (before !== undefined) this.#leaveBucket(before);
    const matchers = silence.matchers.map((text) => {
      const matcher = makeMatcher(text);
      invariant(matcher.ok, `the silence ${silence.id} was accepted with a matcher that does not compile`);
      return matcher.value;
    });
    const bucket = this.#smallestBucket(silence);
    this.#compiled.set(silence.id, { silence, matchers, bucket });
    this.#buckets.set(bucket, (this.#buckets.get(bucket) ?? new Set<string>()).add(silence.id));
  }

  #smallestBucket({ matchers }: Silence): string {
    const demanded = matchers.filter(({ operator, value }) => operator === "=" && value !== "");
    const size = (bucket: string): number => this.#buckets.get(bucket)?.size ?? 0;
    const [smallest] = demanded.map(({ name, value }) => bucketOf(name, value)).sort((a, b) => size(a) - size(b));
    return smallest ?? loose;
  }

  #remove(id: string): void {
    const compiled = this.#compiled.get(id);
    if (compiled !== undefined) this.#leaveBucket(compiled);
    this.#compiled.delete(id);
    this.#silences.delete(id);
    this.#note(id);
  }

  #leaveBucket({ silence, bucket }: Compiled): void {
    const ids = this.#buckets.get(bucket);
    ids?.delete(silence.id);
    if (ids?.size === 0) this.#buckets.delete(bucket);
  }
}

function latestFirst(a: Silence, b: Silence): number {
  return b.endsAtMs - a.endsAtMs || (a.id < b.id ? -1 : 1);
}

function bucketOf(name: string, value: string): string {
  return `${name}\n${value}`;
}
