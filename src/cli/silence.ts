import { z } from "zod";
import { AppError } from "../core/errors.ts";
import { exitCodes } from "../core/exit-codes.ts";
import { count } from "../core/text/count.ts";
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

const silenceSchema = z.object({
  id: z.string(),
  state: z.string(),
  matchers: z.array(z.string()),
  startsAt: z.string(),
  endsAt: z.string(),
  createdBy: z.string(),
  comment: z.string(),
  firingAlerts: z.number().optional(),
});
type Shown = z.output<typeof silenceSchema>;

/** Keeps alerts from being told for a while. */
export const silence: Command = {
  name: "silence",
  summary: "Keeps alerts that fit all matchers from being told for a while, changes, lists and ends such silences.",
  positionals: "add <matcher …> | update <id> | list | expire <id …>",
  options: {
    ...daemonOptions,
    ...operatorOptions,
    for: { type: "string", placeholder: "DURATION", describe: "How long it lasts, such as 2h (default of add: 1h)." },
    start: { type: "string", placeholder: "TIME", describe: "When it begins, in ISO 8601 with a zone (default: now)." },
    end: { type: "string", placeholder: "TIME", describe: "When it ends, in place of --for." },
    expired: { type: "boolean", describe: "List those that have expired, too." },
    output: { type: "string", placeholder: "table|json", describe: "How to print them (default: table)." },
  },
  async run(call) {
    const action = actionOf(call.positionals, ["add", "update", "list", "expire"], "silence");
    const access = await daemonAccess(call.values);
    const words = call.positionals.slice(1);
    if (action === "add") await add(call, access, words);
    else if (action === "update") await update(call, access, words);
    else if (action === "list") await list(call, access, words);
    else await expire(call, access, words);
    return exitCodes.ok;
  },
};

async function add({ values, terminal }: CommandCall, access: KnownDaemon, matchers: readonly string[]): Promise<void> {
  if (matchers.length === 0)
    throw new AppError("ERR_USAGE", "A silence needs at least one matcher.", {
      hint: 'watchfire silence add service=shop "severity!=critical" --for 2h --comment "moving racks"',
    });
  const comment = textOption(values, "comment");
  if (comment === undefined) throw new AppError("ERR_USAGE", "A silence needs a --comment: somebody will ask why.");
  const body = { matchers, comment, createdBy: operatorName(values), ...timesOf(values, "1h") };
  const local = await localTerminal(terminal, access);
  tell(await ask(access, body), values, { terminal, local });
}

async function update({ values, terminal }: CommandCall, access: KnownDaemon, words: readonly string[]): Promise<void> {
  const [id, ...surplus] = words;
  if (id === undefined || surplus.length > 0)
    throw new AppError("ERR_USAGE", "Name the one silence to change by its id.");
  const before = silenceSchema.parse(await askDaemon(access, `/api/v1/silences/${encodeURIComponent(id)}`));
  const comment = textOption(values, "comment") ?? before.comment;
  const times = timesOf(values, undefined);
  const kept = Object.keys(times).some((key) => key === "lasts" || key === "endsAt") ? {} : { endsAt: before.endsAt };
  const body = { id, matchers: before.matchers, comment, createdBy: operatorName(values), ...kept, ...times };
  const local = await localTerminal(terminal, access);
  tell(await ask(access, body), values, { terminal, local });
}

async function list({ values, terminal }: CommandCall, access: KnownDaemon, words: readonly string[]): Promise<void> {
  if (words.length > 0) throw new AppError("ERR_USAGE", `"${words[0]}" is one word too many: list takes none.`);
  const states = switchOption(values, "expired") ? "?state=active&state=pending&state=expired" : "";
  const answer = await askDaemon(access, `/api/v1/silences${states}`);
  if (isJson(values)) return terminal.out(JSON.stringify(answer, null, 2));
  const { silences } = z.object({ silences: z.array(silenceSchema) }).parse(answer);
  const local = await localTerminal(terminal, access);
  local.out(silences.length === 0 ? "no silences" : alignRows(silences.map(rowOf)).join("\n"));
}

async function expire({ terminal }: CommandCall, access: KnownDaemon, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) throw new AppError("ERR_USAGE", "Name the silences to end by their ids.");
  for (const id of ids) {
    await askDaemon(access, `/api/v1/silences/${encodeURIComponent(id)}`, { method: "DELETE" });
    terminal.out(`expired ${id}`);
  }
}

async function ask(access: KnownDaemon, body: object): Promise<Shown> {
  const json = z.json().parse(body);
  return silenceSchema.parse(await askDaemon(access, "/api/v1/silences", { method: "POST", body: json }));
}

function tell(
  shown: Shown,
  values: OptionValues,
  { terminal, local }: Readonly<Record<"terminal" | "local", Terminal>>,
): void {
  if (isJson(values)) return terminal.out(JSON.stringify(shown, null, 2));
  const firing = shown.firingAlerts ?? 0;
  terminal.out(shown.id);
  local.error(
    `${shown.state} until ${shown.endsAt}; it covers ${count(firing, "alert")} that ${firing === 1 ? "fires" : "fire"} now`,
  );
}

function rowOf({ id, state, matchers, startsAt, endsAt, createdBy, comment }: Shown): readonly string[] {
  const time = state === "pending" ? `from ${startsAt}` : `until ${endsAt}`;
  return [id, state, time, matchers.join(","), `${createdBy}: ${comment}`];
}

function timesOf(values: OptionValues, lasts: string | undefined): Readonly<Record<string, string>> {
  const duration = durationOption(values, "for", { minMs: 1000, maxMs: 366 * 86_400_000 });
  const [start, end] = ["start", "end"].map((name) => textOption(values, name));
  if (duration !== undefined && end !== undefined) throw new AppError("ERR_USAGE", "Give either --for or --end.");
  const length = end === undefined ? (duration ?? lasts) : undefined;
  return {
    ...(start === undefined ? {} : { startsAt: start }),
    ...(end === undefined ? {} : { endsAt: end }),
    ...(length === undefined ? {} : { lasts: length }),
  };
}

function isJson(values: OptionValues): boolean {
  const output = textOption(values, "output") ?? "table";
  if (output === "table" || output === "json") return output === "json";
  throw new AppError("ERR_USAGE", `--output "${output}" is neither table nor json.`);
}
