import type { Check, Schedule } from "../../core/checks/check.ts";
import type { ProbeKind } from "../../core/checks/probe.ts";
import type { Json } from "../../core/json.ts";
import type { Problem } from "../../core/schema/problems.ts";
import { unknownOf } from "../../core/schema/unknown-name.ts";
import type { Tier } from "../../core/tier.ts";
import { formatDuration } from "../../core/time/duration.ts";
import { child, type MapEntry, mapOf } from "../source/node.ts";
import { parseNode } from "../source/parse-node.ts";
import type { CheckBlock } from "./check-block.ts";
import { confirmationProblems } from "./check-confirmation.ts";
import {
  type ArrivalKeys,
  arrivalEnvelope,
  defaultGraceMs,
  envelopeOf,
  misplacedKey,
  type ScheduledKeys,
  scheduledEnvelope,
} from "./check-schema.ts";
import { advices, conflicts, readTargets } from "./check-targets.ts";
import { optionSecrets } from "./option-secrets.ts";

/** What a check is read against. */
export type CheckContext = Readonly<{
  kinds: ReadonlyMap<string, ProbeKind>;
  services: ReadonlySet<string>;
  environment: string;
  timeZone: string;
  requiredLabels: readonly string[];
}>;
export type CheckOutcome = Readonly<{
  check?: Check;
  problems: readonly Problem[];
  /** Worth a word, although the check is accepted. */
  warnings: readonly Problem[];
}>;

/** Reads one check block (templates already laid under it): envelope by `check-schema.ts`, all other keys by the probe's own schema. */
export function buildCheck(block: CheckBlock, context: CheckContext): CheckOutcome {
  const { node } = block;
  const kind = kindOf(block, context);
  if ("problem" in kind) return refused([kind.problem]);
  const known = Object.keys(envelopeOf(kind).shape);
  const misplaced = [...node.entries.keys()].flatMap((key): Problem[] => {
    const message = misplacedKey(kind, key);
    return message === undefined ? [] : [{ path: [key], atKey: true, message }];
  });
  const isOption = ([key]: readonly [string, MapEntry]): boolean =>
    !known.includes(key) && misplacedKey(kind, key) === undefined;
  const entries = [...node.entries];
  const optionsNode = mapOf(node.place, entries.filter(isOption));
  const options = parseNode(kind.options, optionsNode, { knownKeys: known });
  const envelopeNode = mapOf(
    node.place,
    entries.filter(([key]) => known.includes(key)),
  );
  const problems: Problem[] = [...misplaced, ...(options.ok ? [] : options.problems)];
  const keys = readEnvelope(kind, envelopeNode);
  if (!keys.ok) return refused([...problems, ...keys.problems]);
  const targets = readTargets(kind, envelopeNode);
  problems.push(...targets.problems, ...keyProblems({ kind, keys, block, context }));
  if (options.ok) problems.push(...conflicts(kind, options.json, targets));
  if (problems.length > 0 || !options.ok) return refused(problems);
  const { value } = keys;
  const tier = value.tier ?? kind.tier;
  const check: Check = {
    id: block.id,
    title: value.title ?? block.id,
    probe: kind.kind,
    tier,
    severity: value.severity ?? severityOf(tier),
    ...(value.service === undefined ? {} : { service: value.service }),
    ...(value.depends_on === undefined ? {} : { dependsOn: value.depends_on }),
    env: value.env ?? context.environment,
    labels: value.labels,
    location: "default",
    targets: targets.targets,
    ...(keys.targetsFrom === undefined ? {} : { targetsFrom: keys.targetsFrom }),
    options: options.json,
    ...timing(kind, keys, context),
    failureThreshold: value.failure_threshold ?? kind.defaults.failureThreshold,
    ...(value.failure_window === undefined ? {} : { failureWindow: value.failure_window }),
    successThreshold: value.success_threshold,
    ...(value.flap_detection ? {} : { flapDetection: false }),
    blindAfterMs: value.blind_after ?? kind.defaults.blindAfterMs ?? usualBlindAfterMs,
    ...(kind.defaults.paceMs === undefined ? {} : { paceMs: kind.defaults.paceMs }),
    ...(kind.localTime === true ? { timeZone: value.time_zone ?? context.timeZone } : {}),
  };
  const secrets = optionSecrets(optionsNode, options.json, check);
  return {
    check: secrets.length === 0 ? check : { ...check, secrets },
    problems: [],
    warnings: advices(kind, options.json, targets),
  };
}

function refused(problems: readonly Problem[]): CheckOutcome {
  return { problems, warnings: [] };
}

function kindOf(block: CheckBlock, { kinds }: CheckContext): ProbeKind | Readonly<{ problem: Problem }> {
  const probe = child(block.node, "probe");
  const names = [...kinds.keys()];
  if (probe === undefined) {
    return {
      problem: { path: [], message: `"probe" is missing; it names the kind of check: ${[...names].sort().join(", ")}` },
    };
  }
  const name = probe.kind === "scalar" && typeof probe.value === "string" ? probe.value : undefined;
  if (name === undefined)
    return { problem: { path: ["probe"], message: `must be one of ${[...names].sort().join(", ")}` } };
  return kinds.get(name) ?? { problem: { path: ["probe"], message: unknownOf("probe", name, names) } };
}

const usualBlindAfterMs = 15 * 60_000;

type Envelope =
  | Readonly<{ ok: true; trigger: "schedule"; value: ScheduledKeys; targetsFrom: Json | undefined }>
  | Readonly<{ ok: true; trigger: "arrival"; value: ArrivalKeys; targetsFrom: Json | undefined }>;

