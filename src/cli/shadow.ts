import { z } from "zod";
import { AppError } from "../core/errors.ts";
import { exitCodes } from "../core/exit-codes.ts";
import { count } from "../core/text/count.ts";
import { askDaemon } from "../platform/daemon-client.ts";
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

/** Says what a daemon in shadow mode would have sent. */
export const shadow: Command = {
  name: "shadow",
  summary: "Says what the daemon would have sent in shadow mode (`run --mode shadow`), to whom and when.",
  positionals: "report",
  options: {
    ...daemonOptions,
    receiver: { type: "string", placeholder: "NAME", describe: "Only what would have gone to this receiver." },
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
    const access = await daemonAccess(values, terminal);
    const answer = await askDaemon(access, `/api/v1/deliveries?reason=shadow&limit=1000${only}`);
    if (output === "json") terminal.out(JSON.stringify(answer, null, 2));
    else (await localTerminal(terminal, access)).out(describe(answerSchema.parse(answer)));
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
