import type { Clock } from "../../core/ports/clock.ts";
import type { Dialer } from "../../core/ports/dialer.ts";
import type { Resolver } from "../../core/ports/resolver.ts";
import type { EpochMs } from "../../core/time/time.ts";
import type { Canary } from "./uplink-schema.ts";

const everyMs = 10_000;
const tryTimeoutMs = 2000;
/** All canaries have to be silent twice in a row: one lost packet is no lost uplink. */
const tries = 2;

/** What the watch needs, and whom it tells when the uplink is lost or works again. */
export type UplinkDependencies = Readonly<{
  clock: Clock;
  dialer: Dialer;
  resolver: Resolver;
  onChange(lostSinceMs: EpochMs | undefined): void;
}>;

/** Asks the canaries every ten seconds, and at once when a failure outside makes the answer matter. */
export class UplinkWatch {
  readonly #canaries: readonly Canary[];
  readonly #deps: UplinkDependencies;
  readonly #stopped = new AbortController();
  #loop: Promise<void> | undefined;
  #round: Promise<boolean> | undefined;
  #lostSinceMs: EpochMs | undefined;

  constructor(canaries: readonly Canary[], deps: UplinkDependencies) {
    this.#canaries = canaries;
    this.#deps = deps;
  }

  start(): void {
    this.#loop ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#loop;
    await this.#round;
  }

  /** Asks now; callers share a round. Resolves to whether the uplink works, and while it is stopped to true. */
  isThere(): Promise<boolean> {
    if (this.#stopped.signal.aborted) return Promise.resolve(true);
    this.#round ??= this.#ask().finally(() => {
      this.#round = undefined;
    });
    return this.#round;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      await this.isThere();
      await this.#deps.clock.sleep(everyMs, signal);
    }
  }

  async #ask(): Promise<boolean> {
    let answers = false;
    for (let turn = 0; turn < tries && !answers; turn += 1) answers = await this.#someAnswers();
    if (this.#stopped.signal.aborted) return true;
    const wasLost = this.#lostSinceMs !== undefined;
    if (answers === wasLost) {
      this.#lostSinceMs = answers ? undefined : this.#deps.clock.now();
      this.#deps.onChange(this.#lostSinceMs);
    }
    return answers;
  }

  async #someAnswers(): Promise<boolean> {
    const abort = new AbortController();
    const cancel = this.#deps.clock.setTimer(tryTimeoutMs, () => abort.abort());
    const signal = AbortSignal.any([abort.signal, this.#stopped.signal]);
    try {
      return await Promise.any(this.#canaries.map((canary) => this.#answer(canary, signal)));
    } catch {
      return false;
    } finally {
      cancel();
      abort.abort();
    }
  }

  /** @throws {Error} when it is silent; one that refuses is reached as well. */
  async #answer({ host, port }: Canary, signal: AbortSignal): Promise<true> {
    const { resolver, dialer } = this.#deps;
    const resolved = await resolver.resolve(host, "any", signal);
    if (!resolved.ok) throw new Error(resolved.finding.detail);
    const dialled = await dialer.connect(resolved.addresses, port, signal);
    if (dialled.ok) dialled.socket.destroy();
    else if (dialled.finding.reason !== "refused") throw new Error(dialled.finding.detail);
    return true;
  }
}
