import { z } from "zod";
import { AppError } from "../core/errors.ts";
import { exitCodes } from "../core/exit-codes.ts";
import { askDaemon } from "../platform/daemon-client.ts";
import { type Command, textOption } from "./command.ts";
import { daemonAccess, daemonOptions } from "./daemon-arguments.ts";
import { localTerminal } from "./local-terminal.ts";

const personSchema = z.object({ id: z.string(), title: z.string() });
const answerSchema = z.object({
  schedules: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      order: z.array(personSchema),
      shadows: z.array(personSchema),
      until: z.string().optional(),
      next: personSchema.extend({ from: z.string() }).optional(),
      gaps: z.array(z.object({ from: z.string(), until: z.string() })),
    }),
  ),
});
type Schedule = z.output<typeof answerSchema>["schedules"][number];

/** Says who is on call. */
export const oncall: Command = {
  name: "oncall",
  summary: "Says who is on call now, who is next and when, and when nobody is within the next four weeks.",
  positionals: "[schedule]",
  options: {
    ...daemonOptions,
    output: { type: "string", placeholder: "table|json", describe: "How to print it (default: table)." },
  },
  async run({ positionals, values, terminal }) {
    const [schedule, surplus] = positionals;
    if (surplus !== undefined) throw new AppError("ERR_USAGE", `"${surplus}" is one word too many.`);
    const output = textOption(values, "output") ?? "table";
    if (output !== "table" && output !== "json")
      throw new AppError("ERR_USAGE", `--output takes table or json, not "${output}".`);
    const access = await daemonAccess(values, terminal);
    const query = schedule === undefined ? "" : `?schedule=${encodeURIComponent(schedule)}`;
    const answer = await askDaemon(access, `/api/v1/oncall${query}`);
    if (output === "json") terminal.out(JSON.stringify(answer, null, 2));
    else {
      const { schedules } = answerSchema.parse(answer);
      const local = await localTerminal(terminal, access);
      local.out(schedules.length === 0 ? "no schedules" : schedules.flatMap(linesOf).join("\n"));
    }
    return exitCodes.ok;
  },
};

function linesOf({ id, title, order, shadows, until, next, gaps }: Schedule): readonly string[] {
  const [current, ...others] = order;
  const name = title === id ? id : `${title} (${id})`;
  const now = current === undefined ? "nobody" : `${current.title}${until === undefined ? "" : ` until ${until}`}`;
  return [
    `${name}: ${now}`,
    ...(others.length === 0 ? [] : [`  if that one does not answer: ${others.map((each) => each.title).join(", ")}`]),
    ...(next === undefined ? [] : [`  next turn: ${next.title} from ${next.from}`]),
    ...(shadows.length === 0 ? [] : [`  gets copies: ${shadows.map((each) => each.title).join(", ")}`]),
    ...gaps.map((gap) => `  nobody from ${gap.from} to ${gap.until}`),
  ];
}
