import type { Check } from "../core/checks/check.ts";
import { type Result, type RunKey, type SubjectKey, subjectId } from "../core/checks/result.ts";
import { invariant } from "../core/errors.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { Arrival } from "../core/ports/inbox.ts";
import type { Logger } from "../core/ports/logger.ts";
import type { DoorJob } from "../exporters/blackbox/door.ts";
import type { Probed } from "../exporters/blackbox/metrics-text.ts";
import type { Batch } from "../scheduler/batch-collector.ts";
import { type Caps, defaultCaps } from "../scheduler/dispatcher.ts";
import { noStats } from "../scheduler/scheduler-stats.ts";
import type { Seed } from "../scheduler/subject.ts";
import { Gathering } from "./gathering.ts";
import type { ProbePlan, ProbeReport, SingleJob } from "./probe-messages.ts";
import { ownerOf, splitByOwner } from "./probe-ownership.ts";
import { ProbeThread } from "./probe-thread.ts";
import { SubjectLedger } from "./subject-ledger.ts";
import { threadMemory } from "./thread-memory.ts";
import { type ThreadSupply, threadSupply } from "./thread-supply.ts";
import { threadUrl } from "./thread-url.ts";
import { WaitingList } from "./waiting-list.ts";

/** Draining may take this much longer than what the runs were given. */
const drainMarginMs = 3000;

/** A batch with the worker it came from: its stats are gauges and counts of that worker. */
export type PoolBatch = Batch & Readonly<{ worker: number }>;

/** Jobs that come alone are sent at once, others together. */
const jobTimes = { distanceMs: 50, leastMs: 0 };

const threadOptions = { name: "probes", resourceLimits: threadMemory };

/** Threads that run probes; some may be prepared while the config is read. */
export const probeThreads: ThreadSupply = threadSupply(threadUrl(import.meta.url, "probe-worker"), threadOptions);

export type ProbePoolParts = Readonly<{
  clock: Clock;
  logger: Logger;
  workers: number;
  caps?: Caps;
  /** Another worker file than the real one. */
  workerUrl?: URL;
  /** What is stored of a subject. */
  seedOf(key: SubjectKey): Seed | undefined;
  onBatch(batch: PoolBatch): void;
}>;

/** Somebody who waits for what a worker answers. */
type Waiting<T> = Readonly<{ worker: number; settle(answer: T): void }>;

/** A worker with what it has to run. */
type Member = {
  readonly thread: ProbeThread;
  readonly singles: Gathering<SingleJob>;
  checks: readonly Check[];
  onDrained: () => void;
};

/** Runs the checks in worker threads and collects what comes of them; a subject belongs to one worker, and so do all targets on one host. */
export class ProbePool {
  readonly #parts: ProbePoolParts;
  readonly #threads: ThreadSupply;
  readonly #members: readonly Member[];
  readonly #ledger = new SubjectLedger();
  /** Who ordered a run of a check, and waits to hear whether it has begun. */
  readonly #orders = new WaitingList<Waiting<boolean>>();
  /** Who waits for a run of no check. */
  readonly #singles = new WaitingList<Waiting<Probed | undefined>>();
  /** Subjects whose worker was told to confirm: only they need to be told that it is over. */
  readonly #confirming = new Set<string>();
  #owners = new Map<string, number>();
  #turn = 0;
  #generation = 0;

  constructor(parts: ProbePoolParts) {
    this.#parts = parts;
    this.#threads = parts.workerUrl === undefined ? probeThreads : threadSupply(parts.workerUrl, threadOptions);
    this.#members = Array.from({ length: parts.workers }, (_, worker) => this.#newMember(worker));
  }

  /** Generation of the checks in force; batches of an older one may name checks that are gone. */
  get generation(): number {
    return this.#generation;
  }

  /** Starts the workers with these checks. @throws {Error} when a worker does not load: a bug. */
  async start(checks: readonly Check[]): Promise<void> {
    this.#assign(checks);
    try {
      await Promise.all(this.#members.map((member) => member.thread.start()));
    } catch (error) {
      await Promise.all(this.#members.map((member) => member.thread.stop()));
      throw error;
    }
  }

  /** Swaps the checks; what did not change goes on untouched. */
  replace(checks: readonly Check[]): void {
    const before = this.#owners;
    this.#assign(checks);
    for (const [worker, member] of this.#members.entries()) {
      const plan = this.#planOf(member, (id) => before.get(id) !== worker);
      member.thread.send({ kind: "replace", plan });
    }
  }

  /** Answers a result: while `confirming`, the worker probes again at the retry interval. */
  confirm(key: RunKey, confirming: boolean): void {
    const id = subjectId(key);
    const told = confirming ? this.#confirming.add(id).has(id) : this.#confirming.delete(id);
    if (!told) return;
    const { check, target, location, slotMs } = key;
    this.#ownerOf(id)?.thread.send({
      kind: "confirm",
      confirmations: [{ key: { check, target, location, slotMs }, confirming }],
    });
  }

  /** Hands an arrival to its check; false when there is no such check or its worker is being restarted, so the sender has to come again. */
  arrived(key: SubjectKey, arrival: Arrival): boolean {
    const owner = this.#ownerOf(subjectId(key));
    if (owner?.thread.isReady !== true) return false;
    owner.thread.send({ kind: "arrived", key, arrival });
    return true;
  }

