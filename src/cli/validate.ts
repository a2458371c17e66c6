import { exitCodes } from "../core/exit-codes.ts";
import type { Command } from "./command.ts";
import { configOptions, configSource, loadOrExplain, withoutSecretsOption } from "./config-arguments.ts";
import { count } from "./render/count.ts";

/** Checks a config whole and names every error with file, line and column. */
export const validate: Command = {
  name: "validate",
  summary: "Checks the config and names every error with file, line and column.",
  positionals: "",
  options: { ...configOptions, ...withoutSecretsOption },
  async run({ values, terminal }) {
    const config = await loadOrExplain(configSource(values), terminal);
    const targets = config.checks.reduce((sum, check) => sum + check.targets.length, 0);
    terminal.out(
      `ok: ${count(config.checks.length, "check")} on ${count(targets, "target")}, environment ${config.environment}`,
    );
    return exitCodes.ok;
  },
};
