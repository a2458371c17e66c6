import type { Clock } from "../../core/ports/clock.ts";
import type { ShellAnswer, ShellScript } from "../../core/ports/power-shell.ts";
import { type ShellFailure, ShellProcess } from "./shell-process.ts";

/** A question without an answer for so long ends the process. */
const answerLimitMs = 30_000;
const firstRestMs = 10_000;
const longestRestMs = 600_000;
/** What leaks in a process that long is given back. */
const mostAgeMs = 6 * 3_600_000;

type Asked = Readonly<{ number: number; settle(answer: ShellAnswer): void; cancelLimit(): void }>;
type Running = Readonly<{ process: ShellProcess; startedMs: number }>;

/** Keeps at most one PowerShell: a new one is started only when the old one is gone for certain, and rests grow while it fails. */
export class SupervisedShell {
  readonly #command: readonly [string, ...string[]];
  readonly #script: ShellScript;
  readonly #clock: Clock;
  #running: Running | undefined;
  #asked: Asked | undefined;
  #number = 0;
  #failures = 0;
  #isStopped = false;
  #rest: Readonly<{ untilMs: number; failure: ShellFailure }> | undefined;

  constructor(command: readonly [string, ...string[]], script: ShellScript, clock: Clock) {
    this.#command = command;
    this.#script = script;
    this.#clock = clock;
  }

  ask(wanted: string, waitMs: number, signal: AbortSignal): Promise<ShellAnswer> {
    const hindrance = this.#hindrance();
    if (hindrance !== undefined) return Promise.resolve(hindrance);
    const { process } = (this.#running ??= this.#start());
    this.#number += 1;
    const number = this.#number;
    return new Promise((resolve) => {
      let cancelWait = (): void => {};
      const settle = (answer: ShellAnswer): void => {
        cancelWait();
        signal.removeEventListener("abort", stopWaiting);
        resolve(answer);
      };
      const stopWaiting = (): void => settle({ ok: false, reason: "slow", detail: `no answer within ${waitMs} ms` });
      const cancelLimit = this.#clock.setTimer(answerLimitMs, () =>
        process.kill({ reason: "timeout", detail: `no answer within ${answerLimitMs / 1000} s, so it was ended` }),
      );
      this.#asked = { number, settle, cancelLimit };
      cancelWait = this.#clock.setTimer(waitMs, stopWaiting);
      signal.addEventListener("abort", stopWaiting, { once: true });
      process.tell(this.#script.question(number, wanted));
    });
  }

  /** Ends the process. */
  stop(): void {
    if (this.#running === undefined || this.#running.process.isEnding) return;
    this.#isStopped = true;
    this.#running.process.kill({ reason: "ended", detail: "it was ended because nobody asks it any longer" });
  }

  #hindrance(): ShellAnswer | undefined {
    if (this.#asked !== undefined)
      return { ok: false, reason: "busy", detail: "it has not answered the question before" };
    if (this.#running?.process.isEnding === true) {
      return { ok: false, reason: "busy", detail: "the process before has not ended yet" };
    }
    const restMs = (this.#rest?.untilMs ?? 0) - this.#clock.monotonicMs();
    if (this.#running !== undefined || this.#rest === undefined || restMs <= 0) return undefined;
    const { reason, detail } = this.#rest.failure;
    if (reason === "not_found") return { ok: false, reason, detail };
    return { ok: false, reason: "resting", detail: `${detail}; started again in ${Math.ceil(restMs / 1000)} s` };
  }

  #start(): Running {
    const process = new ShellProcess(this.#command, {
      onLine: (line) => this.#onLine(line),
      onGone: (failure) => this.#onGone(failure),
    });
    // An empty line after it: then the definition is complete for certain.
    process.tell(`${this.#script.prelude}\n`);
    return { process, startedMs: this.#clock.monotonicMs() };
  }

  #onLine(line: string): void {
    const asked = this.#asked;
    if (asked === undefined || !this.#script.isAnswer(line, asked.number)) return;
    this.#failures = 0;
    this.#rest = undefined;
    this.#running?.process.forgive();
    this.#settle({ ok: true, line });
    if (this.#running !== undefined && this.#clock.monotonicMs() - this.#running.startedMs >= mostAgeMs) this.stop();
  }

  #onGone(failure: ShellFailure): void {
    this.#running = undefined;
    if (!this.#isStopped) {
      const restMs = Math.min(longestRestMs, firstRestMs * 2 ** this.#failures);
      this.#failures += 1;
      this.#rest = { untilMs: this.#clock.monotonicMs() + restMs, failure };
    }
    this.#isStopped = false;
    this.#settle({ ok: false, ...failure });
  }

  #settle(answer: ShellAnswer): void {
    const asked = this.#asked;
    this.#asked = undefined;
    asked?.cancelLimit();
    asked?.settle(answer);
  }
}
