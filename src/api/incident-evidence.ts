import { type Alert, beganAtMs } from "../core/alerting/alert.ts";
import type { Check } from "../core/checks/check.ts";
import type { Json } from "../core/json.ts";
import { isCheckAlert } from "../core/message/alert-words.ts";
import type { EpochMs } from "../core/time/time.ts";
import type { History } from "./explain.ts";

/** More than these nobody reads on a telephone. */
const mostAlerts = 3;
const newestRuns = 60;
/** What was seen just before it was confirmed belongs to it. */
const beforeMs = 60_000;

/** What a probe left of a run that was not all well, of one alert. */
export type AlertEvidence = Readonly<{ alert: Alert; atMs: EpochMs; evidence: Json }>;

/** The newest evidence of the first few alerts of checks, as far as it is kept. */
export async function evidenceOfAlerts(
  alerts: readonly Alert[],
  checks: readonly Check[],
  history: Pick<History, "results">,
  nowMs: EpochMs,
): Promise<readonly AlertEvidence[]> {
  const found = await Promise.all(
    alerts
      .filter(isCheckAlert)
      .slice(0, mostAlerts)
      .map((alert) => newestOf(alert, checks, history, nowMs)),
  );
  return found.flatMap((each) => each ?? []);
}

async function newestOf(
  alert: Alert,
  checks: readonly Check[],
  history: Pick<History, "results">,
  nowMs: EpochMs,
): Promise<AlertEvidence | undefined> {
  const check = checks.find(({ id }) => id === alert.labels["check"]);
  const target = check?.targets.find(({ display }) => display === alert.labels["instance"]);
  if (check === undefined || target === undefined) return undefined;
  const key = { check: check.id, target: target.id, location: check.location };
  const runs = await history.results(key, beganAtMs(alert) - beforeMs, alert.endsAtMs ?? nowMs, newestRuns);
  const [run] = runs.flatMap(({ slotMs, evidence }) => (evidence === undefined ? [] : [{ slotMs, evidence }]));
  return run === undefined ? undefined : { alert, atMs: run.slotMs, evidence: run.evidence };
}
