import type { LoadedConfig } from "../config/loaded-config.ts";
import { showExpanded } from "../config/shown/show.ts";
import type { Check, Schedule } from "../core/checks/check.ts";
import { exitCodes } from "../core/exit-codes.ts";
import { formatDuration } from "../core/time/duration.ts";
import { type Command, switchOption } from "./command.ts";
import { configOptions, configSource, loadOrExplain, withoutSecretsOption } from "./config-arguments.ts";
import { alignRows } from "./render/align.ts";

/** Lists the checks, or prints the config as it takes effect. */
export const show: Command = {
  name: "show",
  summary: "Lists the checks; with --expanded prints the config as it takes effect.",
  positionals: "",
  options: {
    ...configOptions,
    ...withoutSecretsOption,
    expanded: {
      type: "boolean",
      describe: "Print the YAML: layers merged, short forms and templates expanded, secrets hidden.",
    },
  },
  async run({ values, terminal }) {
    const config = await loadOrExplain(configSource(values), terminal);
    terminal.out(switchOption(values, "expanded") ? showExpanded(config).trimEnd() : checkTable(config));
    return exitCodes.ok;
  },
};

function checkTable({ checks }: LoadedConfig): string {
  if (checks.length === 0) return "no checks";
  const rows = checks.flatMap((check) =>
    targetsOf(check).map((target) => [check.id, check.tier, check.probe, scheduleText(check.schedule), target]),
  );
  return alignRows([["CHECK", "TIER", "PROBE", "WHEN", "TARGET"], ...rows]).join("\n");
}

function targetsOf({ targets, targetsFrom }: Check): readonly string[] {
  return targetsFrom === undefined ? targets.map(({ display }) => display) : ["(as targets_from lists them)"];
}

function scheduleText(schedule: Schedule): string {
  if (schedule.kind === "every") return `every ${formatDuration(schedule.everyMs)}`;
  if (schedule.kind === "cron") return `cron ${schedule.expression} ${schedule.timeZone}`;
  const expected = schedule.expected === undefined ? "" : `, expected ${scheduleText(schedule.expected)}`;
  return `on arrival${expected}`;
}
