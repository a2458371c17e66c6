import type { Locale } from "../../core/message/words.ts";
import type { Severity } from "../../core/severity.ts";
import type { Tier } from "../../core/tier.ts";
import type { SendsNothing, SubjectState } from "../overview.ts";

/** The fixed words of the page. */
export type PageWords = Readonly<{
  languageTag: string;
  summary: (counts: Readonly<Record<SubjectState, number>>, openIncidents: number) => string;
  tiers: Readonly<Record<Tier, Readonly<{ title: string; question: string; empty: string }>>>;
  states: Readonly<Record<SubjectState, string>>;
  severities: Readonly<Record<Severity, string>>;
  counted: (state: SubjectState, count: number) => string;
  since: (age: string) => string;
  lastRun: (age: string) => string;
  flapping: string;
  more: (count: number) => string;
  upTitle: (count: number) => string;
  incidents: string;
  incidentStatus: Readonly<Record<"open" | "acknowledged" | "resolved", string>>;
  opened: (age: string) => string;
  alerts: (count: number) => string;
  work: string;
  onCall: string;
  maintenance: string;
  silence: string;
  budget: Readonly<Record<"scarce" | "critical_only" | "used_up", string>>;
  budgetOf: (receiver: string, used: number, limit: number, period: "day" | "month") => string;
  left: (duration: string) => string;
  deliveries: string;
  attempt: (count: number) => string;
  ago: (age: string) => string;
  figures: Readonly<{ checks: string; lag: string; waiting: string; uptime: string; time: string; held: string }>;
  storeTrouble: string;
  blindRules: string;
  sendsNothing: Readonly<Record<SendsNothing, string>>;
  noLag: string;
  live: (seconds: number) => string;
  stop: string;
  start: string;
}>;

const english: PageWords = {
  languageTag: "en",
  summary(counts, openIncidents) {
    if (counts.down > 0) return counts.down === 1 ? "1 check is down" : `${counts.down} checks are down`;
    if (counts.unknown > 0)
      return counts.unknown === 1 ? "1 check cannot be measured" : `${counts.unknown} checks cannot be measured`;
    if (counts.degraded > 0)
      return counts.degraded === 1 ? "1 check is degraded" : `${counts.degraded} checks are degraded`;
    if (openIncidents > 0) return openIncidents === 1 ? "1 incident is open" : `${openIncidents} incidents are open`;
    if (counts.up === 0) return counts.waiting === 0 ? "Nothing is checked yet" : "Waiting for the first results";
    return "Everything works";
  },
  tiers: {
    business: {
      title: "Business",
      question: "Is the business working?",
      empty: "No business checks yet: push numbers or heartbeats to see them here.",
    },
    application: {
      title: "Applications",
      question: "Do sites and services answer correctly?",
      empty: "No application checks yet: add a site to see it here.",
    },
    os: {
      title: "Machines",
      question: "Are the machines healthy?",
      empty: "No machines yet: add a host to see it here.",
    },
  },
  states: { down: "Down", unknown: "Unknown", degraded: "Degraded", waiting: "Waiting", up: "Up" },
  severities: { critical: "critical", warning: "warning", info: "info" },
  counted: (state, count) => `${count} ${english.states[state].toLowerCase()}`,
  since: (age) => `for ${age}`,
  lastRun: (age) => `checked ${age} ago`,
  flapping: "flapping",
  more: (count) => `and ${count} more`,
  upTitle: (count) => `${count} up`,
  incidents: "Open incidents",
  incidentStatus: { open: "open", acknowledged: "acknowledged", resolved: "resolved" },
  opened: (age) => `open for ${age}`,
  alerts: (count) => (count === 1 ? "1 alert" : `${count} alerts`),
  work: "Maintenance, silences and changes",
  onCall: "on call",
  maintenance: "maintenance",
  silence: "silence",
  budget: {
    scarce: "Budget nearly used up",
    critical_only: "Budget used up but for critical messages",
    used_up: "Budget used up",
  },
  budgetOf: (receiver, used, limit, period) =>
    `${receiver}: ${used} of ${limit} messages ${period === "day" ? "today" : "this month"}`,
  left: (duration) => `${duration} left`,
  deliveries: "Messages that did not arrive",
  attempt: (count) => (count === 1 ? "1 attempt" : `${count} attempts`),
  ago: (age) => `${age} ago`,
  figures: {
    checks: "Checks",
    lag: "Schedule lag (p99)",
    waiting: "Messages waiting",
    uptime: "Daemon up for",
    time: "As of",
    held: "Alerts held for later",
  },
  storeTrouble: "Results are not being stored",
  blindRules: "Rules that find no data",
  sendsNothing: {
    shadow: "Nobody is told of anything: the daemon runs in shadow mode",
    held: "Nobody is told of anything: the daemon was started with --no-notify",
  },
  noLag: "–",
  live: (seconds) => `renewed every ${seconds} s`,
  stop: "stop renewing",
  start: "renew by itself",
};

