import { sections } from "../app/configuration/sections.ts";
import { configJsonSchema } from "../config/shown/config-json-schema.ts";
import { exitCodes } from "../core/exit-codes.ts";
import { writeText } from "../platform/files/text-files.ts";
import { probeKinds } from "../probes/index.ts";
import { type Command, textOption } from "./command.ts";

/** Prints or writes the JSON Schema of the config. */
export const schema: Command = {
  name: "schema",
  summary: "Prints the JSON Schema of the config, for editors.",
  positionals: "",
  options: { write: { type: "string", placeholder: "FILE", describe: "Write it into this file instead." } },
  async run({ values, terminal }) {
    const text = `${JSON.stringify(configJsonSchema(probeKinds, sections), null, 2)}\n`;
    const file = textOption(values, "write");
    if (file === undefined) terminal.out(text.trimEnd());
    else await writeText(file, text);
    return exitCodes.ok;
  },
};
