import type { Clock } from "../../core/ports/clock.ts";
import { BlackboxDoor, type DoorSettings } from "../../exporters/blackbox/door.ts";
import type { SelfMetrics } from "../../exporters/prometheus/self-metrics.ts";
import { probeKinds } from "../../probes/index.ts";
import type { ProbePool } from "../probe-pool.ts";

/** Opens, changes and closes the door for blackbox_exporter's scrapes as the config says. */
export class DoorKeeping {
  readonly #parts: Readonly<{ clock: Clock; metrics: SelfMetrics; pool: ProbePool }>;
  #door: BlackboxDoor | undefined;

  constructor(parts: Readonly<{ clock: Clock; metrics: SelfMetrics; pool: ProbePool }>) {
    this.#parts = parts;
  }

  /** The door, where the config has one. */
  get door(): BlackboxDoor | undefined {
    return this.#door;
  }

  /** Uses other settings; probes under way end as they began. */
  use(settings: DoorSettings | undefined): void {
    const { clock, metrics, pool } = this.#parts;
    if (settings === undefined) {
      this.#door = undefined;
      return;
    }
    metrics.door.loaded(true, clock.now());
    if (this.#door !== undefined) return this.#door.use(settings);
    this.#door = new BlackboxDoor(
      {
        clock,
        kinds: probeKinds,
        run: (job) => pool.runSingle(job),
        onUnknownModule: () => metrics.door.unknownModule(),
      },
      settings,
    );
  }
}
