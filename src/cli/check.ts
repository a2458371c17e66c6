import { directoryOfSource } from "../app/configuration/config-source.ts";
import { discoverOnce } from "../app/discovery/discover-once.ts";
import { OneShot } from "../app/one-shot.ts";
import type { Check, CheckTarget } from "../core/checks/check.ts";
import { AppError } from "../core/errors.ts";
import { exitCodeOfRuns, verdictExitCodes } from "../core/exit-codes.ts";
import { nearestName } from "../core/nearest-name.ts";
import { formatDuration, parseDuration } from "../core/time/duration.ts";
import { systemClock } from "../platform/clock.ts";
import { probeKinds } from "../probes/index.ts";
import { type Command, type OptionValues, textOption, textOptions } from "./command.ts";
import { configOptions, configSource, loadToProbe } from "./config-arguments.ts";
import { runJunit } from "./render/junit.ts";
import { isFlawed, type RunRecord, runJson } from "./render/run-record.ts";
import { nothingSelected, runTable } from "./render/table.ts";
import { untilStable } from "./until-stable.ts";

const atOnce = 20;
const defaultPatience = "5m";
const outputs = ["table", "json", "junit"] as const;
type Output = (typeof outputs)[number];

/** Runs checks of the config once, for pipelines. */
export const check: Command = {
  name: "check",
  summary: "Runs checks of the config once; exit code 0 up, 1 flaws, 2 down, 3 unknown.",
  positionals: "",
  options: {
    ...configOptions,
    only: {
      type: "string",
      multiple: true,
      placeholder: "CHECK",
      describe: "Run this check; may be given again (default: all).",
    },
    service: {
      type: "string",
      multiple: true,
      placeholder: "SERVICE",
      describe: "Run the checks of this service; may be given again.",
    },
    output: { type: "string", placeholder: "table|json|junit", describe: "How to print the results (default: table)." },
    "until-stable": { type: "string", placeholder: "N", describe: "Repeat until all were up N times in a row." },
    timeout: {
      type: "string",
      placeholder: "DURATION",
      describe: `With --until-stable: give up after this time (default: ${defaultPatience}).`,
    },
  },
  async run({ values, terminal }) {
    const output = outputOf(values);
    const wanted = stableRuns(values);
    const patienceMs = patience(values);
    const config = await loadToProbe(values, terminal);
    const directory = await directoryOfSource(configSource(values));
    const { checks: selected, problems } = await discoverOnce(selectChecks(config.checks, values), directory);
    for (const problem of problems) terminal.error(problem);
    const oneShot = new OneShot(probeKinds);
    try {
      const { runs, isStable } =
        wanted === undefined
          ? { runs: await runAll(oneShot, selected), isStable: true }
          : await untilStable(() => runAll(oneShot, selected), { wanted, patienceMs, clock: systemClock });
      const unstable = isStable ? undefined : `not up ${wanted} times in a row within ${formatDuration(patienceMs)}`;
      terminal.out(render(runs, output, unstable));
      if (runs.length === 0) {
        if (output !== "table") terminal.error(nothingSelected);
        return verdictExitCodes.unknown;
      }
      if (unstable !== undefined) terminal.error(unstable);
      return exitCodeOf(runs, isStable && problems.length === 0);
    } finally {
      await oneShot.close();
    }
  },
};

/** What a pipeline decides by: all up does not pass where it was not so long enough, or not all targets are known. */
export function exitCodeOf(runs: readonly RunRecord[], isSure: boolean): number {
  if (!isSure && runs.every((run) => run.result.verdict === "up")) return verdictExitCodes.unknown;
  return exitCodeOfRuns(runs.map((run) => ({ verdict: run.result.verdict, flawed: isFlawed(run.result) })));
}

function selectChecks(checks: readonly Check[], values: OptionValues): readonly Check[] {
  const only = textOptions(values, "only");
  const services = textOptions(values, "service");
  for (const id of only)
    mustBeKnown(
      "check",
      id,
      checks.map((each) => each.id),
    );
  for (const service of services)
    mustBeKnown(
      "service",
      service,
      checks.flatMap((each) => each.service ?? []),
    );
  const waiting = only.filter((id) => checks.some((each) => each.id === id && each.schedule.kind === "arrival"));
  if (waiting.length > 0) {
    throw new AppError(
      "ERR_USAGE",
      `${waiting.join(", ")}: a push check waits for what arrives at the daemon and cannot be run once.`,
    );
  }
  return checks.filter(
    (each) =>
      each.schedule.kind !== "arrival" &&
      (only.length === 0 || only.includes(each.id)) &&
      (services.length === 0 || (each.service !== undefined && services.includes(each.service))),
  );
}

function mustBeKnown(what: string, name: string, known: readonly string[]): void {
  if (known.includes(name)) return;
  const nearest = nearestName(name, known);
  throw new AppError(
    "ERR_USAGE",
    `There is no ${what} "${name}" in the config.`,
    nearest === undefined ? {} : { hint: `Did you mean "${nearest}"?` },
  );
}

async function runAll(oneShot: OneShot, checks: readonly Check[]): Promise<readonly RunRecord[]> {
  const jobs: (readonly [Check, CheckTarget])[] = checks.flatMap((each) =>
    each.targets.map((target) => [each, target] as const),
  );
  const runs: RunRecord[] = [];
  const next = async (): Promise<void> => {
    for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) runs.push(await oneShot.run(...job));
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, jobs.length) }, next));
  return runs.sort((a, b) => (a.check.id < b.check.id ? -1 : 1));
}

function render(runs: readonly RunRecord[], output: Output, unstable: string | undefined): string {
  if (output === "json") return JSON.stringify(runs.map(runJson), null, 2);
  return output === "junit" ? runJunit(runs, unstable) : runTable(runs);
}

function outputOf(values: OptionValues): Output {
  const given = textOption(values, "output") ?? "table";
  const output = outputs.find((each) => each === given);
  if (output === undefined) throw new AppError("ERR_USAGE", `--output "${given}" is none of ${outputs.join(", ")}.`);
  return output;
}

function stableRuns(values: OptionValues): number | undefined {
  const given = textOption(values, "until-stable");
  if (given === undefined) return undefined;
  const wanted = Number(given);
  if (!Number.isInteger(wanted) || wanted < 1)
    throw new AppError("ERR_USAGE", `--until-stable "${given}" is no number of runs from 1.`);
  return wanted;
}

function patience(values: OptionValues): number {
  const given = textOption(values, "timeout");
  if (given !== undefined && textOption(values, "until-stable") === undefined) {
    throw new AppError("ERR_USAGE", "--timeout goes with --until-stable; a check's own timeout stands in the config.");
  }
  const patienceMs = parseDuration(given ?? defaultPatience);
  if (patienceMs === undefined)
    throw new AppError("ERR_USAGE", `--timeout "${given}" is no duration.`, { hint: "For example: --timeout 10m" });
  return patienceMs;
}
