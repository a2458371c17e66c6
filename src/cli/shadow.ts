import { z } from "zod";
import { AppError } from "../core/errors.ts";
import { exitCodes } from "../core/exit-codes.ts";
import { count } from "../core/text/count.ts";
import { askDaemon } from "../platform/channels/daemon-client.ts";
import { type Command, textOption } from "./command.ts";
import { daemonAccess, daemonOptions } from "./daemon-arguments.ts";
import { localTerminal } from "./local-terminal.ts";
import { alignRows } from "./render/align.ts";

const answerSchema = z.object({
  deliveries: z.array(
    z.object({
      at: z.string(),
      receiver: z.string(),
      recipient: z.string().optional(),
      detail: z.string().default(""),
    }),
  ),
});

const noticeSchema = z.object({ at: z.string(), receiver: z.string(), labels: z.record(z.string(), z.string()) });
const comparisonSchema = z.object({
  there: z.number(),
  here: z.number(),
  both: z.array(z.object({ there: noticeSchema, here: noticeSchema, laterSeconds: z.number() })),
  onlyThere: z.array(noticeSchema),
  onlyHere: z.array(noticeSchema),
});
type Notice = z.output<typeof noticeSchema>;

const statusSchema = z.object({ sendsNothing: z.string().optional() });

/** Says what a daemon in shadow mode would have sent, and how that compares with what the old system sent. */
export const shadow: Command = {
  name: "shadow",
  summary:
    "Says what the daemon would have sent in shadow mode (`run --mode shadow`), to whom and when, and compares it with what the old system sent.",
  positionals: "report",
  options: {
    ...daemonOptions,
    receiver: { type: "string", placeholder: "NAME", describe: "Only what would have gone to this receiver." },
    within: {
      type: "string",
      placeholder: "DURATION",
      describe: "How far apart the two may tell the same (default: 10m).",
    },
    output: { type: "string", placeholder: "table|json", describe: "How to print it (default: table)." },
  },
  async run({ positionals, values, terminal }) {
    if (positionals.length !== 1 || positionals[0] !== "report")
      throw new AppError("ERR_USAGE", "Say what is wanted of the shadow: report.", { hint: "watchfire shadow report" });
    const output = textOption(values, "output") ?? "table";
    if (output !== "table" && output !== "json")
      throw new AppError("ERR_USAGE", `--output takes table or json, not "${output}".`);
    const receiver = textOption(values, "receiver");
    const only = receiver === undefined ? "" : `&receiver=${encodeURIComponent(receiver)}`;
    const access = await daemonAccess(values);
    const answer = await askDaemon(access, `/api/v1/deliveries?reason=shadow&limit=1000${only}`);
    const within = textOption(values, "within");
    const query = within === undefined ? "" : `?within=${encodeURIComponent(within)}`;
    const comparison = await askDaemon(access, `/api/v1/shadow/report${query}`);
    if (output === "json") terminal.out(JSON.stringify({ ...z.looseObject({}).parse(answer), comparison }, null, 2));
    else {
      const lines = [describe(answerSchema.parse(answer)), ...compared(comparisonSchema.parse(comparison))];
      (await localTerminal(terminal, access)).out(lines.join("\n"));
      const { sendsNothing } = statusSchema.parse(await askDaemon(access, "/api/v1/status"));
      if (sendsNothing !== "shadow")
        terminal.error(
          "The daemon does not run in shadow mode now: only `run --mode shadow` notes what would be sent.",
        );
    }
    return exitCodes.ok;
  },
};

function describe({ deliveries }: z.output<typeof answerSchema>): string {
  if (deliveries.length === 0) return "nothing would have been sent";
  const oldestFirst = deliveries.toReversed();
  const placeOf = ({ receiver, recipient }: (typeof deliveries)[number]): string =>
    recipient === undefined ? receiver : `${receiver} for ${recipient}`;
  const perPlace = Map.groupBy(oldestFirst, placeOf);
  const sums = [...perPlace].map(([place, messages]) => `${count(messages.length, "message")} to ${place}`);
  const rows = oldestFirst.map((delivery) => [delivery.at, placeOf(delivery), delivery.detail]);
  return [`would have sent ${sums.join(", ")}`, ...alignRows(rows)].join("\n");
}

/** Nothing where the old system has told nothing here: then there is nothing to compare with. */
function compared({ there, both, onlyThere, onlyHere }: z.output<typeof comparisonSchema>): readonly string[] {
  if (there === 0) return [];
  const met = both.map(({ there: old, here, laterSeconds }) => [
    old.at,
    aboutOf(old),
    aboutOf(here),
    differenceOf(laterSeconds),
  ]);
  const [missed, added] = [onlyThere, onlyHere].map((notices) => notices.map((each) => [each.at, aboutOf(each)]));
  return [
    `the old system told ${count(there, "alert")}; ${both.length} of them would have been told here as well`,
    ...alignRows(met),
    `would have been missed here: ${onlyThere.length}`,
    ...alignRows(missed ?? []),
    `only here: ${onlyHere.length}`,
    ...alignRows(added ?? []),
  ];
}

function aboutOf({ labels }: Notice): string {
  const about = ["instance", "service", "check", "host"].flatMap((name) => labels[name] ?? []);
  return [labels["alertname"] ?? "alert", ...about.slice(0, 1)].join(" ");
}

function differenceOf(laterSeconds: number): string {
  const seconds = Math.round(Math.abs(laterSeconds));
  return seconds === 0 ? "at the same time" : `${seconds} s ${laterSeconds > 0 ? "later" : "earlier"} here`;
}
