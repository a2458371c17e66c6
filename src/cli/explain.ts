import { z } from "zod";
import { detectionTime } from "../alerting/explain/detection-time.ts";
import { knownAlert, strangeLabels } from "../alerting/explain/known-alert.ts";
import { type WhatIf, type WhatIfRoute, whatIf } from "../alerting/explain/what-if.ts";
import { type AppConfig, openAppConfig } from "../app/configuration/app-config.ts";
import { AppError } from "../core/errors.ts";
import { exitCodes } from "../core/exit-codes.ts";
import type { Labels } from "../core/labels.ts";
import { formatDuration } from "../core/time/duration.ts";
import { askDaemon } from "../platform/channels/daemon-client.ts";
import { systemClock } from "../platform/clock.ts";
import { type Command, type CommandCall, type OptionValues, switchOption, textOption } from "./command.ts";
import { loadToAsk } from "./config-arguments.ts";
import { daemonAccess, daemonOptions } from "./daemon-arguments.ts";
import { localTerminal, terminalIn } from "./local-terminal.ts";
import { explainedAlerts, renderExplained } from "./render/explained.ts";

const fingerprintPattern = /^[0-9a-f]{16}$/;
const labelPattern = /^([a-zA-Z_][a-zA-Z0-9_]*)=(.*)$/s;

/** Says why a past alert was told or not, or where an alert with some labels would go. */
export const explain: Command = {
  name: "explain",
  summary:
    "Says why past alerts were told or not (by fingerprint, or --past and labels), or where the config would take an alert.",
  positionals: "<fingerprint | label=value …>",
  options: {
    ...daemonOptions,
    past: { type: "boolean", describe: "Ask the daemon about alerts that had these labels." },
    limit: {
      type: "string",
      placeholder: "N",
      describe: "Occurrences to show, the newest first (default: 5, at most 50).",
    },
    at: {
      type: "string",
      placeholder: "TIME",
      describe: "When the alert would begin, in ISO 8601 with a zone (default: now).",
    },
    timing: { type: "boolean", describe: "Say how long it would take until somebody is told." },
    output: { type: "string", placeholder: "text|json", describe: "How to print it (default: text)." },
  },
  async run(call) {
    const [first, ...rest] = call.positionals;
    if (first === undefined)
      throw new AppError("ERR_USAGE", "Name an alert by its fingerprint, or by labels.", {
        hint: "watchfire explain tier=application service=shop severity=critical   or   … --past check=checkout",
      });
    const isFingerprint = fingerprintPattern.test(first);
    if (isFingerprint && rest.length > 0)
      throw new AppError("ERR_USAGE", `"${rest[0]}" is one word too many: a fingerprint names the alert.`);
    if (isFingerprint) await past(call, [["alert", first]]);
    else if (switchOption(call.values, "past"))
      await past(
        call,
        Object.entries(labelsOf(call.positionals)).map(([name, value]) => ["label", `${name}=${value}`] as const),
      );
    else await hypothetical(call, labelsOf(call.positionals));
    return exitCodes.ok;
  },
};

async function past({ values, terminal }: CommandCall, names: readonly (readonly [string, string])[]): Promise<void> {
  const query = new URLSearchParams(names.map(([key, value]): [string, string] => [key, value]));
  const limit = textOption(values, "limit");
  if (limit !== undefined) query.set("limit", limit);
  const access = await daemonAccess(values);
  const answer = await askDaemon(access, `/api/v1/explain?${query.toString()}`);
  if (isJson(values)) return terminal.out(JSON.stringify(answer, null, 2));
  (await localTerminal(terminal, access)).out(renderExplained(explainedAlerts.parse(answer)));
}

