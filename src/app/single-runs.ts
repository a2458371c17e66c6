import type { ProbeIo, ProbeKind, Target } from "../core/checks/probe.ts";
import { invariant } from "../core/errors.ts";
import { remembered } from "../core/remembered.ts";
import type { DoorJob } from "../exporters/blackbox/door.ts";
import { MetricsText, type Probed } from "../exporters/blackbox/metrics-text.ts";
import type { DoorModule } from "../exporters/blackbox/open-module.ts";
import { type OpenProbe, openProbe } from "../scheduler/open-probe.ts";
import type { Scheduler } from "../scheduler/scheduler.ts";

/** Patterns and trust are compiled once per set of options; more sets than this are those of modules that went away. */
const mostProbes = 200;
/** Prometheus asks for the same targets again and again; who asks for ever new ones gets no more memory than for so many. */
const mostTargets = 4000;

type Single = Readonly<{ opened: OpenProbe; metrics: MetricsText }>;

/** Runs probes that belong to no check, and keeps them open for the next who asks with the same options. */
export class SingleRuns {
  readonly #kinds: ReadonlyMap<string, ProbeKind>;
  readonly #io: () => ProbeIo;
  readonly #probes = new Map<string, Single>();
  readonly #targetOf = remembered((text) => JSON.parse(text) as Target, mostTargets);
  #newest: Single | undefined;

  constructor(kinds: ReadonlyMap<string, ProbeKind>, io: () => ProbeIo) {
    this.#kinds = kinds;
    this.#io = io;
  }

  /** Never throws for what the target does. The metrics are written here, since a text crosses to the main thread as it is. */
  async run({ moduleText, targetText, timeoutMs }: DoorJob, scheduler: Pick<Scheduler, "runSingle">): Promise<Probed> {
    const { opened, metrics } = this.#open(moduleText);
    opened.hold();
    // The runner knows no run without time; one of a millisecond ends as Go's of none does.
    const run = { probe: opened.probe, target: this.#targetOf(targetText), timeoutMs: Math.max(1, timeoutMs) };
    try {
      const { result, notes } = await scheduler.runSingle(run);
      const { verdict, findings, durationMs } = result;
      return { verdict, findings, durationMs, notes, metrics: metrics.write(result, timeoutMs) };
    } finally {
      opened.release();
    }
  }

  #open(moduleText: string): Single {
    const single = this.#probes.get(moduleText) ?? this.#begin(moduleText);
    if (single === this.#newest) return single;
    // Used last, forgotten last.
    this.#newest = single;
    this.#probes.delete(moduleText);
    this.#probes.set(moduleText, single);
    const [oldest] = this.#probes;
    if (this.#probes.size > mostProbes && oldest !== undefined) {
      this.#probes.delete(oldest[0]);
      void oldest[1].opened.retire();
    }
    return single;
  }

  #begin(moduleText: string): Single {
    const { probe, options } = JSON.parse(moduleText) as DoorModule;
    const kind = this.#kinds.get(probe);
    invariant(kind !== undefined, `the probe kind ${probe} was known to who asked`);
    let metrics = new MetricsText([]);
    const opened = openProbe(() => {
      metrics = new MetricsText(kind.metricsOf(options));
      return kind.open(options, this.#io());
    });
    return { opened, metrics };
  }
}
