import type { ProbeIo, ProbeKind } from "../core/checks/probe.ts";
import { invariant } from "../core/errors.ts";
import { MetricsText, type Probed } from "../exporters/blackbox/metrics-text.ts";
import { type OpenProbe, openProbe } from "../scheduler/open-probe.ts";
import type { Scheduler } from "../scheduler/scheduler.ts";
import type { SingleJob } from "./probe-messages.ts";

/** Patterns and trust are compiled once per set of options; more sets than this are those of modules that went away. */
const mostProbes = 200;

type Single = Readonly<{ opened: OpenProbe; metrics: MetricsText }>;

/** Runs probes that belong to no check, and keeps them open for the next who asks with the same options. */
export class SingleRuns {
  readonly #kinds: ReadonlyMap<string, ProbeKind>;
  readonly #io: () => ProbeIo;
  readonly #probes = new Map<string, Single>();
  #newest = "";

  constructor(kinds: ReadonlyMap<string, ProbeKind>, io: () => ProbeIo) {
    this.#kinds = kinds;
    this.#io = io;
  }

  /** Never throws for what the target does. The metrics are written here, since a text crosses to the main thread as it is. */
  async run(job: SingleJob, scheduler: Pick<Scheduler, "runSingle">): Promise<Probed> {
    const { opened, metrics } = this.#open(job);
    opened.hold();
    // The runner knows no run without time; one of a millisecond ends as Go's of none does.
    const run = { probe: opened.probe, target: job.target, timeoutMs: Math.max(1, job.timeoutMs) };
    try {
      const { result, notes } = await scheduler.runSingle(run);
      const { verdict, findings, durationMs } = result;
      return { verdict, findings, durationMs, notes, metrics: metrics.write(result, job.timeoutMs) };
    } finally {
      opened.release();
    }
  }

  #open(job: SingleJob): Single {
    const key = `${job.probe} ${job.optionsText}`;
    const single = this.#probes.get(key) ?? this.#begin(job);
    if (key === this.#newest) return single;
    // Used last, forgotten last.
    this.#newest = key;
    this.#probes.delete(key);
    this.#probes.set(key, single);
    const [oldest] = this.#probes;
    if (this.#probes.size > mostProbes && oldest !== undefined) {
      this.#probes.delete(oldest[0]);
      void oldest[1].opened.retire();
    }
    return single;
  }

  #begin({ probe, optionsText }: SingleJob): Single {
    const kind = this.#kinds.get(probe);
    invariant(kind !== undefined, `the probe kind ${probe} was known to who asked`);
    let metrics = new MetricsText([]);
    const opened = openProbe(() => {
      const options: unknown = JSON.parse(optionsText);
      metrics = new MetricsText(kind.metricsOf(options));
      return kind.open(options, this.#io());
    });
    return { opened, metrics };
  }
}
