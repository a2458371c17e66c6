import type { Finding } from "../../core/checks/finding.ts";
import { type Sample, sample } from "../../core/checks/metric.ts";
import { judgeAbove, type Limits } from "../../core/limits.ts";
import { escapeControls } from "../../core/text/printable.ts";
import type { RedisOptions } from "./options.ts";

export type Info = ReadonlyMap<string, string>;

/** Reads what INFO answers: `name:value` lines, headings with `#`. */
export function readInfo(text: string): Info {
  const info = new Map<string, string>();
  for (const line of text.split("\n")) {
    const colon = line.indexOf(":");
    if (colon > 0 && !line.startsWith("#")) info.set(line.slice(0, colon), line.slice(colon + 1).trim());
  }
  return info;
}

/** Outages and flaws that INFO shows. */
export function judgeInfo(info: Info, { expect }: RedisOptions): readonly Finding[] {
  const findings: Finding[] = [];
  const down = (detail: string): void =>
    void findings.push({ is: "down", reason: "assertion", phase: "dialogue", detail });
  const role = roleOf(info);
  if (expect.role !== undefined && role !== expect.role)
    down(`its role is ${shown(role ?? "not told")}, expected ${expect.role}`);
  if (info.get("loading") === "1") down("it is still loading its data");
  if (role === "replica" && info.get("master_link_status") !== "up") down("its link to the master is down");
  const replicas = numberOf(info, "connected_slaves") ?? 0;
  if (expect.replicas !== undefined && role === "master" && replicas < expect.replicas) {
    down(`it has ${replicas} replicas, expected at least ${expect.replicas}`);
  }
  return [
    ...findings,
    ...above(lagSeconds(info), expect.lag_above, (value) => `the replica heard from its master ${value} s ago`),
    ...above(memoryRatio(info), expect.memory_above, (value) => `${Math.round(value * 100)} % of maxmemory are used`),
  ];
}

function above(value: number | undefined, limits: Limits, words: (value: number) => string): readonly Finding[] {
  return value === undefined ? [] : judgeAbove(value, limits, "threshold", () => words(value));
}

/** Series of what INFO shows; what it does not tell is absent. */
export function infoSamples(info: Info): readonly Sample[] {
  const values: readonly (readonly [metric: string, value: number | undefined])[] = [
    ["probe_redis_memory_used_bytes", numberOf(info, "used_memory")],
    ["probe_redis_memory_max_bytes", numberOf(info, "maxmemory")],
    ["probe_redis_connected_clients", numberOf(info, "connected_clients")],
    ["probe_redis_connected_replicas", numberOf(info, "connected_slaves")],
    ["probe_redis_uptime_seconds", numberOf(info, "uptime_in_seconds")],
    ["probe_redis_replica_lag_seconds", lagSeconds(info)],
  ];
  const role = roleOf(info);
  return [
    ...values.flatMap(([metric, value]) => (value === undefined ? [] : [sample(metric, value)])),
    ...(role === "master" || role === "replica" ? [sample("probe_redis_role", 1, { role })] : []),
  ];
}

function roleOf(info: Info): string | undefined {
  const role = info.get("role");
  return role === "slave" ? "replica" : role;
}

/** −1 of a link that was never up says nothing of its age. */
function lagSeconds(info: Info): number | undefined {
  const seconds = numberOf(info, "master_last_io_seconds_ago");
  return seconds !== undefined && seconds >= 0 ? seconds : undefined;
}

/** Without a limit there is no share of it. */
function memoryRatio(info: Info): number | undefined {
  const most = numberOf(info, "maxmemory");
  const used = numberOf(info, "used_memory");
  return most === undefined || most === 0 || used === undefined ? undefined : used / most;
}

function numberOf(info: Info, name: string): number | undefined {
  const text = info.get(name);
  return text !== undefined && /^-?\d+$/.test(text) ? Number(text) : undefined;
}

function shown(text: string): string {
  return escapeControls(text).slice(0, 50);
}
