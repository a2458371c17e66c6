import type { TargetsFrom } from "../../config/discovery/targets-from-schema.ts";
import type { Check } from "../../core/checks/check.ts";
import type { ProbeKind } from "../../core/checks/probe.ts";
import { invariant } from "../../core/errors.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { Logger } from "../../core/ports/logger.ts";
import type { TargetCache, TargetSource } from "../../core/ports/target-source.ts";
import type { DiscoveryMetrics } from "../../exporters/prometheus/discovery-metrics.ts";
import type { AppConfig } from "../configuration/app-config.ts";
import type { Trouble } from "../daemon/trouble.ts";
import { FollowedSource, type Placement } from "./followed-source.ts";
import { joinTroubles } from "./source-trouble.ts";

/** A start or a reload waits at most so long for sources of which nothing is known. */
const patienceMs = 5000;
/** Changes that come so soon after each other are one. */
const gatherMs = 500;

export type DiscoveryParts = Readonly<{
  clock: Clock;
  log: Logger;
  metrics: Pick<DiscoveryMetrics, "countRead" | "set">;
  trouble: Pick<Trouble, "set">;
  kinds: readonly ProbeKind[];
  cache: TargetCache;
  open(from: TargetsFrom): TargetSource;
  /** The targets of some check are others now. */
  onChange(): void;
}>;

/** Follows the sources of targets that the checks of a config name, and puts what they list into the config. */
export class Discovery {
  readonly #parts: DiscoveryParts;
  readonly #kinds: ReadonlyMap<string, ProbeKind>;
  readonly #stopping = new AbortController();
  #followed = new Map<string, FollowedSource>();
  #coming = new Map<string, FollowedSource>();
  #inForce = "";
  #cancelGathering: (() => void) | undefined;

  constructor(parts: DiscoveryParts) {
    this.#parts = parts;
    this.#kinds = new Map(parts.kinds.map((kind) => [kind.kind, kind]));
  }

  /** Opens the sources that are new in a config and waits a while for their first answers, so that `use` knows targets; the last call counts. */
  async prepare(config: AppConfig): Promise<void> {
    for (const source of this.#coming.values()) source.stop();
    this.#coming = new Map();
    const begun = this.#discoveredIn(config).flatMap(({ check, placement }) => {
      const before = this.#followed.get(check.id);
      const source = this.#opened(check, placement);
      if (before?.identity === source.identity) return [];
      this.#coming.set(check.id, source);
      return [source.begin(before)];
    });
    if (begun.length === 0) return;
    const done = new AbortController();
    const signal = AbortSignal.any([done.signal, this.#stopping.signal]);
    await Promise.race([Promise.all(begun), this.#parts.clock.sleep(patienceMs, signal)]);
    done.abort();
  }

  /** Follows the sources of this config from now on, and no others; returns it with the targets that are known. */
  use(config: AppConfig): AppConfig {
    const next = new Map<string, FollowedSource>();
    const begun: FollowedSource[] = [];
    for (const { check, placement } of this.#discoveredIn(config)) {
      const coming = this.#coming.get(check.id);
      const source = coming ?? this.#followed.get(check.id) ?? this.#opened(check, placement);
      if (source !== this.#followed.get(check.id)) begun.push(source);
      source.place(placement);
      next.set(check.id, source);
    }
    for (const [id, source] of this.#followed) if (next.get(id) !== source) source.stop();
    this.#followed = next;
    this.#coming = new Map();
    for (const source of begun) source.start(() => this.#noticed());
    return this.fill(config);
  }

  /** The config with the targets that are known now. */
  fill(config: AppConfig): AppConfig {
    this.#inForce = this.#signature();
    if (this.#followed.size === 0) return config;
    const checks = config.loaded.checks.map((check) => {
      const source = this.#followed.get(check.id);
      return source === undefined ? check : { ...check, targets: source.placed.targets };
    });
    return { ...config, loaded: { ...config.loaded, checks }, alerting: { ...config.alerting, checks } };
  }

  stop(): void {
    this.#stopping.abort();
    this.#cancelGathering?.();
    for (const source of [...this.#followed.values(), ...this.#coming.values()]) source.stop();
  }

  /** Says in metrics and trouble how the sources fare. */
  tell(): void {
    const sources = [...this.#followed.values()];
    this.#parts.metrics.set(sources.map(({ figures }) => figures));
    this.#parts.trouble.set("discovery", joinTroubles(sources.flatMap(({ trouble }) => trouble ?? [])));
  }

  #opened(check: Check, placement: Placement): FollowedSource {
    const { clock, log, cache, metrics, open } = this.#parts;
    const onRead = (id: string, isGood: boolean): void => metrics.countRead(id, isGood);
    return new FollowedSource(check, placement, { clock, log, cache, onRead, source: open(placement.from) });
  }

  #discoveredIn(config: AppConfig): readonly Readonly<{ check: Check; placement: Placement }>[] {
    return config.loaded.checks.flatMap((check) => {
      const from = config.targetsFrom.get(check.id);
      if (from === undefined) return [];
      const kind = this.#kinds.get(check.probe);
      invariant(kind !== undefined, `the probe kind ${check.probe} was accepted before`);
      return [{ check, placement: { kind, from, options: check.options } }];
    });
  }

  #noticed(): void {
    this.tell();
    if (this.#cancelGathering !== undefined || this.#signature() === this.#inForce) return;
    this.#cancelGathering = this.#parts.clock.setTimer(gatherMs, () => {
      this.#cancelGathering = undefined;
      if (this.#signature() !== this.#inForce) this.#parts.onChange();
    });
  }

  #signature(): string {
    return JSON.stringify([...this.#followed].map(([id, { placed }]) => [id, placed.targets]));
  }
}
