import type { Fate } from "../../core/alerting/notifier.ts";
import type { NotifyAnswer } from "../../core/ports/notify-http.ts";
import type { EpochMs } from "../../core/time/time.ts";
import { outcomeOfFailure, outcomeOfStatus, rejected } from "./outcome.ts";

/** Somebody took the call, or the message is on the telephone. */
export const reached = (detail: string): Fate => ({ kind: "delivered", final: true, detail });

/** Nobody took the call. */
export const unanswered = (detail: string): Fate => rejected("recipient", "no_answer", detail);

/** It did not get there. */
export const undelivered = (detail: string): Fate => rejected("recipient", "undelivered", detail);

/** On its way. */
export const underWay = (detail: string): Fate => ({ kind: "open", detail, suffices: false });

/** Handed over to the carrier, many of which say no more; or an answer that says nothing. */
export const handedOver = (detail: string): Fate => ({ kind: "open", detail, suffices: true });

/** What an answer says that tells no fate: asked again where the question failed; where it is not allowed or not understood, the message stays as accepted. */
export function fateOfRefusal(answer: NotifyAnswer, nowMs: EpochMs): Fate {
  const outcome = answer.ok ? outcomeOfStatus(answer.status, answer.headers, nowMs) : outcomeOfFailure(answer);
  if (outcome.kind === "retryable") return outcome;
  const words = outcome.kind === "rejected" ? outcome.detail : "";
  return { kind: "delivered", final: false, detail: `what became of it may not be asked: ${words}` };
}

/** A carrier's code or few words, for the details of an outcome; what has another form is not repeated. */
export function carrierWords(said: unknown): string {
  return typeof said === "string" && /^[\w .:-]{1,60}$/.test(said) ? said : "no code";
}
