import type { IncidentEvent } from "../../core/alerting/incident.ts";
import { type Locale, words } from "../../core/message/words.ts";
import type { Severity } from "../../core/severity.ts";
import { incidentWords } from "./incident-words.ts";

/** Why a group was told, as the timeline keeps it, in the words of the page. */
const reasonsZh: Readonly<Record<string, string>> = {
  "first notification": "首次通知",
  "new alerts added": "有新告警",
  "fired again": "再次触发",
  "no longer explained": "原因已消除,问题仍在",
  "all alerts resolved": "全部恢复",
  "some alerts resolved": "部分恢复",
  "repeat interval elapsed": "重复提醒",
  "for information": "知会",
};

const opened = /^(critical|warning|info): (\d+) alerts? firing$/;
const joined = /^(\d+) alerts? more: (.*)$/s;
const graver = /^now (critical|warning|info)$/;

/** An event of the timeline in one line. */
export function eventText(event: Pick<IncidentEvent, "kind" | "detail">, language: Locale): string {
  const kind = incidentWords[language].kinds[event.kind];
  const detail = eventDetail(event, language);
  return kind === undefined || language === "en" ? detail : `${kind} ${detail}`.trim();
}

/** The detail of an event of the timeline for people, who may not read English. */
export function eventDetail({ kind, detail }: Pick<IncidentEvent, "kind" | "detail">, language: Locale): string {
  if (language === "en") return detail;
  const { severity } = words.zh;
  if (kind === "opened") return detail.replace(opened, (_, of: Severity, count) => `${severity[of]},${count} 条告警`);
  if (kind === "joined") return detail.replace(joined, (_, count, summary) => `${count} 条:${summary}`);
  if (kind === "severity") return detail.replace(graver, (_, of: Severity) => severity[of]);
  if (kind === "resolved") return reasonsZh[detail] ?? detail;
  if (kind !== "told") return detail;
  const colon = detail.lastIndexOf(": ");
  const reason = reasonsZh[detail.slice(colon + 2)];
  return colon === -1 || reason === undefined ? detail : `${detail.slice(0, colon)}(${reason})`;
}
