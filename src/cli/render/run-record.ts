import type { Check, CheckTarget } from "../../core/checks/check.ts";
import type { Result } from "../../core/checks/result.ts";
import type { Json } from "../../core/json.ts";

/** One run with the check it belongs to, as `check` and `probe` show it. */
export type RunRecord = Readonly<{ check: Check; target: CheckTarget; result: Result; notes: readonly string[] }>;

/** The JSON of a result; reason, phase and detail are those of the worst finding and absent when there is none. */
export function runJson({ check, target, result }: RunRecord): Json {
  const { headline } = result;
  const phases = Object.fromEntries(Object.entries(result.phasesMs).map(([phase, ms]) => [phase, seconds(ms)]));
  return {
    check: check.id,
    target: target.display,
    tier: check.tier,
    probe: check.probe,
    verdict: result.verdict,
    ...(headline === undefined ? {} : { reason: headline.reason, detail: headline.detail }),
    ...(headline !== undefined && "phase" in headline && headline.phase !== undefined ? { phase: headline.phase } : {}),
    findings: result.findings.map((finding) => ({ ...finding })),
    started_at: new Date(result.startedAtMs).toISOString(),
    duration_seconds: seconds(result.durationMs),
    phases,
    samples: result.samples.map(({ metric, labels, value }) => ({
      metric,
      labels,
      value: Number.isFinite(value) ? value : String(value),
    })),
    ...(result.evidence === undefined ? {} : { evidence: result.evidence }),
  };
}

/** Whether a run that is up has something wrong with it. */
export function isFlawed(result: Result): boolean {
  return result.verdict === "up" && result.findings.length > 0;
}

/** Word for people: `degraded` is up with flaws. */
export function stateWord(result: Result): string {
  return isFlawed(result) ? "degraded" : result.verdict;
}

function seconds(durationMs: number): number {
  return Math.round(durationMs * 1000) / 1_000_000;
}
