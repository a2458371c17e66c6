import { z } from "zod";
import { AppError } from "../core/errors.ts";
import { exitCodes } from "../core/exit-codes.ts";
import { count } from "../core/text/count.ts";
import { askDaemon } from "../platform/channels/daemon-client.ts";
import { type Command, type CommandCall, textOption } from "./command.ts";
import { daemonAccess, daemonOptions, type KnownDaemon } from "./daemon-arguments.ts";
import { localTerminal } from "./local-terminal.ts";
import { operatorName, operatorOptions } from "./operator.ts";
import { alignRows } from "./render/align.ts";

const mostGaps = 3;

const personSchema = z.object({ id: z.string(), title: z.string() });
const overrideSchema = z.object({
  id: z.string().default("-"),
  schedule: z.string(),
  person: personSchema,
  from: z.string(),
  until: z.string(),
  by: z.string().default("in the config"),
  comment: z.string().optional(),
});
const unconfirmedSchema = z.object({ person: z.string(), title: z.string(), receivers: z.array(z.string()) });
const answerSchema = z.object({
  schedules: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      order: z.array(personSchema),
      shadows: z.array(personSchema),
      until: z.string().optional(),
      next: personSchema.extend({ from: z.string() }).optional(),
      overrides: z.array(overrideSchema),
      unconfirmed: z.array(unconfirmedSchema),
      gaps: z.array(z.object({ from: z.string(), until: z.string() })),
    }),
  ),
});
const listSchema = z.object({ overrides: z.array(overrideSchema) });
const messageSchema = z.object({ message: z.string() });
type Schedule = z.output<typeof answerSchema>["schedules"][number];
type Override = z.output<typeof overrideSchema>;

/** Says who is on call, puts somebody else on call for a while, and notes who was reached. */
export const oncall: Command = {
  name: "oncall",
  summary:
    "Says who is on call now, who is next and when, and when nobody is within the next four weeks; puts others on call for a while; notes that an address is right.",
  positionals: "[schedule] | override <schedule> <person> | list | remove <exception> | confirm <person> <receiver>",
  options: {
    ...daemonOptions,
    ...operatorOptions,
    from: {
      type: "string",
      placeholder: "TIME",
      describe: 'When the exception begins, such as "2026-12-24 10:00" on the clock of the schedule (default: now).',
    },
    until: { type: "string", placeholder: "TIME", describe: "When it ends, or how long it lasts, such as 8h." },
    output: { type: "string", placeholder: "table|json", describe: "How to print it (default: table)." },
  },
  async run(call) {
    const output = textOption(call.values, "output") ?? "table";
    if (output !== "table" && output !== "json")
      throw new AppError("ERR_USAGE", `--output takes table or json, not "${output}".`);
    const access = await daemonAccess(call.values);
    const [action, ...words] = call.positionals;
    const asked: Asked = { call, access, words, isJson: output === "json" };
    if (action === "override") await override(asked);
    else if (action === "remove") await remove(asked);
    else if (action === "list") await list(asked);
    else if (action === "confirm") await confirm(asked);
    else await show({ ...asked, words: call.positionals });
    return exitCodes.ok;
  },
};

type Asked = Readonly<{ call: CommandCall; access: KnownDaemon; words: readonly string[]; isJson: boolean }>;

async function show({ call: { terminal }, access, words: [schedule, surplus], isJson }: Asked): Promise<void> {
  if (surplus !== undefined) throw new AppError("ERR_USAGE", `"${surplus}" is one word too many.`);
  const query = schedule === undefined ? "" : `?schedule=${encodeURIComponent(schedule)}`;
  const answer = await askDaemon(access, `/api/v1/oncall${query}`);
  if (isJson) return terminal.out(JSON.stringify(answer, null, 2));
  const { schedules } = answerSchema.parse(answer);
  const local = await localTerminal(terminal, access);
  local.out(schedules.length === 0 ? "no schedules" : schedules.flatMap(linesOf).join("\n"));
}

