import type { Alert } from "../../core/alerting/alert.ts";
import type { OutboxRow } from "../../core/alerting/outbox.ts";
import type { ReportedChange } from "../../core/alerting/reported-change.ts";
import type { Moment } from "../../core/message/story.ts";
import type { EpochMs } from "../../core/time/time.ts";
import type { PipelineState } from "../pipeline/pipeline-state.ts";

/** What was changed so long before an alert began may have caused it. */
const beforeMs = 2 * 3_600_000;
const keepMs = 14 * 86_400_000;
/** Changes that are kept at most; the oldest give way. */
export const mostKept = 1000;
const mostTold = 5;

/** Adds to messages about what fires which changes may have caused it. */
export function tellChanges(state: PipelineState, rows: readonly OutboxRow[], nowMs: EpochMs): readonly OutboxRow[] {
  if (rows.length === 0 || state.changes.size === 0) return rows;
  const recent = newestFirst(state.changes.values()).filter(({ atMs }) => atMs <= nowMs);
  return rows.map((row) => {
    const { notification } = row;
    const changes = changesBefore(recent, notification.alerts, state.config.services);
    if (changes.length === 0 || notification.text !== undefined) return row;
    return { ...row, notification: { ...notification, story: { ...notification.story, changes } } };
  });
}

/** Those of the services of the alerts, of what these need, and of no service in particular, from two hours before the first alert on. */
function changesBefore(
  recent: readonly ReportedChange[],
  alerts: readonly Alert[],
  services: PipelineState["config"]["services"],
): readonly Moment[] {
  const firing = alerts.filter(({ status }) => status === "firing");
  if (firing.length === 0) return [];
  const sinceMs = Math.min(...firing.map(({ startsAtMs }) => startsAtMs)) - beforeMs;
  const own = firing.flatMap(({ labels }) => labels["service"] ?? []);
  const names = new Set([...own, ...own.flatMap((name) => services.get(name)?.needs ?? [])]);
  return recent
    .filter(({ atMs, services: touched }) => atMs >= sinceMs && (touched?.some((name) => names.has(name)) ?? true))
    .slice(0, mostTold)
    .map(({ atMs, text }) => ({ atMs, text }));
}

/** Orders changes by their time, the newest first; of one moment by their text, since ids say nothing. */
export function newestFirst(changes: readonly ReportedChange[]): readonly ReportedChange[] {
  return changes.toSorted((a, b) => b.atMs - a.atMs || compare(b.text, a.text) || compare(b.id, a.id));
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Forgets changes that are older than two weeks, or too many. */
export function dropOldChanges({ changes }: PipelineState, nowMs: EpochMs): void {
  if (changes.size === 0) return;
  newestFirst(changes.values()).forEach(({ id, atMs }, index) => {
    if (index >= mostKept || nowMs - atMs > keepMs) changes.delete(id);
  });
}
