import { Counter, Gauge, type Registry } from "prom-client";

/** How a check's source of targets fares. */
export type SourceFigures = Readonly<{
  check: string;
  targets: number;
  leftOut: number;
  isFailing: boolean;
  /** Absent while it was never read whole. */
  readAtMs: number | undefined;
}>;

/** The targets that sources list, per check. */
export class DiscoveryMetrics {
  readonly #targets: Gauge;
  readonly #leftOut: Gauge;
  readonly #failing: Gauge;
  readonly #readAt: Gauge;
  readonly #reads: Counter;

  constructor(registry: Registry) {
    const gauge = (name: string, help: string) =>
      new Gauge({ name, help, labelNames: ["check"], registers: [registry] });
    this.#targets = gauge("watchfire_discovered_targets", "Targets of a check that its source lists.");
    this.#leftOut = gauge(
      "watchfire_discovered_targets_left_out",
      "Entries of a check's source that do not fit or are above its limit.",
    );
    this.#failing = gauge(
      "watchfire_discovery_failing",
      "1 while a check's source cannot be read; its last targets stay.",
    );
    this.#readAt = gauge(
      "watchfire_discovery_last_success_timestamp_seconds",
      "When a check's source was last read without a failure.",
    );
    this.#reads = new Counter({
      name: "watchfire_discovery_reads_total",
      help: "Readings of a check's source.",
      labelNames: ["check", "outcome"],
      registers: [registry],
    });
  }

  /** A source was read. */
  countRead(check: string, isGood: boolean): void {
    this.#reads.labels(check, isGood ? "success" : "failure").inc();
  }

  /** Shows these figures in place of those before; checks that are not named have none any more. */
  set(figures: readonly SourceFigures[]): void {
    for (const gauge of [this.#targets, this.#leftOut, this.#failing, this.#readAt]) gauge.reset();
    for (const { check, targets, leftOut, isFailing, readAtMs } of figures) {
      this.#targets.labels(check).set(targets);
      this.#leftOut.labels(check).set(leftOut);
      this.#failing.labels(check).set(isFailing ? 1 : 0);
      if (readAtMs !== undefined) this.#readAt.labels(check).set(readAtMs / 1000);
    }
  }
}
