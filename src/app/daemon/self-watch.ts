import type { Said } from "../../core/message/said.ts";
import { durationWords } from "../../core/message/time-words.ts";
import type { Missed } from "../../core/result.ts";
import type { EpochMs } from "../../core/time.ts";
import type { SchedulerStats } from "../../scheduler/scheduler-stats.ts";
import type { Trouble } from "./trouble.ts";

const windowMs = 300_000;
const judgeEveryMs = 10_000;

type Kind = "overload" | "schedule" | "stall";
type Rule = Readonly<{
  /** So much within five minutes is trouble; below half of it the trouble is over. */
  atLeast: number;
  words(amount: number): Said;
}>;

const rules: Readonly<Record<Kind, Rule>> = {
  overload: {
    atLeast: 10,
    words: (runs) => ({
      en: `${runs} runs within five minutes were left out: more is due than this machine can do`,
      zh: `五分钟内有 ${runs} 次检查没有执行:到期的超过本机的能力`,
    }),
  },
  schedule: {
    atLeast: 10,
    words: (runs) => ({
      en: `${runs} runs within five minutes were missed: the machine was suspended or the process stood still`,
      zh: `五分钟内漏了 ${runs} 次检查:机器曾休眠,或进程停顿`,
    }),
  },
  stall: {
    atLeast: 5000,
    words: (ms) => ({
      en: `the process stood still for ${durationWords(ms, "en")} of five minutes: too little CPU`,
      zh: `五分钟内进程停顿共 ${durationWords(ms, "zh")}:CPU 不足`,
    }),
  },
};

/** Watches whether the daemon keeps up with its own schedule, and raises one trouble per way in which it does not. */
export class SelfWatch {
  readonly #trouble: Pick<Trouble, "set">;
  #events: { atMs: EpochMs; kind: Kind; amount: number }[] = [];
  readonly #raised = new Set<Kind>();
  #judgedAtMs = Number.NEGATIVE_INFINITY;

  constructor(trouble: Pick<Trouble, "set">) {
    this.#trouble = trouble;
  }

  /** A probe worker told how it fared. */
  note(missed: readonly Missed[], stats: Pick<SchedulerStats, "stalledMs">, nowMs: EpochMs): void {
    for (const { reason, count } of missed) {
      if (reason === "overload") this.#add("overload", count, nowMs);
      if (reason === "suspended") this.#add("schedule", count, nowMs);
    }
    if (stats.stalledMs > 0) this.#add("stall", stats.stalledMs, nowMs);
    if (nowMs - this.#judgedAtMs >= judgeEveryMs || nowMs < this.#judgedAtMs) this.#judge(nowMs);
  }

  #add(kind: Kind, amount: number, atMs: EpochMs): void {
    const recent = this.#events.findLast((event) => event.kind === kind);
    if (recent !== undefined && Math.abs(atMs - recent.atMs) < 1000) recent.amount += amount;
    else this.#events.push({ atMs, kind, amount });
  }

  #judge(nowMs: EpochMs): void {
    this.#judgedAtMs = nowMs;
    this.#events = this.#events.filter(({ atMs }) => atMs > nowMs - windowMs && atMs <= nowMs);
    for (const [kind, rule] of Object.entries(rules) as [Kind, Rule][]) {
      const amount = this.#events.reduce((sum, event) => sum + (event.kind === kind ? event.amount : 0), 0);
      if (amount >= rule.atLeast && !this.#raised.has(kind)) {
        this.#raised.add(kind);
        this.#trouble.set(kind, rule.words(amount));
      } else if (amount < rule.atLeast / 2 && this.#raised.delete(kind)) this.#trouble.set(kind, undefined);
    }
  }
}
