import type { AlertEnding } from "../alerting/alert.ts";
import type { Severity } from "../severity.ts";
import { newsWords } from "./news-words.ts";
import type { NewsKind } from "./story.ts";

export type Locale = "en" | "zh";

/** Fixed words of messages in one language; functions take numbers and words that are already in it. */
export type Words = Readonly<{
  severity: Readonly<Record<Severity, string>>;
  resolved: string;
  measuredAgain: string;
  /** For what fires on at a milder severity. */
  noLonger(severity: string): string;
  /** Of an alert that ended without having recovered: the word a title begins with, and a sentence. */
  ended: Readonly<Record<AlertEnding, EndedWords>>;
  test: string;
  digest: string;
  itself: string;
  checkDown: string;
  checkFlaw: string;
  checkBlind: string;
  checkFlapping: string;
  /** Of an answer that looks well and is not. */
  errorPage: string;
  /** Of the addresses of one name. */
  nodesDiffer(some: string, all: string): string;
  nodesFail(some: string, all: string): string;
  /** Of what ends soon, such as a certificate, and of what has ended. */
  endsIn(rest: string): string;
  hasEnded: string;
  /** Of a rule that alerts because its series are missing. */
  noData: string;
  beginning(word: string): string;
  environment(env: string): string;
  what(subject: string, what: string): string;
  ofMachine(machine: string, subject: string): string;
  lasted(duration: string): string;
  /** Without a duration where there is none to speak of. */
  since(clock: string, duration: string | undefined): string;
  lastWell(since: string, clock: string): string;
  between(from: string, to: string): string;
  value(value: string): string;
  more(count: number): string;
  counts(all: number, parts: readonly (readonly [word: string, count: number])[]): string;
  fallback(receiver: string): string;
  duplicate: string;
  late(duration: string): string;
  nothingWrong: string;
  runbook: string;
  board: string;
  take: string;
  snooze: string;
  evidence: string;
  impact(what: string): string;
  service(title: string): string;
  /** What several have in common, of those that fail because of something else. */
  affected(names: readonly string[], what: string): string;
  lasting(what: string, duration: string): string;
  /** How much less, or more, than usual was counted. */
  fewer(count: string): string;
  moreThanUsual(count: string): string;
  /** Between clauses of one line. */
  separator: string;
  usual(value: string, usual: string): string;
  quote(text: string): string;
  chain(steps: string): string;
  formerly(cause: string, clock: string): string;
  goesOn(what: string): string;
  cause(cause: string, takenBy: string): string;
  handledBy(who: string): string;
  change(changes: string): string;
  reached: Readonly<Record<"call" | "message", (who: string, clock: string) => string>>;
  noAnswer(reached: string): string;
  tookIt(reached: string): string;
  next(who: string, clock: string): string;
  again(clock: string): string;
  /** Before those who are next, where nobody was reached for yet. */
  upNext(who: string): string;
  nobodyNext: string;
  drill: string;
  drillNote: string;
  drillOf(what: string, duration: string): string;
  drillOverNote: string;
  /** What was seen while it lasted. */
  was: (what: string) => string;
  /** Of a test, where there is no room for more. */
  allIsWell: string;
  /** How long it lasted, where there is no room for more. */
  lastedShort: (duration: string) => string;
  /** The first of several. */
  andOthers: (subject: string, count: number) => string;
  /** What several have in common, the names of some of them, and how many they are. */
  alike: (line: string, names: readonly string[], count: number) => string;
  /** Begins the title in place of the severity; empty where the severity stays. */
  news: Readonly<Record<NewsKind, string>>;
  /** A line of its own about the news. */
  newsLine(kind: NewsKind, who: string, until: string): string;
}>;

type EndedWords = Readonly<{ word: string; line: string }>;

