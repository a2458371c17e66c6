import { alignRows } from "./align.ts";
import { isFlawed, type RunRecord, stateWord } from "./run-record.ts";

/** What is said where there is no run to show. */
export const nothingSelected = "no check was selected";

/** One aligned line per run, worst first, with the findings below it. */
export function runTable(runs: readonly RunRecord[]): string {
  if (runs.length === 0) return nothingSelected;
  const sorted = [...runs].sort((a, b) => gravity(b) - gravity(a));
  const lines = alignRows(sorted.map(cellsOf));
  return sorted.flatMap((run, index) => [lines[index] ?? "", ...below(run).map((line) => `    ${line}`)]).join("\n");
}

function cellsOf({ result, check, target }: RunRecord): readonly string[] {
  return [stateWord(result), check.id, target.display, `${Math.round(result.durationMs)} ms`];
}

function below({ result, notes }: RunRecord): readonly string[] {
  return [...result.findings.map((finding) => `${finding.reason}: ${finding.detail}`), ...notes];
}

function gravity({ result }: RunRecord): number {
  return { up: isFlawed(result) ? 1 : 0, unknown: 2, down: 3 }[result.verdict];
}
