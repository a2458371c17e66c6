import type { Clock } from "../../core/ports/clock.ts";
import type { NotifyHttp } from "../../core/ports/notify-http.ts";
import type { DeadmanSettings } from "./deadman-schema.ts";
import { type DaemonPart, type DaemonProgress, shouldPing, stalledParts } from "./should-ping.ts";

const attemptTimeoutMs = 10_000;
const failuresUntilTrouble = 3;

/** What the ping tells the rest of the daemon. */
export type DeadmanHooks = Readonly<{
  /** Three pings in a row failed; undefined when one got through again. */
  onTrouble(trouble: Readonly<{ reason: string; detail: string }> | undefined): void;
  /** Pings are held back because these parts stand still; empty when they go on. */
  onHeld(stalled: readonly DaemonPart[]): void;
}>;

export type DeadmanDependencies = Readonly<{
  clock: Clock;
  http: NotifyHttp;
  progress(): DaemonProgress;
  hooks: DeadmanHooks;
}>;

/** Pings a watcher elsewhere for as long as the daemon does its work, and falls silent when it does not. */
export class DeadmanPing {
  readonly #settings: DeadmanSettings;
  readonly #deps: DeadmanDependencies;
  readonly #stopped = new AbortController();
  #failures = 0;
  #held = false;
  #loop: Promise<void> | undefined;

  constructor(settings: DeadmanSettings, deps: DeadmanDependencies) {
    this.#settings = settings;
    this.#deps = deps;
  }

  /** Begins with a first ping one period from now, when there was progress to speak of. */
  start(): void {
    this.#loop ??= this.#run();
  }

  /** Ends a ping that is under way and begins none any more. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#loop;
  }

  async #run(): Promise<void> {
    const { clock, progress } = this.#deps;
    const { signal } = this.#stopped;
    let nextMs = clock.monotonicMs();
    for (;;) {
      nextMs = Math.max(nextMs + this.#settings.every, clock.monotonicMs());
      await clock.sleep(nextMs - clock.monotonicMs(), signal);
      if (signal.aborted) return;
      const nowMs = clock.now();
      const isDue = shouldPing(progress(), nowMs);
      this.#tellHeld(isDue ? [] : stalledParts(progress(), nowMs));
      if (isDue) await this.#ping();
    }
  }

  #tellHeld(stalled: readonly DaemonPart[]): void {
    if (this.#held === stalled.length > 0) return;
    this.#held = stalled.length > 0;
    this.#deps.hooks.onHeld(stalled);
  }

  async #ping(): Promise<void> {
    const { clock, http, hooks } = this.#deps;
    const abort = new AbortController();
    const cancel = clock.setTimer(attemptTimeoutMs, () => abort.abort());
    const signal = AbortSignal.any([abort.signal, this.#stopped.signal]);
    const { url, proxy } = this.#settings;
    const via = proxy === undefined ? {} : { proxy: proxy.reveal() };
    const headers = { "User-Agent": "Watchfire" };
    const answer = await http.request({ url: url.reveal(), method: "GET", headers, ...via }, signal);
    cancel();
    if (this.#stopped.signal.aborted) return;
    if (answer.ok && answer.status >= 200 && answer.status < 300) {
      if (this.#failures >= failuresUntilTrouble) hooks.onTrouble(undefined);
      this.#failures = 0;
      return;
    }
    this.#failures += 1;
    if (this.#failures !== failuresUntilTrouble) return;
    const reason = answer.ok ? "unexpected_answer" : answer.reason;
    hooks.onTrouble({ reason, detail: answer.ok ? `HTTP ${answer.status}` : answer.detail });
  }
}
