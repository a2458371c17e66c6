import type { MaintenanceRun, MaintenanceScope } from "../../core/alerting/maintenance.ts";
import { nearestName } from "../../core/nearest-name.ts";
import { localTime } from "../../core/time/local-time.ts";
import type { EpochMs } from "../../core/time/time.ts";
import { wakeMuted } from "../muting/releasing.ts";
import type { Action, ActionContext } from "../pipeline/action.ts";
import { silenceFault } from "../silences/check-silence.ts";
import { beginRun, endRun } from "./maintaining.ts";
import { openWindows } from "./open-windows.ts";

/** Maintenance that somebody begins; the same name names the same maintenance while it is under way. */
export type MaintenanceWish = Readonly<{
  name: string;
  /** Absent: the window of the config with this name, else the service with this name. */
  scope?: MaintenanceScope;
  /** Absent: as long as the window of the config lasts. */
  lastsMs?: number;
  by: string;
  comment?: string;
}>;

/** How it ended; the message is one sentence for whoever asked. */
export type MaintenanceOutcome = Readonly<
  | { ok: true; did: "begun" | "changed" | "ended" | "nothing"; id: string; untilMs?: EpochMs; message: string }
  | { ok: false; problem: "invalid" | "unknown" | "limit"; message: string }
>;

const mostRuns = 1000;
const defaultNeverMute = [
  { name: "tier", operator: "=", value: "business" },
  { name: "severity", operator: "=", value: "critical" },
] as const;

/** Begins maintenance now, or gives the one of this name that is under way another end. */
export function startMaintenance(wish: MaintenanceWish): Action<MaintenanceOutcome> {
  return (context) => {
    const { state, ids, nowMs } = context;
    const planned = planOf(wish, context);
    if ("problem" in planned) return { outcome: { ok: false, ...planned } };
    const untilMs = nowMs + planned.lastsMs;
    const open = openWindows(state, nowMs).find(({ id }) => id === wish.name);
    const known = open === undefined ? undefined : state.maintenance.get(wish.name);
    if (known === undefined && state.maintenance.size >= mostRuns) return { outcome: tooMany };
    const by = { by: wish.by, ...(wish.comment === undefined ? {} : { comment: wish.comment }) };
    const until = localTime(untilMs, state.config.timeZone);
    const audit = [{ action: "maintenance_started", id: wish.name, untilMs, ...by }];
    const base = { id: wish.name, title: planned.title, byCommand: true, plannedEndMs: untilMs, warned: false, ...by };
    const scope = planned.scope === undefined ? {} : { scope: planned.scope };
    if (known !== undefined) {
      const { startedAtMs, announcedEndMs, seen } = known;
      state.maintenance.set(wish.name, { ...base, ...scope, startedAtMs, announcedEndMs, seen });
      wakeMuted(state, nowMs);
      const message = `maintenance ${wish.name} is under way already; it now lasts until ${until}`;
      return { outcome: { ok: true, did: "changed", id: wish.name, untilMs, message }, audit };
    }
    const run: MaintenanceRun = { ...base, ...scope, startedAtMs: nowMs, announcedEndMs: untilMs, seen: [] };
    const told = beginRun(state, run, ids, nowMs);
    wakeMuted(state, nowMs);
    const message = `maintenance ${wish.name} has begun and lasts until ${until}`;
    return { outcome: { ok: true, did: "begun", id: wish.name, untilMs, message }, ...told, audit };
  };
}

/** Ends maintenance before its time; where none of the name is under way, nothing happens and the answer says so. */
export function endMaintenance(name: string, by: string): Action<MaintenanceOutcome> {
  return ({ state, ids, nowMs }) => {
    const windows = openWindows(state, nowMs);
    const open = windows.find(({ id }) => id === name);
    if (open === undefined) {
      const others = windows.length === 0 ? "none is" : `under way: ${windows.map(({ id }) => id).join(", ")}`;
      const message = `no maintenance "${name}" is under way (${others})`;
      return { outcome: { ok: true, did: "nothing", id: name, message } };
    }
    const times = { startedAtMs: nowMs, plannedEndMs: open.untilMs, announcedEndMs: open.untilMs };
    const unknown = { id: name, title: open.title, byCommand: false, ...times, warned: true, seen: [] };
    const told = endRun(state, { ...(state.maintenance.get(name) ?? unknown), plannedEndMs: open.untilMs }, ids, nowMs);
    wakeMuted(state, nowMs);
    const message = `maintenance ${name} has ended`;
    return {
      outcome: { ok: true, did: "ended", id: name, message },
      ...told,
      audit: [{ action: "maintenance_ended", id: name, by }],
    };
  };
}

const tooMany = { ok: false, problem: "limit", message: `${mostRuns} maintenances are under way already` } as const;

type Plan = Readonly<{ title: string; lastsMs: number; scope?: MaintenanceScope }>;
type Refusal = Readonly<{ problem: "invalid" | "unknown"; message: string }>;

function planOf(wish: MaintenanceWish, { state, nowMs }: ActionContext): Plan | Refusal {
  const { services, muting } = state.config;
  const window = muting.maintenance.find(({ id }) => id === wish.name);
  if (window !== undefined && wish.scope === undefined)
    return { title: window.title, lastsMs: wish.lastsMs ?? window.lastsMs };
  if (window !== undefined)
    return { problem: "invalid", message: `"${wish.name}" is a window of the config, which says itself what it mutes` };
  const scope = wish.scope ?? { services: [wish.name], matchers: [], neverMute: defaultNeverMute };
  if (services.has(wish.name) && scope.services?.includes(wish.name) !== true)
    return {
      problem: "invalid",
      message: `"${wish.name}" is a service; give maintenance of something else a name of its own`,
    };
  const unknown = scope.services?.find((name) => !services.has(name));
  const windows = wish.scope === undefined ? muting.maintenance.map(({ id }) => id) : [];
  if (unknown !== undefined) return unknownName(unknown, [...services.keys()], windows);
  if (wish.lastsMs === undefined)
    return {
      problem: "invalid",
      message: "say how long it lasts, such as 40m: only windows of the config know it themselves",
    };
  const title = (scope.services ?? []).map((name) => services.get(name)?.title ?? name).join(" · ");
  const fault = scope.services === undefined ? matcherFault(scope, nowMs) : undefined;
  if (fault !== undefined) return { problem: "invalid", message: fault };
  return { title: title === "" ? wish.name : title, lastsMs: wish.lastsMs, scope };
}

/** Matchers that would mute everything are a mistake, as with silences. */
function matcherFault({ matchers }: MaintenanceScope, nowMs: EpochMs): string | undefined {
  const span = { startsAtMs: nowMs, endsAtMs: nowMs + 1, createdBy: "", comment: "" };
  return silenceFault({ matchers, ...span }, nowMs)?.replace("invalid silence: ", "");
}

function unknownName(name: string, services: readonly string[], windows: readonly string[]): Refusal {
  const known = [...services, ...windows];
  const nearest = nearestName(name, known);
  const listed = [listOf("services", services), listOf("windows", windows)].filter((part) => part !== "").join("; ");
  const hint = nearest === undefined ? listed || "none is configured" : `did you mean "${nearest}"?`;
  const message = `there is no service "${name}" and no maintenance window of this name (${hint})`;
  return {
    problem: "unknown",
    message: `${message}; what fits matchers is maintained under any name, such as instance=~"db-.*"`,
  };
}

function listOf(what: string, names: readonly string[]): string {
  return names.length === 0 ? "" : `${what}: ${names.slice(0, 10).join(", ")}${names.length > 10 ? " …" : ""}`;
}
