import type { Fate } from "../../core/alerting/notifier.ts";
import type { NotifyAnswer } from "../../core/ports/notify-http.ts";
import type { EpochMs } from "../../core/time/time.ts";
import { jsonObject } from "./answer-json.ts";
import { carrierWords, fateOfRefusal, handedOver, reached, unanswered, undelivered, underWay } from "./fate.ts";

/** States of a single call. @see https://help.aliyun.com/zh/vms/developer-reference/operators-receipt-error-code */
const callFates: Readonly<Record<string, Fate>> = {
  "200000": reached("heard to the end"),
  "200001": reached("taken, and hung up before the end"),
  "200002": unanswered("busy"),
  "200003": unanswered("it rang, and nobody took it"),
  "200004": undelivered("the number is not valid"),
  "200005": undelivered("refused, or not to be reached"),
  "200006": undelivered("the text could not be played"),
  "200007": undelivered("not to be reached, such as out of range"),
  "200010": undelivered("switched off"),
  "200011": undelivered("the number is out of service"),
  "200101": underWay("ringing"),
  "200102": underWay("ringing"),
  "200103": reached("taken"),
};

/** What Alibaba Cloud says of a call; a state that is none of its published ones says nothing. */
export function fateOfAliyunCall(answer: NotifyAnswer, nowMs: EpochMs): Fate {
  const said = saidOk(answer);
  if (said === undefined) return fateOfAliyunRefusal(answer, nowMs);
  const data = said["Data"];
  const state = typeof data === "string" ? jsonObject(data)?.["state"] : undefined;
  const code = typeof state === "number" ? String(state) : state;
  if (typeof code !== "string" || !/^\w{1,20}$/.test(code)) return handedOver("nothing is known of the call");
  return callFates[code] ?? handedOver(`state ${code}`);
}

/** What Alibaba Cloud says of one text message. */
export function fateOfAliyunSms(answer: NotifyAnswer, nowMs: EpochMs): Fate {
  const said = saidOk(answer);
  if (said === undefined) return fateOfAliyunRefusal(answer, nowMs);
  const list = (said["SmsSendDetailDTOs"] as Readonly<Record<string, unknown>> | undefined)?.["SmsSendDetailDTO"];
  const [detail] = Array.isArray(list) ? (list as readonly Readonly<Record<string, unknown>>[]) : [];
  const status = detail?.["SendStatus"];
  if (status === 3) return reached("on the telephone");
  if (status === 2) return undelivered(carrierWords(detail?.["ErrCode"]));
  return handedOver("the carrier has not answered yet");
}

function saidOk(answer: NotifyAnswer): Readonly<Record<string, unknown>> | undefined {
  if (!answer.ok || answer.status !== 200) return undefined;
  const said = jsonObject(answer.body);
  return said?.["Code"] === "OK" ? said : undefined;
}

/** A refusal is HTTP 200 with a code, or an error of the gateway. */
function fateOfAliyunRefusal(answer: NotifyAnswer, nowMs: EpochMs): Fate {
  const code = answer.ok ? jsonObject(answer.body)?.["Code"] : undefined;
  if (!answer.ok || typeof code !== "string" || !/^[\w.-]{1,80}$/.test(code)) return fateOfRefusal(answer, nowMs);
  if (/^(?:Throttling|ServiceUnavailable|Internal|isp\.(?:SYSTEM_ERROR|UNKNOWN|GATEWAY))/.test(code))
    return {
      kind: "retryable",
      reason: "server_error",
      detail: `HTTP ${answer.status} ${code}`,
      maybeDelivered: false,
    };
  const detail = `what became of it may not be asked: HTTP ${answer.status} ${code}`;
  return { kind: "delivered", final: false, detail };
}
