import type { Json } from "../../core/json.ts";
import { escapeControls } from "../../core/text/printable.ts";
import { alignRows } from "./align.ts";
import { isFlawed, type RunRecord, stateWord } from "./run-record.ts";

const mostQuoted = 200;
const mostLines = 6;

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
  return [...result.findings.map((finding) => `${finding.reason}: ${finding.detail}`), ...heard(result), ...notes];
}

/** What the target said, where the run failed: the text of its page, or the end of the dialogue. */
function heard({ verdict, evidence }: RunRecord["result"]): readonly string[] {
  if (verdict === "up" || typeof evidence !== "object" || evidence === null || Array.isArray(evidence)) return [];
  const { quote, dialogue } = evidence as Readonly<{ [key: string]: Json }>;
  const said =
    typeof quote === "string" && quote !== "" ? [`it says: ${escapeControls(quote.slice(0, mostQuoted))}`] : [];
  const lines = Array.isArray(dialogue) ? dialogue.filter((line) => typeof line === "string") : [];
  return [...said, ...lines.slice(-mostLines).map((line) => escapeControls(line))];
}

function gravity({ result }: RunRecord): number {
  return { up: isFlawed(result) ? 1 : 0, unknown: 2, down: 3 }[result.verdict];
}
