import type { Check, CheckTarget } from "../core/checks/check.ts";
import type { Probe, ProbeIo, ProbeKind } from "../core/checks/probe.ts";
import type { Result } from "../core/checks/result.ts";
import { invariant } from "../core/errors.ts";
import type { Inbox } from "../core/ports/inbox.ts";
import { systemClock } from "../platform/clock.ts";
import { startRun } from "../scheduler/runner.ts";
import { openProbePorts } from "./probe-io.ts";

/** A run made outside the daemon, with what the probe noted. */
export type OneShotRun = Readonly<{ check: Check; target: CheckTarget; result: Result; notes: readonly string[] }>;

/** Runs checks once in this thread, as the pipeline and the command line want them. */
export class OneShot {
  readonly #kinds: readonly ProbeKind[];
  readonly #io: ProbeIo;
  readonly #probes = new Map<Check, Probe>();

  constructor(kinds: readonly ProbeKind[]) {
    this.#kinds = kinds;
    this.#io = openProbePorts()(emptyInbox);
  }

  /** Runs one check on one target; never throws for what the target does. @throws {ZodError} when the options do not fit the kind. */
  async run(check: Check, target: CheckTarget): Promise<OneShotRun> {
    const startedAtMs = systemClock.now();
    const run = startRun(
      {
        key: { check: check.id, target: target.id, location: check.location, slotMs: Math.floor(startedAtMs) },
        trigger: "manual",
        target,
        probe: this.#probeOf(check),
        timeoutMs: check.timeoutMs,
        memory: undefined,
        timeZone: check.timeZone,
        startedAtMs,
      },
      systemClock,
    );
    const { result, notes } = await run.outcome;
    return { check, target, result, notes };
  }

  async close(): Promise<void> {
    await Promise.all([...this.#probes.values()].map((probe) => probe.close()));
  }

  #probeOf(check: Check): Probe {
    const known = this.#probes.get(check);
    if (known !== undefined) return known;
    const kind = this.#kinds.find((each) => each.kind === check.probe);
    invariant(kind !== undefined, `the probe kind ${check.probe} was accepted before`);
    const probe = kind.open(check.options, this.#io, check.secrets);
    this.#probes.set(check, probe);
    return probe;
  }
}

// Nothing can arrive at a process that does not listen.
const emptyInbox: Inbox = { take: () => [] };
