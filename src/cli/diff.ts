import { diffConfigs } from "../config/shown/diff-configs.ts";
import { AppError } from "../core/errors.ts";
import { exitCodes } from "../core/exit-codes.ts";
import { type Command, switchOption, textOptions } from "./command.ts";
import { configOptions, configSource, loadOrExplain, withoutSecretsOption } from "./config-arguments.ts";
import { daemonAccess, daemonOptions } from "./daemon-arguments.ts";
import { diffWithRunning } from "./running-config.ts";

/** Says what differs between two environments, or what a reload would change. */
export const diff: Command = {
  name: "diff",
  summary: "Says what differs between two environments, or what a reload would change (--running).",
  positionals: "",
  options: {
    ...daemonOptions,
    ...withoutSecretsOption,
    config: configOptions.config,
    env: { ...configOptions.env, multiple: true, describe: "Environment; give it twice to compare two." },
    running: { type: "boolean", describe: "Compare the running daemon with the files." },
  },
  async run({ values, terminal }) {
    const environments = textOptions(values, "env");
    if (switchOption(values, "running")) {
      const named = { ...values, env: environments[0] };
      const files = await loadOrExplain(configSource(named), terminal);
      const access = await daemonAccess(named);
      terminal.out(textOf(await diffWithRunning(access, files)));
      return exitCodes.ok;
    }
    const [from, to, ...rest] = environments;
    if (from === undefined || to === undefined || rest.length > 0) {
      throw new AppError(
        "ERR_USAGE",
        "Name two environments: watchfire diff --env staging --env production; or use --running.",
      );
    }
    const before = await loadOrExplain(configSource(values, from), terminal);
    const after = await loadOrExplain(configSource(values, to), terminal);
    terminal.out(textOf(diffConfigs(before, after)));
    return exitCodes.ok;
  },
};

function textOf(lines: readonly string[]): string {
  return lines.length === 0 ? "nothing differs" : lines.join("\n");
}
