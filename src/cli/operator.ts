import { AppError } from "../core/errors.ts";
import { processEnv } from "../platform/env.ts";
import { userName } from "../platform/user-name.ts";
import { type Option, type OptionValues, textOption } from "./command.ts";

/** Options of commands that change something in the name of a person. */
export const operatorOptions = {
  by: { type: "string", placeholder: "NAME", describe: "Who does this (default: the user of this machine)." },
  comment: { type: "string", placeholder: "TEXT", describe: "Why; people read it." },
} satisfies Record<string, Option>;

/** Who runs the command. @throws {AppError} ERR_USAGE when the machine does not say and the command line neither. */
export function operatorName(values: OptionValues): string {
  const name = textOption(values, "by") ?? processEnv.get("USER") ?? processEnv.get("USERNAME") ?? userName() ?? "";
  if (name.trim() === "")
    throw new AppError("ERR_USAGE", "This machine does not say who you are; name yourself with --by.");
  return name;
}

/** The action that the first word names. @throws {AppError} ERR_USAGE when it is none. */
export function actionOf<A extends string>(positionals: readonly string[], actions: readonly A[], command: string): A {
  const action = actions.find((each) => each === positionals[0]);
  if (action !== undefined) return action;
  const given =
    positionals[0] === undefined ? "This command needs an action." : `There is no action "${positionals[0]}".`;
  throw new AppError("ERR_USAGE", given, {
    hint: `watchfire ${command} ${actions.join("|")}`,
  });
}