async function hypothetical({ values, terminal }: CommandCall, given: Labels): Promise<void> {
  const config = openAppConfig(await loadToAsk(values, terminal));
  const atMs = momentOf(textOption(values, "at"));
  const labels = knownAlert(config.alerting, given);
  const found = whatIf(config.alerting, labels, atMs);
  if (isJson(values)) return terminal.out(JSON.stringify({ labels, ...found }, null, 2));
  const local = terminalIn(config.alerting.timeZone, terminal);
  const named = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  local.out([`alert ${named.join(" ")}`, ...found.routes.flatMap(linesOf), ...policyLines(found)].join("\n"));
  for (const doubt of strangeLabels(config.alerting, given)) terminal.error(`warning: ${doubt}`);
  if (switchOption(values, "timing")) local.out(timingLines(config, labels, found.routes).join("\n"));
}

function linesOf({ route, receiver, kinds, group, mutedBecause, ...times }: WhatIfRoute): readonly string[] {
  return [
    `${route} → ${receiver}, by ${kinds.join(", ")}`,
    `  group ${group}`,
    `  told after ${formatDuration(times.groupWaitMs)}, again every ${formatDuration(times.repeatIntervalMs)}`,
    ...(mutedBecause === undefined ? [] : [`  not told at that moment: ${mutedBecause}`]),
  ];
}

function policyLines({ policy, waitingPolicy }: WhatIf): readonly string[] {
  if (waitingPolicy !== undefined) return [`policy ${waitingPolicy} does not begin while nothing is told`];
  if (policy === undefined) return ["no policy: nobody is told again by steps"];
  const steps = policy.steps.map(({ atMs, notify, people, receivers, nobody, skippedBecause }) => {
    const who = people.length === 0 ? receivers.join(", ") : `${people.join(", ")} by ${receivers.join(", ")}`;
    const reached = [who, ...nobody].filter((words) => words !== "").join("; ");
    return `  after ${formatDuration(atMs)} ${notify.join(", ")}: ${skippedBecause === undefined ? reached : `passed over, ${skippedBecause}`}`;
  });
  return [`policy ${policy.id}`, ...steps];
}

function timingLines({ alerting }: AppConfig, labels: Labels, routes: readonly WhatIfRoute[]): readonly string[] {
  const delays = detectionTime(alerting, labels);
  if (delays === undefined)
    throw new AppError(
      "ERR_USAGE",
      "--timing needs the label check=<id> of a check that runs by an interval, or alertname=<id> of a rule.",
    );
  const detectedMs = delays.reduce((total, { ms }) => total + ms, 0);
  return [
    ...delays.map(({ ms, words }) => `at most ${formatDuration(ms)} ${words}`),
    ...routes.map(({ receiver, groupWaitMs, mutedBecause }) => {
      if (mutedBecause !== undefined) return `${receiver} is not told then: ${mutedBecause}`;
      const sum = formatDuration(detectedMs + groupWaitMs);
      return `${formatDuration(groupWaitMs)} for the group; ${receiver} is told after ${sum} at the latest`;
    }),
  ];
}

function labelsOf(words: readonly string[]): Labels {
  const labels: Record<string, string> = {};
  for (const word of words) {
    const [, name, value] = labelPattern.exec(word) ?? [];
    if (name === undefined || value === undefined)
      throw new AppError("ERR_USAGE", `"${word}" is neither a fingerprint nor label=value.`);
    labels[name] = value;
  }
  return labels;
}

function momentOf(text: string | undefined): number {
  if (text === undefined) return systemClock.now();
  const parsed = z.iso.datetime({ offset: true }).safeParse(text);
  if (parsed.success) return Date.parse(text);
  throw new AppError(
    "ERR_USAGE",
    `--at "${text}" is no time; write one with its zone, such as 2026-11-26T03:00:00+08:00.`,
  );
}

function isJson(values: OptionValues): boolean {
  const output = textOption(values, "output") ?? "text";
  if (output === "text" || output === "json") return output === "json";
  throw new AppError("ERR_USAGE", `--output "${output}" is neither text nor json.`);
}
