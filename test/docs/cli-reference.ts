import { commands } from "../../src/cli/index.ts";
import { markdownTable } from "../support/samples/markdown-table.ts";

/** The commands and their options, as `watchfire help` says them. */
export function cliReference(): string {
  return commands
    .map(({ name, summary, positionals, options }) => {
      const rows = Object.entries(options).map(([key, option]) => [
        `\`--${key}${option.type === "boolean" ? "" : ` ${option.placeholder ?? "VALUE"}`}\``,
        option.describe,
      ]);
      const usage = `watchfire ${name}${positionals === "" ? "" : ` ${positionals}`}`;
      const table = rows.length === 0 ? "No options." : markdownTable(["option", "meaning"], rows);
      return `## ${name}\n\n\`${usage}\`\n\n${summary}\n\n${table}`;
    })
    .join("\n\n");
}
