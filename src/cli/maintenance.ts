import { z } from "zod";
import { AppError } from "../core/errors.ts";
import { exitCodes } from "../core/exit-codes.ts";
import { askDaemon, type DaemonAccess } from "../platform/channels/daemon-client.ts";
import { type Command, type CommandCall, durationOption, switchOption, textOption } from "./command.ts";
import { daemonAccess, daemonOptions, type KnownDaemon } from "./daemon-arguments.ts";
import { localTerminal } from "./local-terminal.ts";
import { actionOf, operatorName, operatorOptions } from "./operator.ts";
import { alignRows } from "./render/align.ts";

const answerSchema = z.object({ message: z.string() });
const listSchema = z.object({
  maintenance: z.array(
    z.object({
      name: z.string(),
      title: z.string(),
      startedAt: z.string(),
      endsAt: z.string(),
      services: z.array(z.string()).default([]),
      matchers: z.array(z.string()).default([]),
      /** Absent where the daemon does not say. */
      neverMute: z.array(z.string()).optional(),
      by: z.string().optional(),
      comment: z.string().optional(),
    }),
  ),
});

/** Begins and ends maintenance; made for pipelines: doing the same twice is as good as once. */
export const maintenance: Command = {
  name: "maintenance",
  summary: "Begins maintenance of a service, of a window of the config, or of what fits matchers; ends and lists it.",
  positionals: "start <service | window | matcher …> | end <name> | list",
  options: {
    ...daemonOptions,
    ...operatorOptions,
    for: { type: "string", placeholder: "DURATION", describe: "How long it lasts, such as 40m (1m to 31d)." },
    name: { type: "string", placeholder: "NAME", describe: "Name of maintenance of what fits matchers." },
    "mute-everything": { type: "boolean", describe: "Mute critical business alerts, too." },
  },
  async run(call) {
    const action = actionOf(call.positionals, ["start", "end", "list"], "maintenance");
    const access = await daemonAccess(call.values);
    const words = call.positionals.slice(1);
    if (action === "start") await start(call, access, words);
    else if (action === "end") await end(call, access, words);
    else await list(call, access, words);
    return exitCodes.ok;
  },
};

async function start({ values, terminal }: CommandCall, access: DaemonAccess, words: readonly string[]): Promise<void> {
  const areMatchers = words.some((word) => /[=~]/.test(word));
  const name = textOption(values, "name") ?? (areMatchers ? undefined : words[0]);
  if (name === undefined)
    throw new AppError(
      "ERR_USAGE",
      areMatchers ? "Give it a --name, by which it is ended." : "Say what is maintained.",
      {
        hint: 'watchfire maintenance start shop --for 40m   or   … start instance=~"db-.*" --name racks --for 2h',
      },
    );
  if (!areMatchers && words.length > 1)
    throw new AppError("ERR_USAGE", `"${words[1]}" is one word too many: name one service or window, or matchers.`);
  const lasts = durationOption(values, "for", { minMs: 60_000, maxMs: 31 * 86_400_000 });
  const comment = textOption(values, "comment");
  const [service] = words;
  const body = {
    name,
    by: operatorName(values),
    ...(areMatchers ? { matchers: [...words] } : {}),
    ...(!areMatchers && service !== undefined && service !== name ? { services: [service] } : {}),
    ...(switchOption(values, "mute-everything") ? { neverMute: [] } : {}),
    ...(lasts === undefined ? {} : { lasts }),
    ...(comment === undefined ? {} : { comment }),
  };
  const answer = await askDaemon(access, "/api/v1/maintenance/start", { method: "POST", body });
  terminal.out(answerSchema.parse(answer).message);
}

async function end({ values, terminal }: CommandCall, access: DaemonAccess, words: readonly string[]): Promise<void> {
  const [name, ...surplus] = words;
  if (name === undefined || surplus.length > 0) throw new AppError("ERR_USAGE", "Name the one maintenance to end.");
  const body = { name, by: operatorName(values) };
  const answer = await askDaemon(access, "/api/v1/maintenance/end", { method: "POST", body });
  terminal.out(answerSchema.parse(answer).message);
}

async function list({ terminal }: CommandCall, access: KnownDaemon, words: readonly string[]): Promise<void> {
  if (words.length > 0) throw new AppError("ERR_USAGE", `"${words[0]}" is one word too many: list takes none.`);
  const { maintenance: runs } = listSchema.parse(await askDaemon(access, "/api/v1/maintenance"));
  const rows = runs.map((run) => {
    const { name, title, startedAt, endsAt, by = "the config", comment = "" } = run;
    return [name, title, mutedBy(run), `${startedAt} to ${endsAt}`, comment === "" ? by : `${by}: ${comment}`];
  });
  const local = await localTerminal(terminal, access);
  local.out(rows.length === 0 ? "no maintenance is under way" : alignRows(rows).join("\n"));
}

function mutedBy({ services, matchers, neverMute }: z.output<typeof listSchema>["maintenance"][number]): string {
  const what = [...(services.length === 0 ? [] : [`service ${services.join(", ")}`]), ...matchers].join(",");
  if (neverMute === undefined) return what;
  return `${what} ${neverMute.length === 0 ? "without exception" : `except ${neverMute.join(",")}`}`;
}
