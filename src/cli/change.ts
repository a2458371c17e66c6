import { z } from "zod";
import { AppError } from "../core/errors.ts";
import { exitCodes } from "../core/exit-codes.ts";
import { askDaemon } from "../platform/channels/daemon-client.ts";
import { type Command, textOption, textOptions } from "./command.ts";
import { daemonAccess, daemonOptions } from "./daemon-arguments.ts";
import { operatorName, operatorOptions } from "./operator.ts";

const answerSchema = z.object({ id: z.string() });

/** Reports a deployment or another change. */
export const change: Command = {
  name: "change",
  summary:
    "Reports a deployment or another change; messages about its services name it for two hours, the page for a day.",
  positionals: "<text>",
  options: {
    ...daemonOptions,
    by: operatorOptions.by,
    service: {
      type: "string",
      multiple: true,
      placeholder: "SERVICE",
      describe: "Service it may touch; may be repeated (default: any).",
    },
    link: { type: "string", placeholder: "URL", describe: "Page about it." },
    at: { type: "string", placeholder: "TIME", describe: "When it happened, in ISO 8601 with a zone (default: now)." },
  },
  async run({ values, positionals, terminal }) {
    const [text, ...surplus] = positionals;
    if (text === undefined || surplus.length > 0)
      throw new AppError("ERR_USAGE", "Say in one quoted text what was changed.", {
        hint: 'watchfire change "report-service v2.8" --service shop',
      });
    const services = textOptions(values, "service");
    const link = textOption(values, "link");
    const at = textOption(values, "at");
    const body = {
      text,
      by: operatorName(values),
      ...(services.length === 0 ? {} : { services: [...services] }),
      ...(link === undefined ? {} : { link }),
      ...(at === undefined ? {} : { at }),
    };
    const answer = await askDaemon(await daemonAccess(values), "/api/v1/changes", { method: "POST", body });
    terminal.out(answerSchema.parse(answer).id);
    return exitCodes.ok;
  },
};
