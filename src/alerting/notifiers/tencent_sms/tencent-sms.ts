import { z } from "zod";
import { defineNotifier } from "../../../core/alerting/notifier.ts";
import { messageFields } from "../../../core/message/message-style.ts";
import type { EpochMs } from "../../../core/time/time.ts";
import type { Dress } from "../code-outcome.ts";
import { handedOver } from "../fate.ts";
import { byPhone, internationalPhone, phoneFor, phoneOption } from "../phone.ts";
import { signedExchange } from "../server-time.ts";
import { templateVariables } from "../template-words.ts";
import {
  callTencent,
  sendByTencent,
  tencentAccessOptions,
  tencentDigits,
  tencentEndpoint,
  tencentKeyOptions,
} from "../tencent-call.ts";
import { fateOfTencentSms, statusQuestion } from "../tencent-fate.ts";
import { codeIn, refusesTencentMoment, type TencentEnd } from "../tencent-outcome.ts";

const options = z.strictObject({
  ...tencentKeyOptions,
  app_id: tencentDigits("application").describe("SdkAppId of the SMS application."),
  sign_name: z.string().min(1).max(50).describe("Approved signature, without its brackets."),
  template: tencentDigits("template").describe("Id of the approved template."),
  variables: z
    .array(z.enum(messageFields))
    .max(20)
    .default(["severity", "subject", "what", "since"])
    .describe("Fields of the message that fill `{1}`, `{2}` … of the template, in this order."),
  variable_length: z
    .int()
    .min(4)
    .max(100)
    .default(12)
    .describe("Most characters in one variable, as the provider allows for the template."),
  phone: phoneOption,
  ...tencentAccessOptions("https://sms.tencentcloudapi.com"),
});

type TencentSmsOptions = z.output<typeof options>;

/** What is sent, but for the number. */
type TencentSmsMessage = Readonly<{
  dress: Dress;
  payload: Readonly<{
    SmsSdkAppId: string;
    SignName: string;
    TemplateId: string;
    TemplateParamSet: readonly string[];
    SessionContext: string;
  }>;
}>;

const inSet = (phone: string) => ({ PhoneNumberSet: [phone] });

/** Sends one text message by Tencent Cloud. @see https://cloud.tencent.com/document/api/382/55981 */
export const tencentSms = defineNotifier<TencentSmsOptions, TencentSmsMessage>({
  kind: "tencent_sms",
  title: "SMS (Tencent Cloud)",
  options,
  limit: { count: 5, perMs: 1000 },
  interrupts: true,
  personal: byPhone,
  endpoint: tencentEndpoint,
  render(notification, { app_id, sign_name, template, variables, variable_length: longest }) {
    const { plainText, shorten, id } = notification;
    return {
      dress: { rich: !plainText, shortened: shorten },
      payload: {
        SmsSdkAppId: app_id,
        SignName: sign_name,
        TemplateId: template,
        TemplateParamSet: templateVariables(notification, variables, longest),
        SessionContext: id.slice(0, 512),
      },
    };
  },
  send({ payload, dress }, access, io, signal) {
    const action = { service: "sms", action: "SendSms", version: "2021-01-11" };
    const endpoint = tencentEndpoint(access);
    const wish = { action, payload, numberIn: inSet, endpoint, dress, endOf: statusIn };
    return sendByTencent(wish, access, io, signal);
  },
  async fate(accepted, access, io, signal) {
    const phone = phoneFor(io, access.phone);
    if (phone === undefined) return handedOver("the number is not known any more");
    const body = JSON.stringify(statusQuestion(accepted, access.app_id, internationalPhone(phone)));
    const action = { service: "sms", action: "PullSmsSendStatusByPhoneNumber", version: "2021-01-11", body };
    const post = (atMs: EpochMs) => callTencent(io.http, access, { ...action, atMs }, signal);
    const exchange = { endpoint: tencentEndpoint(access), post, refusesSignature: refusesTencentMoment };
    return fateOfTencentSms(await signedExchange(exchange, io), accepted.externalId, io.now());
  },
});

/** One number was asked for: an answer about several is none. */
function statusIn(response: Readonly<Record<string, unknown>>): TencentEnd | undefined {
  const statuses = response["SendStatusSet"];
  const status: unknown = Array.isArray(statuses) && statuses.length === 1 ? statuses[0] : undefined;
  const code = codeIn(status);
  if (code === undefined) return undefined;
  const serial = (status as Readonly<Record<string, unknown>>)["SerialNo"];
  return { code, ...(typeof serial === "string" ? { id: serial } : {}) };
}
