import type { Bench, Row } from "./bench.ts";
import type { Sample } from "./statistics.ts";

/** Writes a bench's rows as text; a goal is marked as met or missed. */
export function reportOf(bench: Bench, rows: readonly Row[]): string {
  const goals = bench.goals.map((goal) => `  goal: ${goal}`);
  return [`\n${bench.name}: ${bench.title}`, ...goals, ...rows.map((row) => `  ${lineOf(row)}`)].join("\n");
}

/** True when no row misses its goal. */
export function allMet(rows: readonly Row[]): boolean {
  return rows.every((row) => !("atMost" in row) || row.atMost === undefined || row.value <= row.atMost);
}

function lineOf(row: Row): string {
  switch (row.kind) {
    case "figure":
      return `${row.what.padEnd(56)} ${spread(row.sample)} ${row.unit}`;
    case "ratio":
      return `${row.what.padEnd(56)} ${judged(row.value, row.atMost, "×")}`;
    case "limit":
      return `${row.what.padEnd(56)} ${judged(row.value, row.atMost, ` ${row.unit}`)}`;
    case "remark":
      return row.text;
  }
}

function spread({ median, min, max, rounds }: Sample): string {
  const range = rounds > 1 ? ` [${rounded(min)}–${rounded(max)}]` : "";
  return `${rounded(median)}${range}`;
}

function judged(value: number, atMost: number | undefined, unit: string): string {
  if (atMost === undefined) return `${rounded(value)}${unit}`;
  return `${rounded(value)}${unit}, goal ≤ ${rounded(atMost)}${unit} ${value <= atMost ? "✔" : "✘"}`;
}

function rounded(value: number): string {
  if (Math.abs(value) >= 100) return value.toFixed(0);
  return Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(2);
}
