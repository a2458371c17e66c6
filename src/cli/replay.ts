import { z } from "zod";
import { type ReplayedMessage, replay as replayResults } from "../alerting/replay/replay.ts";
import { openAppConfig } from "../app/configuration/app-config.ts";
import type { Check } from "../core/checks/check.ts";
import { type Finding, headlineOf, verdicts } from "../core/checks/finding.ts";
import { type Reason, reasonNames } from "../core/checks/reasons.ts";
import { type Result, runTriggers } from "../core/checks/result.ts";
import { AppError } from "../core/errors.ts";
import { exitCodes } from "../core/exit-codes.ts";
import { severitySchema } from "../core/schema/severity-schema.ts";
import { count } from "../core/text/count.ts";
import { escapeControls } from "../core/text/printable.ts";
import { parseDuration } from "../core/time/duration.ts";
import { askDaemon, type DaemonAccess } from "../platform/channels/daemon-client.ts";
import { systemClock } from "../platform/clock.ts";
import { type Command, type OptionValues, textOption, textOptions } from "./command.ts";
import { loadToAsk } from "./config-arguments.ts";
import { daemonAccess, daemonOptions } from "./daemon-arguments.ts";
import { terminalIn } from "./local-terminal.ts";
import { alignRows } from "./render/align.ts";
import { chosenRules, judgementsOf } from "./replayed-rules.ts";

const mostResults = 2_000_000;
const reasonSchema = z.custom<Reason>((reason) => reasonNames.some((name) => name === reason));
const findingSchema = z.union([
  z.object({ is: z.literal("flaw"), severity: severitySchema, reason: reasonSchema, detail: z.string() }),
  z.object({ is: z.enum(["down", "unknown"]), reason: reasonSchema, detail: z.string() }),
]);
const answerSchema = z.object({
  results: z.array(
    z.object({
      slot: z.string(),
      trigger: z.enum(runTriggers),
      verdict: z.enum(verdicts),
      startedAt: z.string(),
      durationSeconds: z.number(),
      findings: z.array(findingSchema),
    }),
  ),
  isCut: z.boolean(),
});

/** Says what the config at hand would have told, from the results that the daemon has stored. */
export const replay: Command = {
  name: "replay",
  summary:
    "Says what the config at hand would have told, judged by the results that the daemon has stored, and of rules those that are named.",
  positionals: "",
  options: {
    ...daemonOptions,
    since: {
      type: "string",
      placeholder: "DURATION",
      describe: "How far back, such as 24h (default: 24h; results are kept for storage.keep_results).",
    },
    check: {
      type: "string",
      multiple: true,
      placeholder: "ID",
      describe: "Only this check; may be given several times.",
    },
    rule: {
      type: "string",
      multiple: true,
      placeholder: "ID",
      describe: "Judge this rule, too, minute by minute by the stored series; may be given several times.",
    },
    output: { type: "string", placeholder: "table|json", describe: "How to print the messages (default: table)." },
  },
  async run({ values, terminal }) {
    const sinceMs = sinceOf(values);
    const asJson = isJson(values);
    const { alerting } = openAppConfig(await loadToAsk(values, terminal));
    const checks = chosen(alerting.checks, textOptions(values, "check"));
    const rules = chosenRules(alerting.rules, textOptions(values, "rule"));
    const access = await daemonAccess(values);
    const toMs = systemClock.now();
    const results = await collect(access, checks, toMs - sinceMs);
    const judgements = await judgementsOf(access, rules, { fromMs: toMs - sinceMs, toMs });
    const messages = replayResults({ ...alerting, checks }, results, toMs, judgements);
    if (asJson) terminal.out(JSON.stringify(messages, null, 2));
    const local = terminalIn(alerting.timeZone, terminal);
    if (!asJson && messages.length > 0) local.out(alignRows(messages.map(rowOf)).join("\n"));
    const [first] = results;
    const from = first === undefined ? "none is stored" : `the first of ${new Date(first.slotMs).toISOString()}`;
    local.error(
      `${count(messages.length, "message")} from ${count(results.length, "result")} of ${count(checks.length, "check")}, ${from}`,
    );
    if (rules.length > 0) local.error(`${count(judgements.length, "judgement")} of ${count(rules.length, "rule")}`);
    const others = alerting.rules.length - rules.length;
    if (others > 0) terminal.error(`${count(others, "rule")} not replayed; name one with --rule`);
    return exitCodes.ok;
  },
};