/** Words per language. */
export const words: Readonly<Record<Locale, Words>> = {
  en: {
    severity: { critical: "Critical", warning: "Warning", info: "Info" },
    resolved: "Resolved",
    measuredAgain: "Measured",
    noLonger: (severity) => `No longer ${severity}`,
    ended: {
      removed: { word: "Removed", line: "No longer watched: removed from the configuration before it had recovered" },
      gone: { word: "Gone", line: "No longer watched: its source no longer lists the target, which had not recovered" },
      reconfigured: {
        word: "Closed",
        line: "Closed because the configuration changed; that it recovered is not known",
      },
      no_data: { word: "No data", line: "No data arrives any more: whether it is over is not known" },
      unreported: { word: "Gone", line: "Not reported again since the restart" },
      drill_over: { word: "Over", line: "The drill is over" },
    },
    test: "Test",
    digest: "Digest",
    itself: "Watchfire",
    checkDown: "down",
    checkFlaw: "has a flaw",
    checkBlind: "not measured",
    checkFlapping: "comes and goes",
    errorPage: "an error page",
    nodesDiffer: (some, all) => `${some}/${all} nodes differ`,
    nodesFail: (some, all) => `${some}/${all} nodes fail`,
    endsIn: (rest) => `ends in ${rest}`,
    hasEnded: "has expired",
    noData: "no data",
    beginning: (word) => `${word}: `,
    environment: (env) => `Environment: ${env}`,
    what: (subject, what) => `${subject} – ${what}`,
    ofMachine: (machine, subject) => `${machine} · ${subject}`,
    lasted: (duration) => ` (after ${duration})`,
    since: (clock, duration) => (duration === undefined ? `Since ${clock}` : `Since ${clock} (${duration})`),
    lastWell: (since, clock) => `${since}, last well ${clock}`,
    between: (from, to) => `From ${from} to ${to}`,
    value: (value) => `Value: ${value}`,
    more: (count) => `${count} more ${count === 1 ? "alert is" : "alerts are"} part of this message`,
    counts: (all, parts) =>
      `${all} alerts, ${parts.map(([word, count]) => `${count} ${word.toLowerCase()}`).join(", ")}`,
    fallback: (receiver) => `Sent to you because ${receiver} could not be reached`,
    duplicate: "Possible duplicate: how the last attempt ended is not known",
    late: (duration) => `Delivered ${duration} late: the channel was away or busy`,
    nothingWrong: "This is a test of the channel; nothing is wrong",
    runbook: "Runbook",
    board: "Board",
    take: "I take it",
    snooze: "Snooze",
    evidence: "Evidence",
    impact: (what) => `Impact: ${what}`,
    service: (title) => `Service: ${title}`,
    affected: (names, what) => `${names.join(", ")} ${what}`.trim(),
    lasting: (what, duration) => `${what} for ${duration}`,
    fewer: (count) => `about ${count} fewer than usual`,
    moreThanUsual: (count) => `about ${count} more than usual`,
    separator: "; ",
    usual: (value, usual) => `${value} (usually ${usual})`,
    quote: (text) => `It says: “${text}”`,
    chain: (steps) => `Chain: ${steps}`,
    formerly: (cause, clock) => `No longer explained by: ${cause} (until ${clock})`,
    goesOn: (what) => `Goes on as an incident of its own: ${what}`,
    cause: (cause, takenBy) => (takenBy === "" ? `Cause: ${cause}` : `Cause: ${cause} (handled by ${takenBy})`),
    handledBy: (who) => `Handled by ${who}`,
    change: (changes) => `Recent change: ${changes}`,
    reached: {
      call: (who, clock) => `Called ${who} ${clock}`,
      message: (who, clock) => `Told ${who} ${clock}`,
    },
    noAnswer: (reached) => `${reached}, no answer`,
    tookIt: (reached) => `${reached}, took it`,
    next: (who, clock) => `${clock} ${who}`,
    again: (clock) => `${clock} again`,
    upNext: (who) => `Next: ${who}`,
    nobodyNext: "nobody is next",
    drill: "DRILL ",
    drillNote: "This is a drill: act as if it were real",
    drillOf: (what, duration) => `${what}: drill for at most ${duration}`,
    drillOverNote: "This was a drill",
    was: (what) => `Was: ${what}`,
    allIsWell: "all is well",
    lastedShort: (duration) => `after ${duration}`,
    andOthers: (subject, count) => `${subject} +${count - 1}`,
    alike: (line, names, count) => {
      if (names.length === 0) return `${line} (${count} times)`;
      return `${line}: ${names.join(", ")}${names.length < count ? ` and ${count - names.length} more` : ""}`;
    },
    news: {
      escalated: "",
      taken: "Taken",
      untaken: "Not taken",
      snoozed: "Put off",
      released: "Not taken",
      assigned: "",
      closed: "Closed",
      cause: "",
      cause_changed: "",
    },
    newsLine: (kind, who, until) => newsWords.en[kind](who, until),
  },
  zh: {
    severity: { critical: "严重", warning: "警告", info: "通知" },
    resolved: "已恢复",
    measuredAgain: "恢复测量",
    noLonger: (severity) => `不再${severity}`,
    ended: {
      removed: { word: "不再监测", line: "已从配置中移除,移除时尚未恢复" },
      gone: { word: "不再监测", line: "目标已不在来源列表中,当时尚未恢复" },
      reconfigured: { word: "已关闭", line: "因配置变更而关闭,是否恢复不明" },
      no_data: { word: "无数据", line: "不再有数据,是否恢复不明" },
      unreported: { word: "未再出现", line: "重启后没有再次报告" },
      drill_over: { word: "已结束", line: "演练已结束" },
    },
    test: "测试",
    digest: "汇总",
    itself: "监控自身",
    checkDown: "不可用",
    checkFlaw: "可用但有缺陷",
    checkBlind: "无法测量",
    checkFlapping: "状态反复变化",
    errorPage: "返回错误页",
    nodesDiffer: (some, all) => `${some}/${all} 个节点不一致`,
    nodesFail: (some, all) => `${some}/${all} 个节点异常`,
    endsIn: (rest) => `还剩 ${rest}`,
    hasEnded: "已过期",
    noData: "没有数据",
    beginning: (word) => `${word} `,
    environment: (env) => `环境:${env}`,
    what: (subject, what) => `${subject} ${what}`,
    ofMachine: (machine, subject) => `${machine} ${subject}`,
    lasted: (duration) => `(历时 ${duration})`,
    since: (clock, duration) => (duration === undefined ? `${clock} 起` : `${clock} 起(已 ${duration})`),
    lastWell: (since, clock) => `${since},上次正常 ${clock}`,
    between: (from, to) => `${from} 至 ${to}`,
    value: (value) => `当前值:${value}`,
    more: (count) => `其余 ${count} 条并入本条`,
    counts: (all, parts) => `${all} 条(${parts.map(([word, count]) => `${word} ${count}`).join(",")})`,
    fallback: (receiver) => `因 ${receiver} 未能送达而改发给您`,
    duplicate: "可能重复:上一次发送的结果不明",
    late: (duration) => `迟到 ${duration}:通道当时不通或繁忙`,
    nothingWrong: "这是通道测试,一切正常",
    runbook: "手册",
    board: "面板",
    take: "我来处理",
    snooze: "静默",
    evidence: "证据",
    impact: (what) => `影响:${what}`,
    service: (title) => `服务:${title}`,
    affected: (names, what) => `${names.join("、")} ${what}`.trim(),
    lasting: (what, duration) => `${what} 共 ${duration}`,
    fewer: (count) => `约少 ${count}`,
    moreThanUsual: (count) => `约多 ${count}`,
    separator: ";",
    usual: (value, usual) => `${value}(平时 ${usual})`,
    quote: (text) => `正文:「${text}」`,
    chain: (steps) => `经过:${steps}`,
    formerly: (cause, clock) => `不再由此引起:${cause}(到 ${clock} 为止)`,
    goesOn: (what) => `仍未恢复,另作一起事件:${what}`,
    cause: (cause, takenBy) => (takenBy === "" ? `原因:${cause}` : `原因:${cause}(${takenBy}处理)`),
    handledBy: (who) => `处理人:${who}`,
    change: (changes) => `最近变更:${changes}`,
    reached: { call: (who, clock) => `已打${who} ${clock}`, message: (who, clock) => `已通知${who} ${clock}` },
    noAnswer: (reached) => `${reached} 未接`,
    tookIt: (reached) => `${reached} 已接手`,
    next: (who, clock) => `${clock} ${who}`,
    again: (clock) => `${clock} 再打`,
    upNext: (who) => `接下来:${who}`,
    nobodyNext: "之后无人可通知",
    drill: "【演练】",
    drillNote: "这是演练:请当作真事处理",
    drillOf: (what, duration) => `${what}:演练,最长 ${duration}`,
    drillOverNote: "这是演练,不是真事",
    was: (what) => `当时:${what}`,
    allIsWell: "一切正常",
    lastedShort: (duration) => `历时 ${duration}`,
    andOthers: (subject, count) => `${subject} 等${count}项`,
    alike: (line, names, count) => {
      if (names.length === 0) return `${line}(${count} 项)`;
      return `${line}:${names.join("、")}${names.length < count ? ` 等${count}项` : ""}`;
    },
    news: {
      escalated: "",
      taken: "已接手",
      untaken: "无人处理",
      snoozed: "已推迟",
      released: "无人处理",
      assigned: "",
      closed: "已关闭",
      cause: "",
      cause_changed: "",
    },
    newsLine: (kind, who, until) => newsWords.zh[kind](who, until),
  },
};