async function override({ call: { values }, call, access, words, isJson }: Asked): Promise<void> {
  const [schedule, person, surplus] = words;
  const [from, until, comment] = [
    textOption(values, "from"),
    textOption(values, "until"),
    textOption(values, "comment"),
  ];
  if (schedule === undefined || person === undefined || surplus !== undefined || until === undefined)
    throw new AppError("ERR_USAGE", "Name the schedule, the person who is on call instead, and until when.", {
      hint: 'watchfire oncall override ops ann --from "2026-12-24 10:00" --until "2026-12-27 10:00"',
    });
  const body = {
    schedule,
    person,
    until,
    by: operatorName(values),
    ...(from === undefined ? {} : { from }),
    ...(comment === undefined ? {} : { comment }),
  };
  answered(call, isJson, await askDaemon(access, "/api/v1/oncall/overrides", { method: "POST", body }));
}

async function remove({ call, access, words: [id, surplus], isJson }: Asked): Promise<void> {
  if (id === undefined || surplus !== undefined)
    throw new AppError("ERR_USAGE", "Name the one exception to remove; `watchfire oncall list` has them.");
  const body = { by: operatorName(call.values) };
  const path = `/api/v1/oncall/overrides/${encodeURIComponent(id)}/remove`;
  answered(call, isJson, await askDaemon(access, path, { method: "POST", body }));
}

async function confirm({ call, access, words: [person, receiver, surplus], isJson }: Asked): Promise<void> {
  if (person === undefined || receiver === undefined || surplus !== undefined)
    throw new AppError("ERR_USAGE", "Name the person who was reached, and the receiver.", {
      hint: "watchfire oncall confirm ann voice",
    });
  const body = { person, receiver, by: operatorName(call.values), via: "cli" };
  answered(call, isJson, await askDaemon(access, "/api/v1/oncall/confirmations", { method: "POST", body }));
}

async function list({ call: { terminal }, access, words: [surplus], isJson }: Asked): Promise<void> {
  if (surplus !== undefined) throw new AppError("ERR_USAGE", `"${surplus}" is one word too many: list takes none.`);
  const answer = await askDaemon(access, "/api/v1/oncall/overrides");
  if (isJson) return terminal.out(JSON.stringify(answer, null, 2));
  const rows = listSchema.parse(answer).overrides.map((each) => [each.id, each.schedule, ...wordsOf(each)]);
  const local = await localTerminal(terminal, access);
  local.out(rows.length === 0 ? "no exceptions" : alignRows(rows).join("\n"));
}

function answered({ terminal }: CommandCall, isJson: boolean, answer: unknown): void {
  terminal.out(isJson ? JSON.stringify(answer, null, 2) : messageSchema.parse(answer).message);
}

function wordsOf({ person, from, until, by, comment }: Override): readonly [string, string, string] {
  return [person.title, `${from} to ${until}`, comment === undefined ? by : `${by}: ${comment}`];
}

function linesOf({
  id,
  title,
  order,
  shadows,
  until,
  next,
  overrides,
  unconfirmed,
  gaps,
}: Schedule): readonly string[] {
  const [current, ...others] = order;
  const name = title === id ? id : `${title} (${id})`;
  const now = current === undefined ? "nobody" : `${current.title}${until === undefined ? "" : ` until ${until}`}`;
  return [
    `${name}: ${now}`,
    ...(others.length === 0 ? [] : [`  if that one does not answer: ${others.map((each) => each.title).join(", ")}`]),
    ...(next === undefined ? [] : [`  next turn: ${next.title} from ${next.from}`]),
    ...(shadows.length === 0 ? [] : [`  gets copies: ${shadows.map((each) => each.title).join(", ")}`]),
    ...overrides.map(wordsOf).map(([person, span, why]) => `  exception: ${person} from ${span} (${why})`),
    ...unconfirmed.map((each) => `  never confirmed: ${each.title} by ${each.receivers.join(", ")}`),
    ...gapLines(gaps),
  ];
}

/** A schedule of office hours has one each night. */
function gapLines(gaps: Schedule["gaps"]): readonly string[] {
  const lines = gaps.slice(0, mostGaps).map((gap) => `  nobody from ${gap.from} to ${gap.until}`);
  const leftOut = gaps.length - lines.length;
  return leftOut === 0 ? lines : [...lines, `  and ${count(leftOut, "more time")}, until ${gaps.at(-1)?.until}`];
}
