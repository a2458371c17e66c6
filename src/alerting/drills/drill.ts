import type { Alert } from "../../core/alerting/alert.ts";
import { durationWords } from "../../core/message/time-words.ts";
import { type Locale, words } from "../../core/message/words.ts";
import type { EpochMs } from "../../core/time/time.ts";
import type { AlertDemand } from "../alert-book/alert-demand.ts";
import { drillAlertname, isDrill } from "../alert-book/drill-labels.ts";

const untilKey = "drill_until_ms";

/** A rehearsal that goes on: its alert, and when it ends by itself. */
export type Drill = Readonly<{ name: string; demand: AlertDemand; untilMs: EpochMs }>;

/** Source of a drill's alert. */
export function drillSource(name: string): string {
  return `drill\n${name}`;
}

/** Writes down in the alert when the drill ends, so that a restart knows. */
export function withEnd(demand: AlertDemand, untilMs: EpochMs): AlertDemand {
  return { ...demand, annotations: { ...demand.annotations, [untilKey]: String(untilMs) } };
}

/** Reads a drill back from its alert after a restart; undefined for any other alert. */
export function drillOf({ labels, annotations, fingerprint, status }: Alert): Drill | undefined {
  const name = labels["drill_name"];
  if (labels["alertname"] !== drillAlertname || !isDrill(labels) || name === undefined || status !== "firing")
    return undefined;
  const untilMs = Number(annotations[untilKey] ?? 0);
  return { name, untilMs, demand: { fingerprint, labels, annotations, because: `the drill ${name} goes on` } };
}

/** How long a drill lasts where nobody says: until its chain has come to its end, and a little longer. */
export function drillLastsMs(stepsMs: readonly number[]): number {
  return Math.max(0, ...stepsMs) + 300_000;
}

/** What a drill is about, in the language of messages. */
export function drillSummary(title: string, lastsMs: number, locale: Locale): string {
  return words[locale].drillOf(title, durationWords(lastsMs, locale));
}
