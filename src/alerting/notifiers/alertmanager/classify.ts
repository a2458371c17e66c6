import type { DeliveryOutcome } from "../../../core/alerting/notifier.ts";
import type { NotifyAnswer } from "../../../core/ports/notify-http.ts";
import type { EpochMs } from "../../../core/time/time.ts";
import { delivered, outcomeOfFailure, outcomeOfStatus, rejected, retryable } from "../outcome.ts";
import type { AlertmanagerMessage } from "./render.ts";

/**
 * Classifies the answer of one Alertmanager: any 2xx is success. A 400 whose body is a JSON string names alerts that were refused, one
 * in each line, while the others were stored; any other 4xx means that none was.
 */
export function classifyAlertmanager(
  answer: NotifyAnswer,
  { alerts, shortened }: AlertmanagerMessage,
  nowMs: EpochMs,
): DeliveryOutcome {
  if (!answer.ok) return outcomeOfFailure(answer);
  const { status, body, headers } = answer;
  const detail = `HTTP ${status}`;
  if (status >= 200 && status < 300) return delivered;
  if (status === 400) {
    const refused = refusedAlerts(body);
    if (refused === undefined || refused >= alerts.length) return rejected("message", "bad_message", detail);
    return { ...delivered, detail: `${refused} of ${alerts.length} alerts refused (${detail})` };
  }
  if (status === 404 || status === 410) return rejected("endpoint", "endpoint_gone", `${detail}: no API v2 is there`);
  if (status === 413 && !shortened) return retryable("too_large", detail, { next: "shorten" });
  if (status === 413) return rejected("message", "too_large", detail);
  return outcomeOfStatus(status, headers, nowMs);
}

/** How many alerts the body complains of; undefined when it is no JSON string. */
function refusedAlerts(body: string): number | undefined {
  try {
    const text: unknown = JSON.parse(body);
    return typeof text === "string" ? text.trim().split("\n").length : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** How it went at one member of the cluster. */
export type PeerOutcome = Readonly<{ peer: string; outcome: DeliveryOutcome }>;

/**
 * Joins what the members said: one that took the alerts is enough, as for Prometheus, since it notifies; the rest are named in the detail. Where
 * none did, another attempt is made while it may help at one of them.
 */
export function joinOutcomes(outcomes: readonly PeerOutcome[], leftOut: number): DeliveryOutcome {
  const details = outcomes.flatMap(({ peer, outcome }) =>
    outcome.detail === undefined ? [] : [`${peer}: ${outcome.detail}`],
  );
  if (leftOut > 0) details.push(`${leftOut} alerts beyond the size of one notification were not sent`);
  const detail = details.join("; ");
  const took = outcomes.find(({ outcome }) => outcome.kind === "delivered")?.outcome;
  if (took !== undefined) return detail === "" ? delivered : { ...delivered, detail };
  const kinds = outcomes.map(({ outcome }) => outcome);
  const again = kinds.filter((outcome) => outcome.kind === "retryable");
  const [first] = again;
  if (first !== undefined) {
    return { ...first, detail, maybeDelivered: again.some(({ maybeDelivered }) => maybeDelivered) };
  }
  const [refusal] = kinds.filter((outcome) => outcome.kind === "rejected");
  return refusal === undefined ? delivered : { ...refusal, detail };
}
