import type { MaintenanceRun, MaintenanceScope } from "../../core/alerting/maintenance.ts";
import type { OutboxRow } from "../../core/alerting/outbox.ts";
import type { ReportedChange } from "../../core/alerting/reported-change.ts";
import type { Decision } from "../../core/alerting/stage.ts";
import { maintenanceWords } from "../../core/message/maintenance-words.ts";
import type { Locale } from "../../core/message/words.ts";
import type { IdSource } from "../../core/ports/random.ts";
import type { EpochMs } from "../../core/time/time.ts";
import type { PipelineState } from "../pipeline/pipeline-state.ts";
import { failingNow, type NoticeContext, noticeRows } from "./notice.ts";
import { openWindows } from "./open-windows.ts";

const closingMs = 300_000;
/** What does not last longer than this is over before anybody could do something about a warning. */
const shortestWarnedMs = 2 * closingMs;
const mostSeen = 1000;

/** What is told of maintenance, and the trail of it. */
export type Told = Readonly<{ outbox: readonly OutboxRow[]; decisions: readonly Decision[] }>;

const nothing: Told = { outbox: [], decisions: [] };

/** Tells what the clock brings: windows that begin, five minutes left while something still fails, windows that end. */
export function maintain(state: PipelineState, ids: IdSource, nowMs: EpochMs): Told {
  const windows = new Map(openWindows(state, nowMs).map((window) => [window.id, window]));
  const told: Told[] = [];
  for (const run of state.maintenance.values()) {
    const window = windows.get(run.id);
    if (run.endedAtMs !== undefined) {
      if (nowMs >= run.plannedEndMs) state.maintenance.delete(run.id);
    } else if (window === undefined) told.push(endRun(state, run, ids, nowMs));
    else told.push(continueRun(state, { ...run, plannedEndMs: window.untilMs }, ids, nowMs));
  }
  for (const { id, title, untilMs } of windows.values()) {
    if (state.maintenance.has(id)) continue;
    const times = { startedAtMs: nowMs, plannedEndMs: untilMs, announcedEndMs: untilMs };
    told.push(beginRun(state, { id, title, byCommand: false, ...times, warned: false, seen: [] }, ids, nowMs));
  }
  return { outbox: told.flatMap(({ outbox }) => outbox), decisions: told.flatMap(({ decisions }) => decisions) };
}

/** Maintenance that is under way, each with what it mutes. */
export function underWay({ maintenance, config }: PipelineState): readonly MaintenanceRun[] {
  const scopes = new Map(config.muting.maintenance.map(({ id, scope }) => [id, scope]));
  return maintenance
    .values()
    .filter(({ endedAtMs }) => endedAtMs === undefined)
    .map((run) => {
      const scope = scopes.get(run.id) ?? run.scope;
      return scope === undefined ? run : { ...run, scope };
    });
}

/** When `maintain` has something to do next; undefined without windows. */
export function nextMaintenanceMs(state: PipelineState, nowMs: EpochMs): EpochMs | undefined {
  const { maintenance, config } = state;
  const times = maintenance.values().flatMap((run) => (run.endedAtMs === undefined ? dueOf(run) : [run.plannedEndMs]));
  for (const { id, stateAt } of config.muting.maintenance) {
    if (maintenance.has(id)) continue;
    const { isWithin, untilMs } = stateAt(nowMs);
    times.push(isWithin ? nowMs : untilMs);
  }
  const finite = times.filter(Number.isFinite);
  return finite.length === 0 ? undefined : Math.min(...finite);
}

/** Writes down that maintenance begins and tells it. */
export function beginRun(state: PipelineState, run: MaintenanceRun, ids: IdSource, nowMs: EpochMs): Told {
  const context = contextOf(state, run, ids, nowMs);
  if (context === undefined) return nothing;
  const seen = failingNow(context).map(({ fingerprint }) => fingerprint);
  const begun = { ...run, seen: seen.slice(0, mostSeen) };
  state.maintenance.set(run.id, begun);
  const id = ids.next();
  state.changes.set(id, changeOf(id, run, context.scope, state.config.locale));
  return { outbox: noticeRows(begun, "begun", context), decisions: [decisionOf(run, "begins", nowMs)] };
}

