import type { Severity } from "../severity.ts";

export type Locale = "en" | "zh";

/** Fixed words of messages in one language; functions take numbers and words that are already in it. */
export type Words = Readonly<{
  severity: Readonly<Record<Severity, string>>;
  resolved: string;
  test: string;
  digest: string;
  itself: string;
  checkDown: string;
  checkFlaw: string;
  checkBlind: string;
  checkFlapping: string;
  beginning(word: string): string;
  environment(env: string): string;
  what(subject: string, what: string): string;
  lasted(duration: string): string;
  since(clock: string, duration: string): string;
  between(from: string, to: string): string;
  value(value: string): string;
  more(count: number): string;
  duplicate: string;
  late(duration: string): string;
  nothingWrong: string;
  runbook: string;
  board: string;
}>;

/** Words per language. */
export const words: Readonly<Record<Locale, Words>> = {
  en: {
    severity: { critical: "Critical", warning: "Warning", info: "Info" },
    resolved: "Resolved",
    test: "Test",
    digest: "Digest",
    itself: "Watchfire",
    checkDown: "down",
    checkFlaw: "works, with a flaw",
    checkBlind: "cannot be measured",
    checkFlapping: "keeps changing between up and down",
    beginning: (word) => `${word}: `,
    environment: (env) => `Environment: ${env}`,
    what: (subject, what) => `${subject} – ${what}`,
    lasted: (duration) => ` (after ${duration})`,
    since: (clock, duration) => `Since ${clock} (${duration})`,
    between: (from, to) => `From ${from} to ${to}`,
    value: (value) => `Value: ${value}`,
    more: (count) => `${count} more ${count === 1 ? "alert is" : "alerts are"} part of this message`,
    duplicate: "Possible duplicate: how the last attempt ended is not known",
    late: (duration) => `Delivered ${duration} late: the channel was away or busy`,
    nothingWrong: "This is a test of the channel; nothing is wrong",
    runbook: "Runbook",
    board: "Board",
  },
  zh: {
    severity: { critical: "严重", warning: "警告", info: "通知" },
    resolved: "已恢复",
    test: "测试",
    digest: "汇总",
    itself: "监控自身",
    checkDown: "不可用",
    checkFlaw: "可用但有缺陷",
    checkBlind: "无法测量",
    checkFlapping: "状态反复变化",
    beginning: (word) => `${word} `,
    environment: (env) => `环境:${env}`,
    what: (subject, what) => `${subject} ${what}`,
    lasted: (duration) => `(历时 ${duration})`,
    since: (clock, duration) => `${clock} 起(已 ${duration})`,
    between: (from, to) => `${from} 至 ${to}`,
    value: (value) => `当前值:${value}`,
    more: (count) => `其余 ${count} 条并入本条`,
    duplicate: "可能重复:上一次发送的结果不明",
    late: (duration) => `迟到 ${duration}:通道当时不通或繁忙`,
    nothingWrong: "这是通道测试,一切正常",
    runbook: "手册",
    board: "面板",
  },
};
