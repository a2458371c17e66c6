import { invariant } from "../core/errors.ts";
import type { ProbeIo, ProbeKind } from "../core/probe.ts";
import { type OpenProbe, openProbe } from "../scheduler/open-probe.ts";
import type { Scheduler } from "../scheduler/scheduler.ts";
import type { SingleRunOutcome } from "../scheduler/single-run.ts";
import type { SingleJob } from "./probe-messages.ts";

/** Patterns and trust are compiled once per set of options; more sets than this are those of modules that went away. */
const mostProbes = 200;

/** Runs probes that belong to no check, and keeps them open for the next who asks with the same options. */
export class SingleRuns {
  readonly #kinds: ReadonlyMap<string, ProbeKind>;
  readonly #io: () => ProbeIo;
  readonly #probes = new Map<string, OpenProbe>();

  constructor(kinds: ReadonlyMap<string, ProbeKind>, io: () => ProbeIo) {
    this.#kinds = kinds;
    this.#io = io;
  }

  /** Never throws for what the target does. */
  async run(job: SingleJob, scheduler: Pick<Scheduler, "runSingle">): Promise<SingleRunOutcome> {
    const opened = this.#open(job);
    opened.hold();
    try {
      return await scheduler.runSingle({ probe: opened.probe, target: job.target, timeoutMs: job.timeoutMs });
    } finally {
      await opened.release();
    }
  }

  #open({ probe, optionsText }: SingleJob): OpenProbe {
    const key = `${probe} ${optionsText}`;
    const kind = this.#kinds.get(probe);
    invariant(kind !== undefined, `the probe kind ${probe} was known to who asked`);
    const opened = this.#probes.get(key) ?? openProbe(() => kind.open(JSON.parse(optionsText), this.#io()));
    // Used last, forgotten last.
    this.#probes.delete(key);
    this.#probes.set(key, opened);
    const [oldest] = this.#probes;
    if (this.#probes.size > mostProbes && oldest !== undefined) {
      this.#probes.delete(oldest[0]);
      void oldest[1].retire();
    }
    return opened;
  }
}
