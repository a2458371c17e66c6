import { z } from "zod";
import { defineNotifier } from "../../../core/alerting/notifier.ts";
import { Secret } from "../../../core/secrets/secret.ts";
import { wallTimeOf } from "../../../core/time/wall-time.ts";
import { aliyunPhone, askAliyun, sendByAliyun } from "../aliyun-call.ts";
import { fateOfAliyunSms } from "../aliyun-fate.ts";
import { aliyunOptions, namedVariables } from "../aliyun-options.ts";
import type { Dress } from "../code-outcome.ts";
import { endpointOf } from "../endpoint.ts";
import { handedOver } from "../fate.ts";
import { byPhone, phoneFor } from "../phone.ts";
import { templateVariables } from "../template-words.ts";

const options = z.strictObject({
  ...aliyunOptions("https://dysmsapi.aliyuncs.com"),
  sign_name: z.string().min(1).max(50).describe("Approved signature, without its brackets."),
});

type AliyunSmsOptions = z.output<typeof options>;

/** What is sent, but for the number. */
type AliyunSmsMessage = Readonly<{
  dress: Dress;
  payload: Readonly<{ SignName: string; TemplateCode: string; TemplateParam: string; OutId: string }>;
}>;

/** Sends one text message by Alibaba Cloud. @see https://help.aliyun.com/zh/sms/developer-reference/api-dysmsapi-2017-05-25-sendsms */
export const aliyunSms = defineNotifier<AliyunSmsOptions, AliyunSmsMessage>({
  kind: "aliyun_sms",
  title: "SMS (Alibaba Cloud)",
  options,
  limit: { count: 5, perMs: 1000 },
  interrupts: true,
  personal: byPhone,
  endpoint: endpointFor,
  render(notification, { sign_name: SignName, template: TemplateCode, variables, variable_length: longest }) {
    const values = templateVariables(notification, Object.values(variables), longest);
    const TemplateParam = JSON.stringify(namedVariables(variables, values));
    const { plainText, shorten, id } = notification;
    return {
      dress: { rich: !plainText, shortened: shorten },
      payload: { SignName, TemplateCode, TemplateParam, OutId: id.slice(0, 255) },
    };
  },
  send({ payload, dress }, access, io, signal) {
    const wish = { query: payload, dress, endpoint: endpointFor(access) };
    const message = { action: "SendSms", numberField: "PhoneNumbers", idField: "BizId" } as const;
    return sendByAliyun({ ...message, ...wish }, access, io, signal);
  },
  async fate({ externalId: BizId, atMs }, access, io, signal) {
    const phone = phoneFor(io, access.phone);
    if (phone === undefined) return handedOver("the number is not known any more");
    const SendDate = new Date(wallTimeOf(atMs, "Asia/Shanghai")).toISOString().slice(0, 10).replaceAll("-", "");
    const query = { PhoneNumber: aliyunPhone(phone), BizId, SendDate, PageSize: "10", CurrentPage: "1" };
    const question = { action: "QuerySendDetails", query, delivery: BizId, endpoint: endpointFor(access) };
    return fateOfAliyunSms(await askAliyun(question, access, io, signal), io.now());
  },
});

/** The account, template and number: one entry is one way to one number, or to people by theirs. */
function endpointFor({ base_url: baseUrl, key, template, phone }: AliyunSmsOptions): string {
  return endpointOf(new Secret(`${baseUrl}/${key}/${template}/${phone?.reveal() ?? ""}`));
}
