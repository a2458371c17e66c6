import type { Accepted, Fate } from "../../core/alerting/notifier.ts";
import type { NotifyAnswer } from "../../core/ports/notify-http.ts";
import type { EpochMs } from "../../core/time/time.ts";
import { carrierWords, fateOfRefusal, handedOver, reached, undelivered } from "./fate.ts";
import { codeIn, responseOf } from "./tencent-outcome.ts";

const hourS = 3600;

/** Asks for the messages that a number was sent around the time at which one was taken. @see https://cloud.tencent.com/document/api/382/55969 */
export function statusQuestion({ atMs }: Accepted, appId: string, phone: string) {
  const atS = Math.floor(atMs / 1000);
  const times = { BeginTime: atS - hourS / 4, EndTime: atS + hourS };
  return { SmsSdkAppId: appId, PhoneNumber: phone, ...times, Offset: 0, Limit: 100 };
}

/** What Tencent Cloud says of one text message. The question has to be opened for an account: where it is not, the message stays as accepted. */
export function fateOfTencentSms(answer: NotifyAnswer, serial: string, nowMs: EpochMs): Fate {
  const response = answer.ok ? responseOf(answer.body) : undefined;
  if (!answer.ok || response === undefined || answer.status !== 200) return fateOfRefusal(answer, nowMs);
  const error = codeIn(response["Error"]);
  if (error !== undefined) return fateOfError(error);
  const list = response["PullSmsSendStatusSet"];
  const statuses = Array.isArray(list) ? (list as readonly Readonly<Record<string, unknown>>[]) : [];
  const own = statuses.find((status) => status["SerialNo"] === serial);
  if (own?.["ReportStatus"] === "SUCCESS") return reached("on the telephone");
  if (own?.["ReportStatus"] === "FAIL") return undelivered(carrierWords(own?.["Description"]));
  return handedOver("the carrier has not answered yet");
}

function fateOfError(code: string): Fate {
  if (/^(?:RequestLimitExceeded|InternalError|ResourceUnavailable)/.test(code))
    return { kind: "retryable", reason: "server_error", detail: code, maybeDelivered: false };
  return { kind: "delivered", final: false, detail: `what became of it may not be asked: ${code}` };
}
