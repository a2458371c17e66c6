import type { Command } from "./command.ts";
import { probe } from "./probe.ts";
import { run } from "./run.ts";
import { show } from "./show.ts";
import { validate } from "./validate.ts";

/** All commands, in the order of the help text. */
export const commands: readonly Command[] = [run, validate, show, probe];
