import { lintConfig } from "../app/configuration/lint-config.ts";
import { renderIssue } from "../config/source/issue.ts";
import { exitCodes } from "../core/exit-codes.ts";
import { count } from "../core/text/count.ts";
import { systemClock } from "../platform/clock.ts";
import { type Command, switchOption } from "./command.ts";
import { configError, configOptions, configSource, loadOrExplain, withoutSecretsOption } from "./config-arguments.ts";
import { unconfirmedPeople } from "./unconfirmed-people.ts";

/** Checks a config whole and names every error with file, line and column. */
export const validate: Command = {
  name: "validate",
  summary: "Checks the config, names every error with file, line and column, and runs the tests of section tests.",
  positionals: "",
  options: { ...configOptions, ...withoutSecretsOption },
  async run({ values, terminal }) {
    const source = configSource(values);
    const config = await loadOrExplain(source, terminal);
    const { warnings, failures } = lintConfig(config, systemClock.now());
    const unconfirmed = switchOption(values, "without-secrets") ? [] : await unconfirmedPeople(config);
    for (const warning of [...warnings, ...unconfirmed]) terminal.error(`warning: ${renderIssue(warning)}`);
    if (failures.length > 0) throw configError("invalid", failures, source);
    const targets = config.checks.reduce((sum, check) => sum + check.targets.length, 0);
    terminal.out(
      `ok: ${count(config.checks.length, "check")} on ${count(targets, "target")}, environment ${config.environment}`,
    );
    return exitCodes.ok;
  },
};
