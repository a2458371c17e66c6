import { z } from "zod";
import { AppError } from "../core/errors.ts";
import { exitCodes } from "../core/exit-codes.ts";
import { askDaemon } from "../platform/channels/daemon-client.ts";
import type { Terminal } from "../platform/terminal.ts";
import {
  type Command,
  type CommandCall,
  durationOption,
  type OptionValues,
  switchOption,
  textOption,
} from "./command.ts";
import { daemonAccess, daemonOptions, type KnownDaemon } from "./daemon-arguments.ts";
import { localTerminal } from "./local-terminal.ts";
import { actionOf, operatorName, operatorOptions } from "./operator.ts";
import { alignRows } from "./render/align.ts";

const incidentSchema = z.object({
  id: z.string(),
  status: z.string(),
  severity: z.string(),
  openedAt: z.string(),
  resolvedAt: z.string().optional(),
  /** What it is about; absent when nothing of it fires. */
  subject: z.string().optional(),
  labels: z.record(z.string(), z.string()),
  acknowledgement: z.object({ by: z.string(), until: z.string().optional() }).optional(),
  assignee: z.string().optional(),
  unconfirmed: z.array(z.string()).default([]),
});
const wholeSchema = incidentSchema.extend({
  alerts: z.array(z.object({ status: z.string(), summary: z.string().optional() })),
  timeline: z.array(
    z.object({
      at: z.string(),
      kind: z.string(),
      detail: z.string(),
      by: z.string().optional(),
      via: z.string().optional(),
    }),
  ),
});
type Shown = z.output<typeof incidentSchema>;

const actions = ["list", "show", "ack", "unack", "assign", "comment", "snooze", "resolve"] as const;
const deeds = { ack: "acknowledge", unack: "unacknowledge" } as const;

const reachedBy = {
  type: "string",
  placeholder: "RECEIVER",
  describe: "With `ack`: by which of your own addresses (a call, a mail) it reached you, which confirms that one.",
} as const;

/** Shows incidents and does what people do about them. */
export const incident: Command = {
  name: "incident",
  summary: "Lists and shows incidents, takes them, gives them back, assigns, comments, puts off and closes them.",
  positionals: "list | show <id> | ack|unack|comment|snooze|resolve <id> | assign <id> <person>",
  options: {
    ...daemonOptions,
    ...operatorOptions,
    for: { type: "string", placeholder: "DURATION", describe: "How long `ack` holds or `snooze` lasts, such as 2h." },
    "reached-by": reachedBy,
    all: { type: "boolean", describe: "List incidents that are over, too." },
    output: { type: "string", placeholder: "table|json", describe: "How to print it (default: table)." },
  },
  async run(call) {
    const action = actionOf(call.positionals, actions, "incident");
    const [id, ...words] = call.positionals.slice(1);
    const access = await daemonAccess(call.values);
    if (action === "list") await list(call, access, id);
    else await about(call, access, { action, id, words });
    return exitCodes.ok;
  },
};

/** The short form that a person types at night. */
export const ack: Command = {
  name: "ack",
  summary: "Takes an incident: whoever is next is not called. The same as `incident ack`.",
  positionals: "<id>",
  options: {
    ...daemonOptions,
    ...operatorOptions,
    for: { type: "string", placeholder: "DURATION", describe: "How long it holds (default: as the policy says)." },
    "reached-by": reachedBy,
  },
  async run(call) {
    const access = await daemonAccess(call.values);
    const [id, ...words] = call.positionals;
    await about(call, access, { action: "ack", id, words });
    return exitCodes.ok;
  },
};

type Asked = Readonly<{
  action: Exclude<(typeof actions)[number], "list">;
  id: string | undefined;
  words: readonly string[];
}>;

