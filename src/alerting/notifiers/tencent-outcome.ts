import type { DeliveryOutcome } from "../../core/alerting/notifier.ts";
import type { NotifyAnswer } from "../../core/ports/notify-http.ts";
import type { EpochMs } from "../../core/time/time.ts";
import { jsonObject } from "./answer-json.ts";
import { type Dress, type Meaning, outcomeOfMeaning } from "./code-outcome.ts";
import { outcomeOfFailure, outcomeOfStatus } from "./outcome.ts";

const misconfigured: Meaning = { reject: "endpoint", reason: "bad_message" };

/** What the codes mean, of the request and of one number; the first that fits counts. @see https://cloud.tencent.com/document/api/382/52075 */
const meanings: readonly (readonly [code: RegExp, meaning: Meaning])[] = [
  [
    /^LimitExceeded\.(?:PhoneNumberThirtySecondLimit|DeliveryFrequencyLimit)/,
    { retry: "rate_limited", afterMs: 30_000 },
  ],
  [/^RequestLimitExceeded/, { retry: "rate_limited", afterMs: 2000 }],
  [/^LimitExceeded/, { reject: "recipient", reason: "quota" }],
  [/^(?:InternalError|FailedOperation\.(?:FailResolvePacket|Timeout)|ResourceUnavailable)/, { retry: "server_error" }],
  [
    /^(?:AuthFailure|UnauthorizedOperation|FailedOperation\.(?:NotEnterpriseCertification|ForbidAddMarketingTemplates))/,
    { reject: "endpoint", reason: "unauthorized" },
  ],
  [/InsufficientBalance|ArrearsStatus|PackageExpired/, { reject: "endpoint", reason: "no_credit" }],
  [/TemplateParameterLengthLimit|MessageLengthLimit|ContentLengthLimit/, "shorten"],
  [/TemplateParameterFormatError|ProhibitedUseUrlInTemplateParameter|SensitiveWord|ContentContain/, "plain_text"],
  [/PhoneNumber|CalledNumber|ChineseMainland|Country/, { reject: "recipient", reason: "unknown_recipient" }],
  [/Template|Sign|SdkAppId|MissingParameter|InvalidParameter|UnknownParameter|InvalidAction/, misconfigured],
];

/** What an answer says of the one number that was asked for. */
export type TencentEnd = Readonly<{ code: string; id?: string }>;

/** How the message can still be made plainer, and where an answer says what became of it. */
export type TencentReading = Readonly<{
  dress: Dress;
  endOf(response: Readonly<Record<string, unknown>>): TencentEnd | undefined;
}>;

/** Classifies an answer of Tencent Cloud, which has HTTP 200 whatever happens: an error of the request, else the code of the one number. */
export function classifyTencent(
  answer: NotifyAnswer,
  { dress, endOf }: TencentReading,
  nowMs: EpochMs,
): DeliveryOutcome {
  if (!answer.ok) return outcomeOfFailure(answer);
  const response = responseOf(answer.body);
  const error = codeIn(response?.["Error"]);
  if (error !== undefined) return outcomeOfCode(error, dress);
  const end = response === undefined ? undefined : endOf(response);
  if (end === undefined || answer.status !== 200) return outcomeOfStatus(answer.status, answer.headers, nowMs);
  if (end.code !== "Ok") return outcomeOfCode(end.code, dress);
  return { kind: "delivered", final: false, ...(end.id === undefined ? {} : { externalId: end.id }) };
}

/** Tells whether the moment of the signature was refused, which one more signature may mend. */
export function refusesTencentMoment(answer: NotifyAnswer): boolean {
  return answer.ok && codeIn(responseOf(answer.body)?.["Error"]) === "AuthFailure.SignatureExpire";
}

function outcomeOfCode(code: string, dress: Dress): DeliveryOutcome {
  const meaning = meanings.find(([form]) => form.test(code))?.[1];
  const hint = code === "AuthFailure.SignatureExpire" ? ": this machine's clock is more than five minutes wrong" : "";
  return outcomeOfMeaning(meaning ?? { reject: "message", reason: "bad_message" }, `${code}${hint}`, dress);
}

/** What an answer holds; undefined where it is no answer of the service. */
export function responseOf(body: string): Readonly<Record<string, unknown>> | undefined {
  const response = jsonObject(body)?.["Response"];
  return typeof response === "object" && response !== null
    ? (response as Readonly<Record<string, unknown>>)
    : undefined;
}

/** The field `Code` of an object, where it has the form of one. */
export function codeIn(holder: unknown): string | undefined {
  if (typeof holder !== "object" || holder === null) return undefined;
  const code = (holder as Readonly<Record<string, unknown>>)["Code"];
  return typeof code === "string" && /^[\w.-]{1,100}$/.test(code) ? code : undefined;
}
