import type { DeliveryOutcome } from "../../core/alerting/notifier.ts";
import type { NotifyAnswer } from "../../core/ports/notify-http.ts";
import type { EpochMs } from "../../core/time/time.ts";
import { jsonObject } from "./answer-json.ts";
import { type Dress, type Meaning, outcomeOfMeaning } from "./code-outcome.ts";
import { outcomeOfFailure, outcomeOfStatus } from "./outcome.ts";

const unauthorized: Meaning = { reject: "endpoint", reason: "unauthorized" };
const misconfigured: Meaning = { reject: "endpoint", reason: "bad_message" };
const broke: Meaning = { reject: "endpoint", reason: "no_credit" };
const nobody: Meaning = { reject: "recipient", reason: "unknown_recipient" };
const sick: Meaning = { retry: "server_error" };

/** What the codes of the gateway, of SMS and of voice mean; the first that fits counts. @see https://help.aliyun.com/zh/sms/developer-reference/api-error-codes */
const meanings: readonly (readonly [code: RegExp, meaning: Meaning])[] = [
  [/^Throttling/, { retry: "rate_limited", afterMs: 5000 }],
  [/^(?:ServiceUnavailable|InternalError|Internal|isp\.(?:SYSTEM_ERROR|UNKNOWN|GATEWAY_ERROR|FREQUENCY))/, sick],
  [
    /^isv\.(?:BUSINESS_LIMIT|DAY_LIMIT|MONTH_LIMIT|MOBILE_LIMIT|FLOW_LIMIT)|LIMIT_CONTROL_PHONE/,
    { reject: "recipient", reason: "quota" },
  ],
  [/^isv\.(?:OUT_OF_SERVICE|AMOUNT_NOT_ENOUGH|PRODUCT_UN_?SUBSCRI|BILLING_DEDUCTION_ERROR)/, broke],
  [/^isv\.(?:PARAM_LENGTH_LIMIT|TEMPLATE_PARAMS_TOO_LONG)/, "shorten"],
  [/^isv\.(?:PARAM_NOT_SUPPORT_URL|BLACK_KEY_CONTROL_LIMIT|SMS_CONTENT_ILLEGAL|TEMPLATE_PARAMS_ILLEGAL)/, "plain_text"],
  [/^isv\.\w*(?:TEMPLATE|SIGN|TTS|VOICE_FILE|SHOW_NUMBER|DISPLAY_NUMBER|JSON_PARAM|INVALID_PARAM)/, misconfigured],
  [/^isv\.\w*(?:MOBILE|PHONE|CALLED|NUMBER|COUNTRY)/, nobody],
  [
    /^(?:isv\.ACCOUNT|isv\.RAM|isp\.RAM|SignatureDoesNotMatch|IncompleteSignature|InvalidTimeStamp|Invalid?AccessKey|MissingSecurityToken|Forbidden|NoPermission|User\.)/i,
    unauthorized,
  ],
  [/^SignatureNonceUsed/, { retry: "unexpected_answer" }],
];

/** Classifies an answer of Alibaba Cloud: only HTTP 200 with `Code` `OK` is success, and says no more than that the message was taken. */
export function classifyAliyun(
  answer: NotifyAnswer,
  { idField, dress }: Readonly<{ idField: "BizId" | "CallId"; dress: Dress }>,
  nowMs: EpochMs,
): DeliveryOutcome {
  if (!answer.ok) return outcomeOfFailure(answer);
  const said = jsonObject(answer.body);
  const code = codeOf(said);
  if (code === undefined) return outcomeOfStatus(answer.status, answer.headers, nowMs);
  if (code === "OK" && answer.status === 200) {
    const id = said?.[idField];
    return { kind: "delivered", final: false, ...(typeof id === "string" ? { externalId: id } : {}) };
  }
  if (code === "OK") return outcomeOfStatus(answer.status, answer.headers, nowMs);
  const known = meanings.find(([form]) => form.test(code))?.[1];
  if (known === undefined && answer.status >= 500) return outcomeOfStatus(answer.status, answer.headers, nowMs);
  return outcomeOfMeaning(known ?? { reject: "message", reason: "bad_message" }, hinted(answer.status, code), dress);
}

/** Tells whether the signature or its moment was refused, which one more signature may mend. */
export function refusesAliyunSignature(answer: NotifyAnswer): boolean {
  return answer.ok && (codeOf(jsonObject(answer.body)) ?? "").startsWith("InvalidTimeStamp");
}

function codeOf(said: Readonly<Record<string, unknown>> | undefined): string | undefined {
  const code = said?.["Code"];
  return typeof code === "string" && /^[\w.-]{1,80}$/.test(code) ? code : undefined;
}

function hinted(status: number, code: string): string {
  const hints: readonly (readonly [code: RegExp, hint: string])[] = [
    [/SignatureDoesNotMatch/, "check `secret`"],
    [/InvalidTimeStamp/, "this machine's clock is wrong"],
    [/AccessKey/i, "check `key`"],
    [/SIGN/, "check `sign_name`"],
    [/TEMPLATE|TTS|JSON_PARAM/, "check `template` and `variables`"],
    [/OUT_OF_SERVICE|AMOUNT/, "charge the account"],
  ];
  const hint = hints.find(([form]) => form.test(code))?.[1];
  return hint === undefined ? `HTTP ${status} ${code}` : `HTTP ${status} ${code}: ${hint}`;
}