function readEnvelope(
  kind: ProbeKind,
  node: CheckBlock["node"],
): Envelope | Readonly<{ ok: false; problems: readonly Problem[] }> {
  if (kind.trigger === "schedule") {
    const parsed = parseNode(scheduledEnvelope, node);
    if (!parsed.ok) return parsed;
    return { ok: true, trigger: "schedule", value: parsed.value, targetsFrom: targetsFromOf(parsed.json) };
  }
  const parsed = parseNode(arrivalEnvelope, node);
  if (!parsed.ok) return parsed;
  return { ok: true, trigger: "arrival", value: parsed.value, targetsFrom: targetsFromOf(parsed.json) };
}

function targetsFromOf(json: Json): Json | undefined {
  return (json as Readonly<Record<string, Json>>)["targets_from"];
}

type Read = Readonly<{ kind: ProbeKind; keys: Envelope; block: CheckBlock; context: CheckContext }>;

function keyProblems({ kind, keys, block, context }: Read): Problem[] {
  const { value } = keys;
  const problems = keys.trigger === "schedule" ? scheduleProblems(keys.value, kind) : arrivalProblems(keys.value);
  if (value.service !== undefined && !context.services.has(value.service)) {
    problems.push({ path: ["service"], message: unknownOf("service", value.service, [...context.services]) });
  }
  const needsCron = kind.localTime !== true;
  if (
    needsCron &&
    value.time_zone !== undefined &&
    !("cron" in value && value.cron) &&
    !("schedule" in value && value.schedule)
  ) {
    problems.push({ path: ["time_zone"], atKey: true, message: "has no effect without a cron expression" });
  }
  const present = new Set([
    ...Object.keys(value.labels),
    "env",
    "tier",
    ...(value.service === undefined ? [] : ["service"]),
  ]);
  problems.push(...confirmationProblems(value, kind));
  for (const name of context.requiredLabels) {
    if (present.has(name) || block.exempt.includes(name)) continue;
    const how = name === "service" ? "name one under `service:`" : "add it under `labels:`";
    problems.push({ path: [], message: `the label "${name}" is missing; required_labels demands it: ${how}` });
  }
  return problems;
}

function scheduleProblems(keys: ScheduledKeys, kind: ProbeKind): Problem[] {
  const { timeout, jitter } = keys;
  if (keys.cron !== undefined) {
    if (keys.interval === undefined) return [];
    return [{ path: ["cron"], atKey: true, message: "a check has either `interval` or `cron`, not both" }];
  }
  const problems: Problem[] = [];
  const interval = keys.interval ?? kind.defaults.intervalMs;
  const bound = `the interval, ${formatDuration(interval)}`;
  if (timeout !== undefined && timeout > interval) {
    problems.push({
      path: ["timeout"],
      message: `${formatDuration(timeout)} is longer than ${bound}; a run must end before the next begins`,
    });
  }
  if (jitter > interval)
    problems.push({ path: ["jitter"], message: `${formatDuration(jitter)} is longer than ${bound}` });
  return problems;
}

function arrivalProblems(keys: ArrivalKeys): Problem[] {
  if (keys.every !== undefined && keys.schedule !== undefined) {
    return [{ path: ["schedule"], atKey: true, message: "a check has either `every` or `schedule`, not both" }];
  }
  if (keys.grace !== undefined && keys.every === undefined && keys.schedule === undefined) {
    return [{ path: ["grace"], atKey: true, message: "has no effect without `every` or `schedule`" }];
  }
  return [];
}

type Timing = Pick<Check, "schedule" | "jitterMs" | "timeoutMs" | "retryIntervalMs">;

function timing(kind: ProbeKind, keys: Envelope, context: CheckContext): Timing {
  const { defaults } = kind;
  const timeZone = keys.value.time_zone ?? context.timeZone;
  if (keys.trigger === "arrival") {
    return {
      schedule: arrivalSchedule(keys.value, timeZone),
      jitterMs: 0,
      timeoutMs: keys.value.timeout ?? defaults.timeoutMs,
    };
  }
  const { value } = keys;
  if (value.cron !== undefined) {
    const retryMs = value.retry_interval ?? defaults.retryIntervalMs;
    return {
      schedule: { kind: "cron", expression: value.cron, timeZone },
      jitterMs: value.jitter,
      timeoutMs: value.timeout ?? defaults.timeoutMs,
      ...(retryMs === undefined ? {} : { retryIntervalMs: retryMs }),
    };
  }
  const everyMs = value.interval ?? defaults.intervalMs;
  // A default gives way to a short interval; only a timeout that was written can be wrong.
  const retryMs =
    value.retry_interval ??
    (defaults.retryIntervalMs === undefined ? undefined : Math.min(defaults.retryIntervalMs, everyMs));
  return {
    schedule: { kind: "every", everyMs },
    jitterMs: value.jitter,
    timeoutMs: value.timeout ?? Math.min(defaults.timeoutMs, everyMs),
    ...(retryMs === undefined ? {} : { retryIntervalMs: retryMs }),
  };
}

function arrivalSchedule(keys: ArrivalKeys, timeZone: string): Schedule {
  const graceMs = keys.grace ?? defaultGraceMs;
  if (keys.every !== undefined) return { kind: "arrival", expected: { kind: "every", everyMs: keys.every }, graceMs };
  if (keys.schedule === undefined) return { kind: "arrival", graceMs };
  return { kind: "arrival", expected: { kind: "cron", expression: keys.schedule, timeZone }, graceMs };
}

function severityOf(tier: Tier): Check["severity"] {
  return tier === "os" ? "warning" : "critical";
}
