import type { ProbeContext, ProbeIo } from "../../../src/core/checks/probe.ts";
import type { Json } from "../../../src/core/json.ts";
import type { Arrival, Inbox } from "../../../src/core/ports/inbox.ts";
import type { EpochMs } from "../../../src/core/time/time.ts";

/** A ProbeIo of the given ports; a port that the probe was not given may not be touched. */
export function probeIo(ports: Partial<ProbeIo>): ProbeIo {
  return new Proxy(ports as ProbeIo, {
    get(given, name) {
      if (name in given) return Reflect.get(given, name);
      throw new Error(`this test gives the probe no ${String(name)}`);
    },
  });
}

type RunFacts = Readonly<{
  address?: string;
  startedAtMs?: EpochMs;
  signal?: AbortSignal;
  memory?: Json | undefined;
  timeZone?: string;
  expected?: Readonly<{ atMs: EpochMs; graceMs: number }>;
}>;

/** A context for one run that keeps the phases and notes it was told. */
export function probeContext(
  facts: RunFacts = {},
): ProbeContext & { readonly phases: string[]; readonly notes: string[] } {
  const address = facts.address ?? "localhost";
  const phases: string[] = [];
  const notes: string[] = [];
  return {
    target: { id: "t1", address, display: address, labels: {} },
    signal: facts.signal ?? new AbortController().signal,
    startedAtMs: facts.startedAtMs ?? Date.UTC(2026, 10, 23, 2, 0, 0),
    memory: facts.memory,
    timeZone: facts.timeZone ?? "UTC",
    ...(facts.expected === undefined ? {} : { expected: facts.expected }),
    phases,
    notes,
    phase: (name) => void phases.push(name),
    note: (line) => void notes.push(line),
  };
}

/** An inbox that a test fills by hand. */
export class FakeInbox implements Inbox {
  #arrivals: Arrival[] = [];

  put(...arrivals: readonly Arrival[]): void {
    this.#arrivals.push(...arrivals);
  }

  take(): readonly Arrival[] {
    const taken = this.#arrivals;
    this.#arrivals = [];
    return taken;
  }
}
