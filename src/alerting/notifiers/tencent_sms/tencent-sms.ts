import { z } from "zod";
import { messageFields } from "../../../core/message/message-style.ts";
import { defineNotifier } from "../../../core/notifier.ts";
import type { NotifyAnswer, NotifyHttp } from "../../../core/ports/notify-http.ts";
import { Secret } from "../../../core/secret.ts";
import { secretSchema } from "../../../core/secret-schema.ts";
import { proxyUrlSchema } from "../../../core/secret-url-schema.ts";
import type { EpochMs } from "../../../core/time.ts";
import type { Dress } from "../code-outcome.ts";
import { endpointOf } from "../endpoint.ts";
import { baseUrlSchema } from "../option-schemas.ts";
import { internationalPhone, noPhone, phoneFor, phoneOption, sentTo } from "../phone.ts";
import { signedExchange } from "../server-time.ts";
import { templateVariables } from "../template-words.ts";
import { classifyTencent, refusesTencentMoment } from "./classify.ts";
import { tencentAuthorization } from "./sign.ts";

const digits = (what: string) => z.string().regex(/^\d{1,20}$/, `write the digits of the ${what} as text`);

const options = z.strictObject({
  secret_id: z
    .string()
    .regex(/^[A-Za-z0-9]{8,64}$/, "this is no SecretId")
    .describe("SecretId of a sub-user that may do nothing but send messages."),
  secret_key: secretSchema.describe("SecretKey."),
  app_id: digits("application").describe("SdkAppId of the SMS application."),
  sign_name: z.string().min(1).max(50).describe("Approved signature, without its brackets."),
  template: digits("template").describe("Id of the approved template."),
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
  region: z
    .string()
    .regex(/^[a-z]{2,3}-[a-z]+(?:-[a-z0-9]+)*$/, "write the region as ap-guangzhou")
    .default("ap-guangzhou")
    .describe("Region of the service."),
  base_url: baseUrlSchema
    .default("https://sms.tencentcloudapi.com")
    .describe("Address of the service; another one for a gateway."),
  proxy: proxyUrlSchema.optional().describe("HTTP proxy to go through, as `http://host:port`."),
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

/** Sends one text message by Tencent Cloud. @see https://cloud.tencent.com/document/api/382/55981 */
export const tencentSms = defineNotifier<TencentSmsOptions, TencentSmsMessage>({
  kind: "tencent_sms",
  title: "SMS (Tencent Cloud)",
  options,
  limit: { count: 5, perMs: 1000 },
  interrupts: true,
  endpoint: endpointFor,
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
  async send({ payload, dress }, access, io, signal) {
    const phone = phoneFor(io, access.phone);
    if (phone === undefined) return noPhone(io);
    const body = JSON.stringify({ ...payload, PhoneNumberSet: [internationalPhone(phone)] });
    const post = (atMs: EpochMs) => sendSms(io.http, access, { body, atMs }, signal);
    const endpoint = endpointFor(access);
    const answer = await signedExchange({ endpoint, post, refusesSignature: refusesTencentMoment }, io);
    return sentTo(phone, classifyTencent(answer, dress, io.now()));
  },
});

function sendSms(
  http: NotifyHttp,
  { base_url: baseUrl, region, secret_id: id, secret_key: key, proxy }: TencentSmsOptions,
  { body, atMs }: Readonly<{ body: string; atMs: EpochMs }>,
  signal: AbortSignal,
): Promise<NotifyAnswer> {
  const contentType = "application/json; charset=utf-8";
  const request = { host: new URL(baseUrl).host, service: "sms", contentType, body };
  const headers = {
    "User-Agent": "Watchfire",
    "Content-Type": contentType,
    "X-TC-Action": "SendSms",
    "X-TC-Version": "2021-01-11",
    "X-TC-Region": region,
    "X-TC-Timestamp": String(Math.floor(atMs / 1000)),
    Authorization: tencentAuthorization(request, { id, key: key.reveal() }, atMs),
  };
  const via = proxy === undefined ? {} : { proxy: proxy.reveal() };
  return http.request({ url: `${baseUrl}/`, method: "POST", headers, body, ...via }, signal);
}

/** The account, template and number: one entry is one way to one number, or to people by theirs. */
function endpointFor({ base_url: baseUrl, secret_id: id, template, phone }: TencentSmsOptions): string {
  return endpointOf(new Secret(`${baseUrl}/${id}/${template}/${phone?.reveal() ?? ""}`));
}
