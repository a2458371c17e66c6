import { z } from "zod";
import { AppError } from "../core/errors.ts";
import { exitCodes } from "../core/exit-codes.ts";
import { askDaemon } from "../platform/channels/daemon-client.ts";
import { type Command, durationOption, switchOption, textOption } from "./command.ts";
import { daemonAccess, daemonOptions } from "./daemon-arguments.ts";
import { localTerminal } from "./local-terminal.ts";
import { operatorName, operatorOptions } from "./operator.ts";

const answerSchema = z.object({
  name: z.string(),
  policy: z.string().optional(),
  until: z.string(),
  held_by: z.string().optional(),
  missed: z.array(z.string()).default([]),
});

/** Rehearses the whole chain to a person. */
export const drill: Command = {
  name: "drill",
  summary:
    "Rehearses a service's or a policy's whole chain to a person, the telephone too; every text says DRILL. Exit code 1 where not everybody is told whom the chain names.",
  positionals: "<service | policy>",
  options: {
    ...daemonOptions,
    by: operatorOptions.by,
    severity: {
      type: "string",
      placeholder: "critical|warning|info",
      describe: "How grave it pretends to be (default: critical).",
    },
    for: {
      type: "string",
      placeholder: "DURATION",
      describe: "When it ends at the latest (default: five minutes after the last step).",
    },
    end: { type: "boolean", describe: "End the drill now." },
  },
  async run({ positionals, values, terminal }) {
    const [name, surplus] = positionals;
    if (name === undefined) throw new AppError("ERR_USAGE", "Name the service or the policy to rehearse.");
    if (surplus !== undefined) throw new AppError("ERR_USAGE", `"${surplus}" is one word too many.`);
    const severity = textOption(values, "severity");
    const lasts = durationOption(values, "for", { minMs: 60_000, maxMs: 86_400_000 });
    const isEnd = switchOption(values, "end");
    if (isEnd && (severity !== undefined || lasts !== undefined))
      throw new AppError("ERR_USAGE", "--end stands alone: it takes neither --severity nor --for.");
    const access = await daemonAccess(values);
    const body = {
      name,
      by: operatorName(values),
      ...(severity === undefined ? {} : { severity }),
      ...(lasts === undefined ? {} : { lasts }),
    };
    const path = `/api/v1/drills/${isEnd ? "end" : "start"}`;
    const answer = answerSchema.parse(await askDaemon(access, path, { method: "POST", body }));
    if (isEnd) {
      terminal.out(`the drill of ${answer.name} is over`);
      return exitCodes.ok;
    }
    const local = await localTerminal(terminal, access);
    local.out(`the drill of ${answer.name} has begun: policy ${answer.policy ?? ""}, until ${answer.until}`);
    if (answer.held_by !== undefined) local.error(`Nobody is told of it while this lasts: ${answer.held_by}`);
    for (const because of answer.missed) terminal.error(`Not as the chain means it: ${because}`);
    terminal.error("It ends when somebody takes it; follow it with: watchfire incident list");
    return answer.held_by === undefined && answer.missed.length === 0 ? exitCodes.ok : exitCodes.undelivered;
  },
};