async function collect(access: DaemonAccess, checks: readonly Check[], fromMs: number): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (const check of checks)
    for (const { id } of check.targets) {
      results.push(...(await resultsOf(access, check, id, fromMs)));
      if (results.length > mostResults)
        throw new AppError(
          "ERR_USAGE",
          `There are more than ${mostResults} results; choose some with --check, or a shorter --since.`,
        );
    }
  return results.sort((a, b) => a.slotMs - b.slotMs);
}

/** Page by page, the newest first; a check that the daemon does not know yet has none. */
async function resultsOf(
  access: DaemonAccess,
  check: Check,
  target: string,
  fromMs: number,
): Promise<readonly Result[]> {
  const found: Result[] = [];
  let to: string | undefined;
  for (;;) {
    const query = new URLSearchParams({
      check: check.id,
      target,
      location: check.location,
      from: new Date(fromMs).toISOString(),
    });
    if (to !== undefined) query.set("to", to);
    const page = answerSchema.parse(await askDaemon(access, `/api/v1/results?${query.toString()}`));
    const results = page.results.map((each) => resultFrom(each, check, target));
    found.push(...results);
    const oldest = results.at(-1);
    if (!page.isCut || oldest === undefined) return found;
    to = new Date(oldest.slotMs - 1).toISOString();
  }
}

function resultFrom(
  { slot, trigger, verdict, startedAt, durationSeconds, findings }: z.output<typeof answerSchema>["results"][number],
  { id, location }: Check,
  target: string,
): Result {
  const told: readonly Finding[] = findings;
  const headline = headlineOf(told);
  return {
    check: id,
    target,
    location,
    slotMs: Date.parse(slot),
    trigger,
    verdict,
    findings: told,
    samples: [],
    startedAtMs: Date.parse(startedAt),
    durationMs: durationSeconds * 1000,
    phasesMs: {},
    ...(headline === undefined ? {} : { headline }),
  };
}

function rowOf({ atMs, receiver, recipient, intent, because, alerts }: ReplayedMessage): readonly string[] {
  const [first] = alerts;
  const more = alerts.length > 1 ? ` and ${alerts.length - 1} more` : "";
  const who = recipient === undefined ? receiver : `${receiver} → ${recipient}`;
  const what = first === undefined ? "" : `${first.severity} ${first.summary}${more}`;
  return [new Date(atMs).toISOString(), who, intent, because, what].map(escapeControls);
}

function chosen(checks: readonly Check[], ids: readonly string[]): readonly Check[] {
  const unknown = ids.find((id) => !checks.some((check) => check.id === id));
  if (unknown !== undefined) throw new AppError("ERR_USAGE", `There is no check "${unknown}" in the config.`);
  return ids.length === 0 ? checks : checks.filter(({ id }) => ids.includes(id));
}

function sinceOf(values: OptionValues): number {
  const text = textOption(values, "since") ?? "24h";
  const sinceMs = parseDuration(text);
  if (sinceMs === undefined || sinceMs <= 0)
    throw new AppError("ERR_USAGE", `--since "${text}" is no duration, such as 24h.`);
  return sinceMs;
}

function isJson(values: OptionValues): boolean {
  const output = textOption(values, "output") ?? "table";
  if (output === "table" || output === "json") return output === "json";
  throw new AppError("ERR_USAGE", `--output "${output}" is neither table nor json.`);
}
