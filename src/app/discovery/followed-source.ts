import { type PlacedTargets, placeTargets } from "../../config/discovery/place-targets.ts";
import { sourceIdentity, type TargetsFrom } from "../../config/discovery/targets-from-schema.ts";
import type { Check } from "../../core/checks/check.ts";
import type { ProbeKind } from "../../core/checks/probe.ts";
import { messageOf } from "../../core/errors.ts";
import type { Json } from "../../core/json.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { Logger } from "../../core/ports/logger.ts";
import type { TargetCache, TargetSource } from "../../core/ports/target-source.ts";
import type { EpochMs } from "../../core/time/time.ts";
import type { SourceFigures } from "../../exporters/prometheus/discovery-metrics.ts";
import { WakeLoop } from "../daemon/wake-loop.ts";
import { countTargets, mergeParts, type Parts } from "./merge-parts.ts";
import { incomplete, type SourceTrouble, unreadable } from "./source-trouble.ts";

/** Files are looked at when nothing has changed for so long. */
const quietMs = 250;
/** One failure may pass; what fails again is told. */
const toldAfter = 2;
const nothing: PlacedTargets = { targets: [], problems: [] };

export type FollowedParts = Readonly<{
  clock: Clock;
  log: Logger;
  cache: TargetCache;
  source: TargetSource;
  onRead(check: string, isGood: boolean): void;
}>;

/** How targets are made of what a source lists. */
export type Placement = Readonly<{ kind: ProbeKind; from: TargetsFrom; options: Json }>;

/** One check's source of targets: reads it again and again, and keeps what it listed last. */
export class FollowedSource {
  readonly identity: string;
  readonly #check: string;
  readonly #parts: FollowedParts;
  readonly #stopping = new AbortController();
  readonly #loop: WakeLoop;
  #placement: Placement;
  #listed: Parts = new Map();
  #placed: PlacedTargets = nothing;
  #problems: readonly string[] = [];
  #failures = 0;
  #readAtMs: EpochMs | undefined;
  #isKnown = false;
  #refreshAtMs: EpochMs = Number.NEGATIVE_INFINITY;
  #hintAtMs: EpochMs | undefined;
  #unwatch: () => void = () => {};
  #reading: Promise<void> | undefined;
  #onChange: () => void = () => {};

  constructor(check: Check, placement: Placement, parts: FollowedParts) {
    this.#check = check.id;
    this.identity = sourceIdentity(check.targetsFrom);
    this.#placement = placement;
    this.#parts = parts;
    this.#loop = new WakeLoop(
      parts.clock,
      () => this.read(),
      () => Math.min(this.#refreshAtMs, this.#hintAtMs ?? Number.POSITIVE_INFINITY),
    );
  }

  get placed(): PlacedTargets {
    return this.#placed;
  }

  /** Trouble that somebody should know; undefined while there is none. */
  get trouble(): SourceTrouble | undefined {
    const [problem] = this.#problems;
    const check = this.#check;
    const isTold = this.#failures >= toldAfter || (this.#failures > 0 && !this.#isKnown);
    if (problem !== undefined && isTold) {
      const count = this.#isKnown ? this.#placed.targets.length : undefined;
      return unreadable(check, count, problem, this.#problems.length - 1);
    }
    const [leftOut] = this.#placed.problems;
    return leftOut === undefined ? undefined : incomplete(check, leftOut, this.#placed.problems.length - 1);
  }

  get figures(): SourceFigures {
    return {
      check: this.#check,
      targets: this.#placed.targets.length,
      leftOut: this.#placed.problems.length,
      isFailing: this.#failures > 0,
      readAtMs: this.#readAtMs,
    };
  }

  /** Takes what was kept from before; then reads the source where that is quick or nothing was kept. */
  async begin(before: FollowedSource | undefined): Promise<void> {
    const kept = await this.#parts.cache.read(this.#check);
    if (kept?.source === this.identity) this.#know(new Map(kept.parts.map(({ name, groups }) => [name, groups])));
    const isLocal = this.#placement.from.kind === "file";
    if (isLocal || !this.#isKnown) await this.read();
    // Another source that gives nothing yet: better the targets of the one before than none.
    if (!this.#isKnown && before?.isKnown === true) this.#know(before.#listed);
  }

  get isKnown(): boolean {
    return this.#isKnown;
  }

  /** Follows the source from now on; `onChange` is called when targets or trouble may have changed. */
  start(onChange: () => void): void {
    this.#onChange = onChange;
    this.#unwatch = this.#parts.source.watch(() => {
      this.#hintAtMs = this.#parts.clock.now() + quietMs;
      this.#loop.rearm();
    });
    // What changed between the first reading and the watching was not told.
    if (this.#placement.from.kind === "file") this.#hintAtMs = this.#parts.clock.now();
    this.#loop.start();
  }

  /** Makes targets in another way from now on. */
  place(placement: Placement): void {
    const wayOf = ({ from, options }: Placement): string => JSON.stringify([from, options]);
    if (placement.kind === this.#placement.kind && wayOf(placement) === wayOf(this.#placement)) return;
    this.#placement = placement;
    this.#replace();
  }

  stop(): void {
    this.#loop.stop();
    this.#unwatch();
    this.#stopping.abort();
  }

  /** Reads the source; a call while it is being read waits for that. */
  read(): Promise<void> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #read(): Promise<void> {
    const { source, clock, onRead } = this.#parts;
    this.#hintAtMs = undefined;
    const read = await source.read(this.#stopping.signal);
    if (this.#stopping.signal.aborted) return;
    const { from } = this.#placement;
    const { parts, problems } = mergeParts(this.#listed, read, from.may_be_empty);
    const isGood = problems.length === 0;
    onRead(this.#check, isGood);
    this.#refreshAtMs = clock.now() + from.refresh;
    this.#note(problems);
    if (isGood) this.#readAtMs = clock.now();
    const isNew = JSON.stringify([...parts]) !== JSON.stringify([...this.#listed]);
    if (isGood || countTargets(parts) > 0) this.#isKnown = true;
    if (isNew) await this.#take(parts);
    this.#onChange();
  }

  async #take(parts: Parts): Promise<void> {
    this.#know(parts);
    const { cache, log } = this.#parts;
    const kept = { source: this.identity, parts: [...parts].map(([name, groups]) => ({ name, groups })) };
    try {
      await cache.write(this.#check, kept);
    } catch (error) {
      log.warn("targets_not_kept", { check: this.#check, "error.message": messageOf(error) });
    }
  }

  #know(parts: Parts): void {
    this.#listed = parts;
    this.#isKnown = true;
    this.#replace();
  }

  #replace(): void {
    const { kind, from, options } = this.#placement;
    const before = new Set(this.#placed.targets.map(({ id }) => id));
    this.#placed = placeTargets(kind, [...this.#listed.values()].flat(), { ...from, options });
    const { targets, problems } = this.#placed;
    const added = targets.filter(({ id }) => !before.delete(id)).length;
    const { log } = this.#parts;
    log.info("targets_found", { check: this.#check, targets: targets.length, added, removed: before.size });
    if (problems.length > 0) log.warn("targets_left_out", { check: this.#check, problems: problems.slice(0, 20) });
  }

  #note(problems: readonly string[]): void {
    this.#failures = problems.length === 0 ? 0 : this.#failures + 1;
    const isTold = JSON.stringify(problems) === JSON.stringify(this.#problems);
    this.#problems = problems;
    if (problems.length > 0 && !isTold) {
      this.#parts.log.warn("targets_unreadable", { check: this.#check, problems: problems.slice(0, 20) });
    }
  }
}
