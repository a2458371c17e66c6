import type { Alert } from "../../core/alerting/alert.ts";
import type { Decision } from "../../core/alerting/stage.ts";
import type { EpochMs } from "../../core/time/time.ts";
import { isHold } from "../holding/holding.ts";
import type { FlushItem, FlushStage } from "../pipeline/flush-item.ts";
import { decideFlush, type FlushReason, isAnotherOccurrence } from "./flush-decision.ts";
import { placeIn } from "./told.ts";

/** Decides whether a due group says something, and records it for every alert about which something new is said or left unsaid. */
export const deciding: FlushStage = {
  run(state, item, nowMs) {
    const receiver = state.config.receivers.get(item.group.receiver);
    const sendResolved = receiver?.integrations.some((integration) => integration.sendResolved) ?? false;
    const decided = decideFlush({
      firing: item.firing,
      silentCount:
        item.strays.length + [...item.muted, ...item.explained].filter((alert) => isTold(item, alert)).length,
      someReleased: item.firing.some((alert) => isReleasedUnheard(item, alert)),
      someOfAnotherCause: item.firing.some((alert) => isOfAnotherCause(item, alert)),
      resolved: item.recovered.map((alert) => alert.fingerprint),
      told: item.group.told,
      sendResolved,
      repeatIntervalMs: item.route.repeatIntervalMs,
      nowMs,
    });
    // Who has taken an incident needs no reminder of it.
    const isTaken = state.incidents.get(item.group.incident ?? "")?.status === "acknowledged";
    const reason = isTaken && decided === "repeat interval elapsed" ? undefined : decided;
    const output = reason === undefined ? item : { ...item, reason };
    return { state, output, decisions: trail(output, sendResolved, nowMs) };
  },
};

function trail(item: FlushItem, sendResolved: boolean, nowMs: EpochMs): Decision[] {
  const decision = (alert: Alert, outcome: "pass" | "hold" | "drop", because: string): Decision => ({
    atMs: nowMs,
    stage: "flush",
    outcome,
    subject: alert.fingerprint,
    because,
    by: item.group.key,
  });
  const unheard = item.unheard.map((alert) => {
    const isHeld = isHold(item.group.muted?.[alert.fingerprint]);
    return isHeld
      ? decision(alert, "hold", "fired and resolved while it was held: part of the digest")
      : decision(alert, "drop", unheardBecause(item, alert));
  });
  const news = item.firing.filter((alert) => item.reason !== undefined && isNews(item, alert));
  const told = news.map((alert) => decision(alert, "pass", telling(item.reason, item)));
  const recovered = item.recovered.map((alert) =>
    sendResolved
      ? decision(alert, "pass", telling(item.reason, item))
      : decision(alert, "drop", `receiver ${item.group.receiver} does not ask for recovery`),
  );
  return [...unheard, ...told, ...recovered];
}

function telling(reason: FlushReason | undefined, { group }: FlushItem): string {
  return `${reason ?? "nothing to say"}: told to ${group.receiver}`;
}

function unheardBecause({ group }: FlushItem, { fingerprint, explanation }: Alert): string {
  if (group.muted?.[fingerprint] !== undefined) return "fired and resolved while it was muted";
  return explanation === undefined
    ? "fired and resolved before anybody was told"
    : "fired and resolved while its cause was told";
}

/** Told on its own again, but not said so yet. */
function isReleasedUnheard({ group: { told } }: FlushItem, { explanation }: Alert): boolean {
  const releasedAtMs = explanation?.releasedAtMs;
  return releasedAtMs !== undefined && (told === undefined || told.atMs < releasedAtMs);
}

/** Told for information with the cause before, which is another one since. */
function isOfAnotherCause({ group: { told }, informed }: FlushItem, { fingerprint, explanation }: Alert): boolean {
  if (told === undefined || !informed.has(fingerprint) || placeIn(told, fingerprint) === undefined) return false;
  return (explanation?.sinceMs ?? 0) > told.atMs;
}

function isTold({ group }: FlushItem, { fingerprint }: Alert): boolean {
  return placeIn(group.told, fingerprint) !== undefined;
}

function isNews(item: FlushItem, alert: Alert): boolean {
  const { told } = item.group;
  return (
    told === undefined ||
    !isTold(item, alert) ||
    isAnotherOccurrence(alert, told) ||
    isReleasedUnheard(item, alert) ||
    isOfAnotherCause(item, alert)
  );
}
