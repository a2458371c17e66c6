import type { Locale } from "./words.ts";

/** Fixed words of messages about maintenance in one language. */
export type MaintenanceWords = Readonly<{
  title: Readonly<Record<"begun" | "closing" | "ended", (title: string) => string>>;
  span(from: string, to: string, duration: string): string;
  held(neverMute: string): string;
  criticalBusiness: string;
  allHeld: string;
  left(duration: string, count: number): string;
  toldAt(clock: string): string;
  lasted(duration: string, deviation: string): string;
  early(duration: string): string;
  late(duration: string): string;
  nothingFailed: string;
  recovered(count: number): string;
  stillFailing(recovered: number, failing: number): string;
  more(count: number): string;
  by(comment: string, by: string): string;
  change(name: string, comment: string): string;
}>;

/** Words per language. */
export const maintenanceWords: Readonly<Record<Locale, MaintenanceWords>> = {
  en: {
    title: {
      begun: (title) => `Maintenance begins: ${title}`,
      closing: (title) => `Maintenance ends soon: ${title}`,
      ended: (title) => `Maintenance over: ${title}`,
    },
    span: (from, to, duration) => `${from} to ${to} (${duration})`,
    held: (neverMute) => `Its alerts are held meanwhile, except ${neverMute}`,
    criticalBusiness: "critical business alerts",
    allHeld: "All its alerts are held meanwhile",
    left: (duration, count) => `${duration} left, and ${alerts(count)} still ${count === 1 ? "fires" : "fire"}:`,
    toldAt: (clock) => `Whatever fires on is told at ${clock}`,
    lasted: (duration, deviation) => `Took ${duration}${deviation}`,
    early: (duration) => `, ${duration} less than planned`,
    late: (duration) => `, ${duration} more than planned`,
    nothingFailed: "Nothing failed meanwhile",
    recovered: (count) => `${count === 1 ? "1 alert" : `All ${count} alerts`} that fired meanwhile recovered`,
    stillFailing: (recovered, failing) =>
      `${recovered === 0 ? "" : `${recovered} recovered; `}${alerts(failing)} still ${failing === 1 ? "fires" : "fire"}, told in full next:`,
    more: (count) => `and ${count} more`,
    by: (comment, by) => (by === "" ? comment : comment === "" ? `By ${by}` : `${comment} (${by})`),
    change: (name, comment) => `maintenance${name === "" ? "" : ` ${name}`}${comment === "" ? "" : `: ${comment}`}`,
  },
  zh: {
    title: {
      begun: (title) => `维护开始 ${title}`,
      closing: (title) => `维护将结束 ${title}`,
      ended: (title) => `维护结束 ${title}`,
    },
    span: (from, to, duration) => `${from} 至 ${to}(${duration})`,
    held: (neverMute) => `期间告警暂不发送,${neverMute}除外`,
    criticalBusiness: "业务严重告警",
    allHeld: "期间告警一律暂不发送",
    left: (duration, count) => `还剩 ${duration},仍有 ${count} 项故障:`,
    toldAt: (clock) => `${clock} 仍未恢复的将照常通知`,
    lasted: (duration, deviation) => `历时 ${duration}${deviation}`,
    early: (duration) => `,比计划早 ${duration}`,
    late: (duration) => `,比计划晚 ${duration}`,
    nothingFailed: "期间没有故障",
    recovered: (count) => `期间 ${count} 项故障已全部恢复`,
    stillFailing: (recovered, failing) =>
      `${recovered === 0 ? "" : `${recovered} 项已恢复,`}仍有 ${failing} 项故障,随后详细通知:`,
    more: (count) => `其余 ${count} 项略`,
    by: (comment, by) => (by === "" ? comment : comment === "" ? `由 ${by} 发起` : `${comment}(${by})`),
    change: (name, comment) => `维护${name === "" ? "" : ` ${name}`}${comment === "" ? "" : `:${comment}`}`,
  },
};

function alerts(count: number): string {
  return count === 1 ? "1 alert" : `${count} alerts`;
}
