import { parseArgs } from "node:util";
import { version } from "../app/version.ts";
import { AppError, messageOf } from "../core/errors.ts";
import { exitCodeOf, exitCodes } from "../core/exit-codes.ts";
import { nearestName } from "../core/nearest-name.ts";
import { diskConfigFiles } from "../platform/files/config-files.ts";
import { processTerminal, type Terminal } from "../platform/terminal.ts";
import type { Command } from "./command.ts";
import { commands } from "./index.ts";

/** Runs the command that the process was started with and sets its exit code. */
export async function runCommandLine(): Promise<void> {
  const terminal = processTerminal();
  terminal.exitWith(await execute(terminal, terminal.args));
}

/** Runs one command line and returns its exit code; every expected failure ends in words on the error stream. */
export async function execute(terminal: Terminal, args: readonly string[]): Promise<number> {
  try {
    const [name, ...rest] = args;
    if (name === undefined || name === "help" || name === "--help" || name === "-h") return help(terminal, rest[0]);
    if (name === "version" || name === "--version") {
      terminal.out(`watchfire ${version()}`);
      return exitCodes.ok;
    }
    return await runCommand(commandNamed(name), rest, terminal);
  } catch (error) {
    return explainFailure(error, terminal);
  }
}

async function runCommand(command: Command, args: readonly string[], terminal: Terminal): Promise<number> {
  if (args.includes("--help") || args.includes("-h")) {
    terminal.out(usageOf(command));
    return exitCodes.ok;
  }
  const { values, positionals } = parse(command, args);
  const [surplus] = positionals;
  if (command.positionals === "" && surplus !== undefined) throw await surplusWord(command, surplus);
  return await command.run({ values, positionals, terminal });
}

function parse(command: Command, args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: command.options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new AppError("ERR_USAGE", messageOf(error).split(". To specify")[0] ?? "", {
      hint: usageOf(command),
      cause: error,
    });
  }
}

/** The error of a word that a command without positional arguments was given; a path was meant as the config. */
async function surplusWord(command: Command, word: string): Promise<AppError> {
  const isPath = "config" in command.options && (await diskConfigFiles.kindOf(word)) !== "missing";
  return new AppError("ERR_USAGE", `"${word}" is one word too many. ${usageLine(command)}`, {
    hint: isPath ? `Did you mean "--config ${word}"?` : `Run "watchfire help ${command.name}" for the options.`,
  });
}

function commandNamed(name: string): Command {
  const command = commands.find((candidate) => candidate.name === name);
  if (command !== undefined) return command;
  const nearest = nearestName(
    name,
    commands.map((candidate) => candidate.name),
  );
  const hint = nearest === undefined ? 'Run "watchfire help" for the list.' : `Did you mean "${nearest}"?`;
  throw new AppError("ERR_USAGE", `There is no command "${name}".`, { hint });
}

function help(terminal: Terminal, about: string | undefined): number {
  terminal.out(about === undefined ? overview() : usageOf(commandNamed(about)));
  return exitCodes.ok;
}

function overview(): string {
  const width = Math.max(...commands.map((command) => command.name.length));
  const lines = commands.map((command) => `  ${command.name.padEnd(width)}  ${command.summary}`);
  return [
    "watchfire: synthetic monitoring and alerting for the business, its applications and its machines",
    "",
    "Usage: watchfire <command> [options]",
    "",
    ...lines,
    "",
    'Run "watchfire help <command>" for the options of one command.',
  ].join("\n");
}

/** The help text of one command. */
function usageOf(command: Command): string {
  const rows = Object.entries(command.options).map(([name, option]) => {
    const flag = option.type === "boolean" ? `--${name}` : `--${name} ${option.placeholder ?? "VALUE"}`;
    return [flag, option.describe] as const;
  });
  const width = Math.max(0, ...rows.map(([flag]) => flag.length));
  return [
    usageLine(command),
    command.summary,
    ...(rows.length > 0 ? [""] : []),
    ...rows.map(([flag, describe]) => `  ${flag.padEnd(width)}  ${describe}`),
  ].join("\n");
}

function usageLine({ name, positionals, options }: Command): string {
  const words = ["watchfire", name, positionals, Object.keys(options).length > 0 ? "[options]" : ""];
  return `Usage: ${words.filter((word) => word !== "").join(" ")}`;
}

function explainFailure(error: unknown, terminal: Terminal): number {
  if (error instanceof AppError) {
    terminal.error(`watchfire: ${error.message}`);
    if (error.hint !== undefined) terminal.error(error.hint);
    return exitCodeOf[error.code];
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  terminal.error(`watchfire: this is a bug, please report it with these lines:\n${stack}`);
  return exitCodes.bug;
}
