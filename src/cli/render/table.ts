import { isFlawed, type RunRecord, stateWord } from "./run-record.ts";

/** One aligned line per run, worst first, with the findings below it. */
export function runTable(runs: readonly RunRecord[]): string {
  if (runs.length === 0) return "no check was selected";
  const rows = [...runs].sort((a, b) => gravity(b) - gravity(a)).map(rowOf);
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => displayWidth(row.cells[column] ?? ""))));
  return rows.flatMap((row) => [alignRow(row.cells, widths), ...row.below.map((line) => `    ${line}`)]).join("\n");
}

function rowOf(run: RunRecord): Readonly<{ cells: readonly string[]; below: readonly string[] }> {
  const { result, check, target, notes } = run;
  const below = [...result.findings.map((finding) => `${finding.reason}: ${finding.detail}`), ...notes];
  return { cells: [stateWord(result), check.id, target.display, `${Math.round(result.durationMs)} ms`], below };
}

function gravity({ result }: RunRecord): number {
  return { up: isFlawed(result) ? 1 : 0, unknown: 2, down: 3 }[result.verdict];
}

function alignRow(cells: readonly string[], widths: readonly number[]): string {
  return cells
    .map((cell, column) => cell + " ".repeat(Math.max(0, (widths[column] ?? 0) - displayWidth(cell))))
    .join("  ")
    .trimEnd();
}

// A Chinese character takes two columns of a terminal.
function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) width += (character.codePointAt(0) ?? 0) >= 0x1100 ? 2 : 1;
  return width;
}
