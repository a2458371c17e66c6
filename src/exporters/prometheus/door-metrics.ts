import { Counter, Gauge, type Registry } from "prom-client";
import type { EpochMs } from "../../core/time/time.ts";

type Made = Readonly<{ isLoaded: Gauge; loadedAt: Gauge; unknown: Counter }>;

/** blackbox_exporter's metrics of itself, for the alerts that people have on them; there only once the door is. */
export class DoorMetrics {
  readonly #registry: Registry;
  #made: Made | undefined;

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  /** The modules were read, or were not. */
  loaded(isSuccess: boolean, nowMs: EpochMs): void {
    const { isLoaded, loadedAt } = this.#metrics();
    isLoaded.set(isSuccess ? 1 : 0);
    if (isSuccess) loadedAt.set(nowMs / 1000);
  }

  /** A reload failed; the modules that are there stay. */
  reloadFailed(): void {
    this.#made?.isLoaded.set(0);
  }

  /** Somebody asked for a module that is not there. */
  unknownModule(): void {
    this.#metrics().unknown.inc();
  }

  #metrics(): Made {
    const registers = [this.#registry];
    this.#made ??= {
      isLoaded: new Gauge({
        name: "blackbox_exporter_config_last_reload_successful",
        help: "Blackbox exporter config loaded successfully.",
        registers,
      }),
      loadedAt: new Gauge({
        name: "blackbox_exporter_config_last_reload_success_timestamp_seconds",
        help: "Timestamp of the last successful configuration reload.",
        registers,
      }),
      unknown: new Counter({
        name: "blackbox_module_unknown_total",
        help: "Count of unknown modules requested by probes",
        registers,
      }),
    };
    return this.#made;
  }
}