async function about(call: CommandCall, access: KnownDaemon, { action, id, words }: Asked): Promise<void> {
  if (id === undefined)
    throw new AppError("ERR_USAGE", "Name the incident by its id.", { hint: "watchfire incident list" });
  const [person, ...surplus] = action === "assign" ? words : [undefined, ...words];
  if (surplus[0] !== undefined) throw new AppError("ERR_USAGE", `"${surplus[0]}" is one word too many.`);
  if (action === "assign" && person === undefined) throw new AppError("ERR_USAGE", "Name the person to assign it to.");
  const path = `/api/v1/incidents/${encodeURIComponent(id)}`;
  const local = await localTerminal(call.terminal, access);
  const isJson = isJsonOutput(call.values);
  if (action === "show") {
    const whole = await askDaemon(access, path);
    return isJson ? call.terminal.out(JSON.stringify(whole, null, 2)) : show(wholeSchema.parse(whole), local);
  }
  const body = bodyOf(action, call.values, person);
  const deed = action === "ack" || action === "unack" ? deeds[action] : action;
  const told = await askDaemon(access, `${path}/${deed}`, { method: "POST", body });
  const answer = incidentSchema.parse(told);
  if (isJson) call.terminal.out(JSON.stringify(told, null, 2));
  else local.out(rowOf(answer).join("  "));
  for (const receiver of answer.unconfirmed) call.terminal.error(askWhetherReached(String(body["by"]), receiver));
}

function askWhetherReached(person: string, receiver: string): string {
  return `${receiver} was never confirmed to reach you; if it has, say so while this goes on: watchfire oncall confirm ${person} ${receiver}`;
}

function bodyOf(action: Asked["action"], values: OptionValues, person: string | undefined): Record<string, string> {
  const comment = textOption(values, "comment");
  const lasts = durationOption(values, "for", { minMs: 60_000, maxMs: 30 * 86_400_000 });
  if (action === "comment" && comment === undefined)
    throw new AppError("ERR_USAGE", "Say with --comment what is to be noted.");
  if (action === "snooze" && lasts === undefined)
    throw new AppError("ERR_USAGE", "Say with --for how long it is put off.");
  if (lasts !== undefined && action !== "ack" && action !== "snooze")
    throw new AppError("ERR_USAGE", `--for means nothing to ${action}.`);
  const reached = textOption(values, "reached-by");
  if (reached !== undefined && action !== "ack")
    throw new AppError("ERR_USAGE", `--reached-by means nothing to ${action}.`);
  return {
    by: operatorName(values),
    via: "cli",
    ...(comment === undefined ? {} : { comment }),
    ...(lasts === undefined ? {} : { for: lasts }),
    ...(reached === undefined ? {} : { reached_by: reached }),
    ...(person === undefined ? {} : { person }),
  };
}

async function list(
  { values, terminal }: CommandCall,
  access: KnownDaemon,
  surplus: string | undefined,
): Promise<void> {
  if (surplus !== undefined) throw new AppError("ERR_USAGE", `"${surplus}" is one word too many: list takes none.`);
  const states = switchOption(values, "all") ? "?state=open&state=acknowledged&state=resolved" : "";
  const answer = await askDaemon(access, `/api/v1/incidents${states}`);
  if (isJsonOutput(values)) return terminal.out(JSON.stringify(answer, null, 2));
  const { incidents } = z.object({ incidents: z.array(incidentSchema) }).parse(answer);
  const local = await localTerminal(terminal, access);
  local.out(incidents.length === 0 ? "no incidents" : alignRows(incidents.map(rowOf)).join("\n"));
}

function isJsonOutput(values: OptionValues): boolean {
  const output = textOption(values, "output") ?? "table";
  if (output === "table" || output === "json") return output === "json";
  throw new AppError("ERR_USAGE", `--output "${output}" is neither table nor json.`);
}

function show(whole: z.output<typeof wholeSchema>, terminal: Terminal): void {
  terminal.out(rowOf(whole).join("  "));
  for (const { status, summary } of whole.alerts) terminal.out(`  ${status}  ${summary ?? ""}`);
  for (const { at, kind, detail, by, via } of whole.timeline) {
    const who = by === undefined ? "" : ` (${by}${via === undefined ? "" : `, ${via}`})`;
    terminal.out(`  ${at}  ${kind}: ${detail}${who}`);
  }
}

function rowOf(incident: Shown): string[] {
  const { id, status, severity, openedAt, resolvedAt, labels, acknowledgement, assignee } = incident;
  const names = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  const what = incident.subject ?? names.join(",");
  const taken = acknowledgement === undefined ? "" : `by ${acknowledgement.by}${until(acknowledgement.until)}`;
  const meant = assignee === undefined ? "" : `assigned to ${assignee}`;
  const time = resolvedAt === undefined ? `since ${openedAt}` : `until ${resolvedAt}`;
  return [id, status, severity, time, what, taken, meant].filter((cell) => cell !== "");
}

function until(time: string | undefined): string {
  return time === undefined ? "" : ` until ${time}`;
}
