import type { Missed, Result } from "../../core/checks/result.ts";
import type { Said } from "../../core/message/said.ts";
import { durationWords } from "../../core/message/time-words.ts";
import type { EpochMs } from "../../core/time/time.ts";
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

/** So many checks at once lack something that the machine has for each of them. */
const mostChecksInNeed = 3;

/** Watches whether the daemon keeps up with its own schedule, and raises one trouble per way in which it does not. */
export class SelfWatch {
  readonly #trouble: Pick<Trouble, "set">;
  #events: { atMs: EpochMs; kind: Kind; amount: number }[] = [];
  readonly #raised = new Set<Kind>();
  #judgedAtMs = Number.NEGATIVE_INFINITY;
  /** When checks last found no descriptors, ports or memory. */
  readonly #inNeed = new Map<string, EpochMs>();
  #isInNeed = false;

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

  /** Runs have ended; `note` follows. */
  noteResults(results: readonly Pick<Result, "check" | "headline">[], nowMs: EpochMs): void {
    for (const { check, headline } of results) {
      if (headline?.reason === "local_resources" && headline.is === "unknown") this.#inNeed.set(check, nowMs);
    }
    if (this.#inNeed.size >= mostChecksInNeed && !this.#isInNeed) this.#judgeNeed(nowMs);
  }

  #add(kind: Kind, amount: number, atMs: EpochMs): void {
    const recent = this.#events.findLast((event) => event.kind === kind);
    if (recent !== undefined && Math.abs(atMs - recent.atMs) < 1000) recent.amount += amount;
    else this.#events.push({ atMs, kind, amount });
  }

  #judge(nowMs: EpochMs): void {
    this.#judgedAtMs = nowMs;
    this.#judgeNeed(nowMs);
    this.#events = this.#events.filter(({ atMs }) => atMs > nowMs - windowMs && atMs <= nowMs);
    for (const [kind, rule] of Object.entries(rules) as [Kind, Rule][]) {
      const amount = this.#events.reduce((sum, event) => sum + (event.kind === kind ? event.amount : 0), 0);
      if (amount >= rule.atLeast && !this.#raised.has(kind)) {
        this.#raised.add(kind);
        this.#trouble.set(kind, rule.words(amount));
      } else if (amount < rule.atLeast / 2 && this.#raised.delete(kind)) this.#trouble.set(kind, undefined);
    }
  }

  #judgeNeed(nowMs: EpochMs): void {
    for (const [check, atMs] of this.#inNeed) {
      if (atMs <= nowMs - windowMs || atMs > nowMs) this.#inNeed.delete(check);
    }
    const { size } = this.#inNeed;
    if (this.#isInNeed ? size > 0 : size < mostChecksInNeed) return;
    this.#isInNeed = !this.#isInNeed;
    const said = {
      en: `${size} checks found no descriptors, ports or memory left within five minutes: raise the limits of this process (ulimit -n) or of the machine`,
      zh: `五分钟内有 ${size} 个检查因文件描述符、端口或内存不足而无法执行:请提高本进程(ulimit -n)或本机的限额`,
    };
    this.#trouble.set("resources", this.#isInNeed ? said : undefined);
  }
}
