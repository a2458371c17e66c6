import type { ParseArgsOptionDescriptor } from "node:util";
import { AppError } from "../core/errors.ts";
import { durationSchema } from "../core/time/duration.ts";
import type { Terminal } from "../platform/terminal.ts";

export type Option = ParseArgsOptionDescriptor & Readonly<{ describe: string; placeholder?: string }>;
export type OptionValues = Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;

export type CommandCall = Readonly<{ values: OptionValues; positionals: readonly string[]; terminal: Terminal }>;

/** One command of the command line; its file holds all there is to know about it. */
export type Command = Readonly<{
  name: string;
  summary: string;
  /** Positional arguments as the usage line shows them. */
  positionals: string;
  options: Readonly<Record<string, Option>>;
  /** Returns the exit code. @throws {AppError} for expected failures; the caller turns it into words and an exit code. */
  run(call: CommandCall): Promise<number>;
}>;

/** Value of a text option, or undefined when it was not given. */
export function textOption(values: OptionValues, name: string): string | undefined {
  const value = values[name];
  return typeof value === "string" ? value : undefined;
}

/** The text of an option that is a duration. @throws {AppError} ERR_USAGE naming the option when it is none or out of range. */
export function durationOption(
  values: OptionValues,
  name: string,
  range: Readonly<{ minMs: number; maxMs: number }>,
): string | undefined {
  const text = textOption(values, name);
  const parsed = durationSchema(range).optional().safeParse(text);
  if (!parsed.success) throw new AppError("ERR_USAGE", `--${name} ${parsed.error.issues[0]?.message ?? ""}`);
  return text;
}

/** All values of a repeatable text option. */
export function textOptions(values: OptionValues, name: string): readonly string[] {
  const value = values[name];
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

/** Whether a switch was given. */
export function switchOption(values: OptionValues, name: string): boolean {
  return values[name] === true;
}