/** Maintenance is a change like any other to whoever looks for the cause of an outage. */
function changeOf(
  id: string,
  { title, startedAtMs, comment, by }: MaintenanceRun,
  { services }: MaintenanceScope,
  locale: Locale,
): ReportedChange {
  // Of a service's own maintenance the message about the service says enough.
  const text = maintenanceWords[locale].change(services === undefined ? title : "", comment ?? "");
  return { id, atMs: startedAtMs, text, by: by ?? "", ...(services === undefined ? {} : { services }) };
}

/** Writes down that maintenance ends, before its time or at it, and tells it with a summary. */
export function endRun(state: PipelineState, run: MaintenanceRun, ids: IdSource, nowMs: EpochMs): Told {
  const ended = { ...run, endedAtMs: Math.min(nowMs, run.plannedEndMs) };
  const window = state.config.muting.maintenance.find(({ id }) => id === run.id);
  if (window?.stateAt(nowMs).isWithin === true) state.maintenance.set(run.id, ended);
  else state.maintenance.delete(run.id);
  const context = contextOf(state, run, ids, nowMs);
  const outbox = context === undefined ? [] : noticeRows(ended, "ended", context);
  return { outbox, decisions: [decisionOf(run, "ends", nowMs)] };
}

/** Notes which alerts maintenance covers while they fire, for its summary. */
export function noteSeen(state: PipelineState, fingerprints: readonly string[], nowMs: EpochMs): void {
  if (state.maintenance.size === 0) return;
  for (const { id, covers } of openWindows(state, nowMs)) {
    const run = state.maintenance.get(id);
    if (run === undefined) continue;
    const covered = fingerprints.filter((each) => covers(state.alerts.get(each)?.labels ?? {}));
    const seen = [...new Set([...run.seen, ...covered])].slice(0, mostSeen);
    if (seen.length > run.seen.length) state.maintenance.set(id, { ...run, seen });
  }
}

function continueRun(state: PipelineState, run: MaintenanceRun, ids: IdSource, nowMs: EpochMs): Told {
  const known = state.maintenance.get(run.id);
  const isClosing = !run.warned && nowMs >= run.plannedEndMs - closingMs;
  if (known?.plannedEndMs !== run.plannedEndMs || isClosing)
    state.maintenance.set(run.id, { ...run, warned: run.warned || isClosing });
  const context = contextOf(state, run, ids, nowMs);
  if (!isClosing || !isWarned(run) || context === undefined || failingNow(context).length === 0) return nothing;
  return { outbox: noticeRows(run, "closing", context), decisions: [decisionOf(run, "ends soon", nowMs)] };
}

function dueOf(run: MaintenanceRun): readonly EpochMs[] {
  return run.warned ? [run.plannedEndMs] : [run.plannedEndMs - closingMs, run.plannedEndMs];
}

function isWarned({ plannedEndMs, startedAtMs }: MaintenanceRun): boolean {
  return plannedEndMs - startedAtMs > shortestWarnedMs;
}

function contextOf(
  state: PipelineState,
  run: MaintenanceRun,
  ids: IdSource,
  nowMs: EpochMs,
): NoticeContext | undefined {
  const window = state.config.muting.maintenance.find(({ id }) => id === run.id);
  const scope = window?.scope ?? run.scope;
  if (scope === undefined) return undefined;
  return { state, ids, nowMs, scope, ...(window?.notify === undefined ? {} : { notify: window.notify }) };
}

function decisionOf({ id, title, plannedEndMs }: MaintenanceRun, what: string, nowMs: EpochMs): Decision {
  const because = `maintenance "${title}" ${what}; planned until ${new Date(plannedEndMs).toISOString()}`;
  return { atMs: nowMs, stage: "maintenance", outcome: "pass", subject: `maintenance/${id}`, because };
}