const chinese: PageWords = {
  languageTag: "zh-CN",
  summary(counts, openIncidents) {
    if (counts.down > 0) return `${counts.down} 项检查故障`;
    if (counts.unknown > 0) return `${counts.unknown} 项检查测不到`;
    if (counts.degraded > 0) return `${counts.degraded} 项检查有瑕疵`;
    if (openIncidents > 0) return `${openIncidents} 起故障未恢复`;
    if (counts.up === 0) return counts.waiting === 0 ? "还没有检查项" : "等待首次结果";
    return "一切正常";
  },
  tiers: {
    business: { title: "业务", question: "业务在正常运转吗?", empty: "还没有业务检查:推送数值或心跳后显示在这里。" },
    application: {
      title: "应用",
      question: "网站和服务应答正确吗?",
      empty: "还没有应用检查:添加一个网站后显示在这里。",
    },
    os: { title: "主机", question: "机器健康吗?", empty: "还没有主机:添加一台主机后显示在这里。" },
  },
  states: { down: "故障", unknown: "未知", degraded: "降级", waiting: "等待", up: "正常" },
  severities: { critical: "严重", warning: "警告", info: "通知" },
  counted: (state, count) => `${count} ${chinese.states[state]}`,
  since: (age) => `已 ${age}`,
  lastRun: (age) => `${age}前检查`,
  flapping: "反复",
  more: (count) => `另有 ${count} 项`,
  upTitle: (count) => `${count} 项正常`,
  incidents: "未关闭的事件",
  incidentStatus: { open: "未处理", acknowledged: "处理中", resolved: "已恢复" },
  opened: (age) => `已 ${age}`,
  alerts: (count) => `${count} 条告警`,
  work: "维护、静默与变更",
  onCall: "值班",
  maintenance: "维护中",
  silence: "静默",
  budget: { scarce: "配额快用完", critical_only: "配额只剩给严重消息的部分", used_up: "配额已用完" },
  budgetOf: (receiver, used, limit, period) => `${receiver}:${period === "day" ? "今天" : "本月"} ${used}/${limit} 条`,
  left: (duration) => `还剩 ${duration}`,
  deliveries: "没有送达的消息",
  attempt: (count) => `试了 ${count} 次`,
  ago: (age) => `${age}前`,
  figures: {
    checks: "检查项",
    lag: "调度延迟(p99)",
    waiting: "待发消息",
    uptime: "已运行",
    time: "截至",
    held: "暂缓的告警",
  },
  storeTrouble: "结果没有存下来",
  blindRules: "没有数据的规则",
  sendsNothing: {
    shadow: "不发送任何通知:正以影子模式运行",
    held: "不发送任何通知:启动时带有 --no-notify",
  },
  noLag: "–",
  live: (seconds) => `每 ${seconds} 秒刷新`,
  stop: "停止刷新",
  start: "自动刷新",
};

/** The page's words by language. */
export const pageWords: Readonly<Record<Locale, PageWords>> = { en: english, zh: chinese };
