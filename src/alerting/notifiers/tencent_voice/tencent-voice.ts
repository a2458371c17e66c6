import { z } from "zod";
import { defineNotifier } from "../../../core/alerting/notifier.ts";
import { messageFields } from "../../../core/message/message-style.ts";
import type { Dress } from "../code-outcome.ts";
import { byPhone, phoneOption } from "../phone.ts";
import { templateVariables } from "../template-words.ts";
import {
  sendByTencent,
  tencentAccessOptions,
  tencentDigits,
  tencentEndpoint,
  tencentKeyOptions,
} from "../tencent-call.ts";
import type { TencentEnd } from "../tencent-outcome.ts";

const options = z.strictObject({
  ...tencentKeyOptions,
  app_id: tencentDigits("application").describe("VoiceSdkAppid of the voice application."),
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
    .default(20)
    .describe("Most characters in one variable, as the provider allows for the template."),
  phone: phoneOption,
  play_times: z.int().min(1).max(3).default(2).describe("How often the text is said."),
  ...tencentAccessOptions("https://vms.tencentcloudapi.com"),
});

type TencentVoiceOptions = z.output<typeof options>;

/** What is said, but for the number. */
type TencentVoiceMessage = Readonly<{
  dress: Dress;
  payload: Readonly<{
    VoiceSdkAppid: string;
    TemplateId: string;
    TemplateParamSet: readonly string[];
    PlayTimes: number;
    SessionContext: string;
  }>;
}>;

const called = (phone: string) => ({ CalledNumber: phone });

/** Calls a number and reads a template to it, by Tencent Cloud. @see https://cloud.tencent.com/document/product/1128/51558 */
export const tencentVoice = defineNotifier<TencentVoiceOptions, TencentVoiceMessage>({
  kind: "tencent_voice",
  title: "Telephone call (Tencent Cloud)",
  options,
  // Calls to one number within a moment block each other.
  limit: { count: 1, perMs: 1100 },
  interrupts: true,
  personal: byPhone,
  endpoint: tencentEndpoint,
  render(notification, { app_id, template, variables, variable_length: longest, play_times }) {
    const { plainText, shorten, id } = notification;
    return {
      dress: { rich: !plainText, shortened: shorten },
      payload: {
        VoiceSdkAppid: app_id,
        TemplateId: template,
        TemplateParamSet: templateVariables(notification, variables, longest),
        PlayTimes: play_times,
        SessionContext: id.slice(0, 128),
      },
    };
  },
  send({ payload, dress }, access, io, signal) {
    const action = { service: "vms", action: "SendTtsVoice", version: "2020-09-02" };
    const endpoint = tencentEndpoint(access);
    const wish = { action, payload, numberIn: called, endpoint, dress, endOf: callIn };
    return sendByTencent(wish, access, io, signal);
  },
});

/** A call that was accepted has an id, and no code of its own. */
function callIn(response: Readonly<Record<string, unknown>>): TencentEnd | undefined {
  const status = response["SendStatus"];
  if (typeof status !== "object" || status === null) return undefined;
  const id = (status as Readonly<Record<string, unknown>>)["CallId"];
  return typeof id === "string" && id !== "" ? { code: "Ok", id } : undefined;
}