  /** Runs a check on a target now; false when there is no such subject or a run of it is under way already. */
  runNow(key: SubjectKey): Promise<boolean> {
    const worker = this.#owners.get(subjectId(key));
    const member = worker === undefined ? undefined : this.#members[worker];
    if (worker === undefined || member?.thread.isReady !== true) return Promise.resolve(false);
    return new Promise((settle) => {
      member.thread.send({ kind: "run_now", order: this.#orders.add({ worker, settle }), key });
    });
  }

  /** Runs a probe that belongs to no check, on the workers in turn; undefined when the worker is away or went away meanwhile. */
  runSingle({ moduleText, targetText, timeoutMs }: DoorJob): Promise<Probed | undefined> {
    this.#turn = (this.#turn + 1) % this.#members.length;
    const worker = this.#turn;
    const member = this.#members[worker];
    if (member?.thread.isReady !== true) return Promise.resolve(undefined);
    return new Promise((settle) => {
      member.singles.add([this.#singles.add({ worker, settle }), timeoutMs, moduleText, targetText]);
    });
  }

  /** Starts nothing more, waits at most `withinMs` for what is under way, hands over the last batches and ends the workers. */
  async drain(withinMs: number): Promise<void> {
    const drained = this.#members
      .filter(({ thread }) => thread.isReady)
      .map((member) => this.#drainMember(member, withinMs));
    const allDrained = new AbortController();
    await Promise.race([
      Promise.all(drained).then(() => allDrained.abort()),
      this.#parts.clock.sleep(withinMs + drainMarginMs, allDrained.signal),
    ]);
    await Promise.all(this.#members.map(({ thread }) => thread.stop()));
    for (const { settle } of this.#singles.takeWhere(() => true)) settle(undefined);
  }

  #newMember(worker: number): Member {
    const { clock } = this.#parts;
    const member: Member = {
      checks: [],
      onDrained: () => {},
      singles: new Gathering(clock, jobTimes, (jobs) => member.thread.send({ kind: "run_single", jobs })),
      thread: new ProbeThread({
        clock,
        threads: this.#threads,
        onReady: () => [
          { kind: "start", plan: this.#planOf(member, () => true), caps: this.#parts.caps ?? defaultCaps },
        ],
        onReport: (report) => this.#hear(worker, member, report),
        onCrash: (detail, backOffMs) => this.#mourn(worker, detail, backOffMs),
      }),
    };
    return member;
  }

  #assign(checks: readonly Check[]): void {
    this.#generation += 1;
    const workers = this.#members.length;
    const split = splitByOwner(checks, workers);
    for (const [worker, member] of this.#members.entries()) member.checks = split[worker] ?? [];
    this.#owners = new Map(
      checks.flatMap((check) =>
        check.targets.map((target) => {
          const key = { check: check.id, target: target.id, location: check.location };
          return [subjectId(key), ownerOf(target, workers)] as const;
        }),
      ),
    );
    this.#ledger.keepOnly(this.#owners);
    for (const id of this.#confirming) if (!this.#owners.has(id)) this.#confirming.delete(id);
  }

  #planOf(member: Member, needsSeed: (id: string) => boolean): ProbePlan {
    const seeds: Seed[] = [];
    for (const check of member.checks) {
      for (const target of check.targets) {
        const key = { check: check.id, target: target.id, location: check.location };
        if (!needsSeed(subjectId(key))) continue;
        const seed = this.#ledger.seed(key, this.#parts.seedOf(key));
        if (seed !== undefined) seeds.push(seed);
      }
    }
    return { checks: member.checks, seeds, generation: this.#generation };
  }

  #hear(worker: number, member: Member, report: ProbeReport): void {
    switch (report.kind) {
      case "ready":
        return;
      case "batch":
        this.#ledger.note(report.batch);
        return this.#parts.onBatch({ ...report.batch, worker });
      case "run_now":
        this.#orders.take(report.order)?.settle(report.begun);
        return;
      case "ran_single":
        for (const [number, verdict, durationMs, metrics, findings, notes] of report.outcomes) {
          this.#singles.take(number)?.settle({ verdict, durationMs, metrics, findings, notes });
        }
        return;
      case "drained":
        member.onDrained();
    }
  }

  #mourn(worker: number, detail: string, backOffMs: number): void {
    this.#parts.logger.error("probe_worker_crashed", { worker, detail, back_off_ms: backOffMs });
    // Their numbers are free from now on.
    this.#members[worker]?.singles.clear();
    const isLost = (waiting: Readonly<{ worker: number }>): boolean => waiting.worker === worker;
    for (const { settle } of this.#orders.takeWhere(isLost)) settle(false);
    for (const { settle } of this.#singles.takeWhere(isLost)) settle(undefined);
    const because = `the worker that ran this probe crashed: ${detail}`;
    const results = this.#ledger.takeLost((id) => this.#owners.get(id) === worker, because, this.#parts.clock.now());
    if (results.length > 0) this.#tellLost(worker, results);
  }

  #tellLost(worker: number, results: readonly Result[]): void {
    const batch = { generation: this.#generation, started: [], missed: [], stats: noStats };
    this.#parts.onBatch({ ...batch, results, worker });
  }

  #drainMember(member: Member, withinMs: number): Promise<void> {
    return new Promise((resolve) => {
      member.onDrained = resolve;
      member.thread.send({ kind: "drain", withinMs });
    });
  }

  #ownerOf(id: string): Member | undefined {
    const worker = this.#owners.get(id);
    if (worker === undefined) return undefined;
    const member = this.#members[worker];
    invariant(member !== undefined, `subject ${JSON.stringify(id)} belongs to worker ${worker}, which is not there`);
    return member;
  }
}
