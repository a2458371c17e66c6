import type { Fate } from "../../core/alerting/notifier.ts";
import type { NotifyAnswer } from "../../core/ports/notify-http.ts";
import type { EpochMs } from "../../core/time/time.ts";
import { codeText, jsonObject } from "./answer-json.ts";
import { fateOfRefusal, handedOver, reached, unanswered, undelivered, underWay } from "./fate.ts";

/** What each status of a call or a message says. */
const fates: Readonly<Record<string, (detail: string) => Fate>> = {
  "in-progress": reached,
  completed: reached,
  busy: unanswered,
  "no-answer": unanswered,
  canceled: undelivered,
  failed: undelivered,
  undelivered,
  queued: underWay,
  initiated: underWay,
  ringing: underWay,
  accepted: underWay,
  scheduled: underWay,
  sending: underWay,
  sent: handedOver,
  delivered: reached,
  read: reached,
};

/** What Twilio says of a call or a message: a call that was taken counts as heard, by whomever. */
export function fateAtTwilio(answer: NotifyAnswer, nowMs: EpochMs): Fate {
  if (!answer.ok || answer.status !== 200) return fateOfRefusal(answer, nowMs);
  const said = jsonObject(answer.body);
  const status = said?.["status"];
  if (typeof status !== "string" || !/^[a-z-]{1,20}$/.test(status)) return fateOfRefusal(answer, nowMs);
  const code = codeText(said?.["error_code"]);
  const detail = code === undefined ? status : `${status}, error ${code}`;
  return (fates[status] ?? handedOver)(detail);
}
