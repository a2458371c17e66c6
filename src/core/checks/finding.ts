import { compareSeverity, type Severity } from "../severity.ts";
import type { Phase } from "./phases.ts";
import type { Reason } from "./reasons.ts";

/** Did it work: `up`, `down`, or `unknown` (we could not measure; never pages as an outage of the target). */
export const verdicts = ["up", "down", "unknown"] as const;
export type Verdict = (typeof verdicts)[number];

/** `down`: it does not work; `unknown`: we could not measure; `flaw`: it works, but something is wrong with it. */
export type Finding = Readonly<
  | { is: "down" | "unknown"; reason: Reason; phase?: Phase; detail: string }
  | { is: "flaw"; severity: Severity; reason: Reason; detail: string }
>;

/** Any `down` finding gives down, else any `unknown` gives unknown, else up (with flaws: shown as degraded). */
export function verdictOf(findings: readonly Finding[]): Verdict {
  if (findings.some((finding) => finding.is === "down")) return "down";
  return findings.some((finding) => finding.is === "unknown") ? "unknown" : "up";
}

/** Returns the worst finding: down before unknown before flaws by severity, the first among equals; undefined when there is none. */
export function headlineOf(findings: readonly Finding[]): Finding | undefined {
  let worst: Finding | undefined;
  for (const finding of findings) {
    if (worst === undefined || compareFindings(finding, worst) > 0) worst = finding;
  }
  return worst;
}

const rank = { flaw: 0, unknown: 1, down: 2 } as const;

function compareFindings(a: Finding, b: Finding): number {
  if (a.is === "flaw" && b.is === "flaw") return compareSeverity(a.severity, b.severity);
  return rank[a.is] - rank[b.is];
}
