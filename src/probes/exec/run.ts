import type { Finding } from "../../core/checks/finding.ts";
import { sample } from "../../core/checks/metric.ts";
import type { ProbeContext, ProbeIo } from "../../core/checks/probe.ts";
import type { Observation } from "../../core/checks/result.ts";
import { cleanText, cutText } from "../../core/message/clean-text.ts";
import type { ProgramEnd } from "../../core/ports/programs.ts";
import { perfdataSamples } from "./metrics.ts";
import type { ExecOptions } from "./options.ts";
import { type PluginOutput, readOutput } from "./output.ts";
import { type Perfdatum, type Range, readPerfdata } from "./perfdata.ts";

const mostOutputBytes = 65_536;
const longestComplaint = 300;
/** The deadline of the run comes before. */
const limitMs = 3_600_000;

/** Runs the plugin once and takes over its verdict, its first line and its figures. */
export async function runExec(options: ExecOptions, io: ProbeIo, context: ProbeContext): Promise<Observation> {
  const [program, ...args] = options.command;
  const secrets = Object.entries(options.environment).map(([name, value]) => [name, value.reveal()] as const);
  context.phase("lookup", `plugin ${program}`);
  const end = await io.programs.run(
    {
      command: [program, ...args.map((argument) => argument.replaceAll("{target}", context.target.address))],
      within: options.directories,
      stdin: "",
      env: Object.fromEntries(secrets),
      limitMs,
      mostOutputBytes,
    },
    context.signal,
  );
  if (!end.ok) return { findings: [notRun(program, end)], samples: [] };
  const hide = (text: string): string =>
    secrets.reduce((said, [, secret]) => said.replaceAll(secret, "<secret>"), text);
  const output = readOutput(hide(end.stdout));
  const { data, unread } = readPerfdata(output.perfdata);
  for (const datum of data) context.note(noteOf(datum));
  if (unread > 0)
    context.note(`${unread} values of the performance data are left out: they repeat, are too many or have no form`);
  const complaint = cutText(cleanText(hide(end.stderr)), longestComplaint);
  return {
    findings: findingsOf(end.exitCode, output, complaint),
    samples: [sample("probe_exec_exit_code", end.exitCode), ...perfdataSamples(data)],
    evidence: { exitCode: end.exitCode, line: output.line, text: output.text, values: data.map(noteOf), complaint },
  };
}

function findingsOf(exitCode: number, { line }: PluginOutput, complaint: string): readonly Finding[] {
  const said = [line, complaint].find((text) => text !== "");
  const detail = said ?? `the plugin said nothing and ended with exit code ${exitCode}`;
  if (exitCode === 0) return [];
  if (exitCode === 1) return [{ is: "flaw", severity: "warning", reason: "assertion", detail }];
  if (exitCode === 2) return [{ is: "down", reason: "assertion", detail }];
  if (exitCode === 3) return [{ is: "unknown", reason: "lookup_failed", detail }];
  const unfit = `exit code ${exitCode} means nothing (0 up, 1 warning, 2 down, 3 unknown)`;
  return [{ is: "unknown", reason: "parse", detail: said === undefined ? unfit : `${unfit}: ${said}` }];
}

function notRun(program: string, { reason, detail }: Extract<ProgramEnd, { ok: false }>): Finding {
  const told = `${program}: ${detail}`;
  if (reason === "not_found") return { is: "unknown", reason: "driver_missing", detail: told };
  if (reason === "permission") return { is: "unknown", reason: "permission", detail: told };
  if (reason === "too_much_output") return { is: "unknown", reason: "parse", detail: told };
  return { is: "unknown", reason: reason === "timeout" ? "lookup_failed" : "local_resources", detail: told };
}

function noteOf({ label, unit, value, warning, critical }: Perfdatum): string {
  const ranges = [
    ...(warning === undefined ? [] : [`warning ${rangeText(warning)}`]),
    ...(critical === undefined ? [] : [`critical ${rangeText(critical)}`]),
  ];
  const told = `${label} = ${Number(value.toPrecision(6))}${unit === "" ? "" : ` ${unit}`}`;
  return ranges.length === 0 ? told : `${told} (${ranges.join(", ")})`;
}

function rangeText({ low, high, isInverted }: Range): string {
  if (isInverted) return `from ${shown(low)} to ${shown(high)}`;
  if (low === Number.NEGATIVE_INFINITY) return `above ${shown(high)}`;
  if (high === Number.POSITIVE_INFINITY) return `below ${shown(low)}`;
  return `outside ${shown(low)} to ${shown(high)}`;
}

function shown(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(6))) : "anything";
}
