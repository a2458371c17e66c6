import type { EpochMs } from "../core/time/time.ts";
import { DueQueue } from "./due-queue.ts";

/** A run that waits for its turn or has it. */
export type Candidate = Readonly<{ slotMs: EpochMs; host: string | undefined; start(): void }>;

/** Caps how many runs are under way, in all and per host; those that wait start in the order of their slots. */
export class Admission {
  readonly #mostRuns: number;
  readonly #mostPerHost: number;
  readonly #ready = new DueQueue<Candidate>();
  readonly #behindHost = new Map<string, DueQueue<Candidate>>();
  readonly #perHost = new Map<string, number>();
  #active = 0;
  #behindHosts = 0;

  constructor(caps: Readonly<{ mostRuns: number; mostPerHost: number }>) {
    this.#mostRuns = caps.mostRuns;
    this.#mostPerHost = caps.mostPerHost;
  }

  get inFlight(): number {
    return this.#active;
  }

  get waiting(): number {
    return this.#ready.size + this.#behindHosts;
  }

  /** Starts the candidate now or when its turn comes. */
  submit(candidate: Candidate): void {
    // The usual one finds nobody before it, and a place.
    if (this.#ready.size === 0 && this.#hasRoom(candidate)) return this.#start(candidate);
    this.#ready.set(candidate, candidate.slotMs);
    this.#startReady();
  }

  /** Takes a candidate that has not started out of the queue. */
  withdraw(candidate: Candidate): void {
    if (this.#ready.delete(candidate)) {
      this.#promote(candidate.host);
      this.#startReady();
    } else if (candidate.host !== undefined && this.#behindHost.get(candidate.host)?.delete(candidate) === true) {
      this.#behindHosts -= 1;
    }
  }

  /** A started candidate is finished: its place is free. */
  release(candidate: Candidate): void {
    this.#active -= 1;
    if (candidate.host !== undefined) {
      const left = (this.#perHost.get(candidate.host) ?? 1) - 1;
      if (left > 0) this.#perHost.set(candidate.host, left);
      else this.#perHost.delete(candidate.host);
      this.#promote(candidate.host);
    }
    this.#startReady();
  }

  #startReady(): void {
    while (this.#active < this.#mostRuns) {
      const candidate = this.#ready.popDue(Number.POSITIVE_INFINITY);
      if (candidate === undefined) return;
      if (this.#isFull(candidate.host)) this.#queueBehind(candidate.host, candidate);
      else this.#start(candidate);
    }
  }

  #hasRoom({ host }: Candidate): boolean {
    return this.#active < this.#mostRuns && !this.#isFull(host);
  }

  #isFull(host: string | undefined): host is string {
    return host !== undefined && (this.#perHost.get(host) ?? 0) >= this.#mostPerHost;
  }

  #start(candidate: Candidate): void {
    const { host } = candidate;
    this.#active += 1;
    if (host !== undefined) this.#perHost.set(host, (this.#perHost.get(host) ?? 0) + 1);
    candidate.start();
  }

  #queueBehind(host: string, candidate: Candidate): void {
    const queue = this.#behindHost.get(host) ?? new DueQueue<Candidate>();
    queue.set(candidate, candidate.slotMs);
    this.#behindHost.set(host, queue);
    this.#behindHosts += 1;
  }

  /** Lets the first that waits for this host stand in line again. */
  #promote(host: string | undefined): void {
    const queue = host === undefined ? undefined : this.#behindHost.get(host);
    const first = queue?.popDue(Number.POSITIVE_INFINITY);
    if (host === undefined || first === undefined) return;
    this.#behindHosts -= 1;
    if (queue?.size === 0) this.#behindHost.delete(host);
    this.#ready.set(first, first.slotMs);
  }
}
