import { z } from "zod";
import { defineNotifier } from "../../../core/notifier.ts";
import { Secret } from "../../../core/secret.ts";
import { callAliyun } from "../aliyun-call.ts";
import { aliyunOptions, namedVariables } from "../aliyun-options.ts";
import { classifyAliyun, refusesAliyunSignature } from "../aliyun-outcome.ts";
import type { Dress } from "../code-outcome.ts";
import { endpointOf } from "../endpoint.ts";
import { nationalPhone, noPhone, phoneFor, sentTo } from "../phone.ts";
import { signedExchange } from "../server-time.ts";
import { templateVariables } from "../template-words.ts";

const options = z.strictObject({
  ...aliyunOptions("https://dyvmsapi.aliyuncs.com"),
  show_number: z
    .string()
    .regex(/^\d{5,20}$/, "write the digits of the number")
    .optional()
    .describe("Bought number that the call comes from; without it, one of the public pool."),
  play_times: z.int().min(1).max(3).default(2).describe("How often the text is said."),
});

type AliyunVoiceOptions = z.output<typeof options>;

/** What is said, but for the number. */
type AliyunVoiceMessage = Readonly<{
  dress: Dress;
  payload: Readonly<{ TtsCode: string; TtsParam: string; PlayTimes: string; OutId: string }>;
}>;

/** Calls a number and reads a template to it, by Alibaba Cloud. @see https://help.aliyun.com/zh/vms/developer-reference/api-dyvmsapi-2017-05-25-singlecallbytts */
export const aliyunVoice = defineNotifier<AliyunVoiceOptions, AliyunVoiceMessage>({
  kind: "aliyun_voice",
  title: "Telephone call (Alibaba Cloud)",
  options,
  // Calls to one number within one second block each other.
  limit: { count: 1, perMs: 1100 },
  interrupts: true,
  endpoint: endpointFor,
  render(notification, { template: TtsCode, variables, variable_length: longest, play_times: times }) {
    const values = templateVariables(notification, Object.values(variables), longest);
    const TtsParam = JSON.stringify(namedVariables(variables, values));
    const { plainText, shorten, id } = notification;
    return {
      dress: { rich: !plainText, shortened: shorten },
      payload: { TtsCode, TtsParam, PlayTimes: String(times), OutId: id.slice(0, 15) },
    };
  },
  async send({ payload, dress }, access, io, signal) {
    const phone = phoneFor(io, access.phone);
    if (phone === undefined) return noPhone(io);
    const shown = access.show_number === undefined ? {} : { CalledShowNumber: access.show_number };
    const query = { ...payload, ...shown, CalledNumber: nationalPhone(phone).replace("+", "00") };
    const call = { action: "SingleCallByTts", version: "2017-05-25", query, delivery: payload.OutId };
    const post = (signedAtMs: number) => callAliyun(io.http, access, { ...call, nowMs: io.now(), signedAtMs }, signal);
    const endpoint = endpointFor(access);
    const answer = await signedExchange({ endpoint, post, refusesSignature: refusesAliyunSignature }, io);
    return sentTo(phone, classifyAliyun(answer, { idField: "CallId", dress }, io.now()));
  },
});

/** The account and number: calls of one account go out one after the other. */
function endpointFor({ base_url: baseUrl, key, phone }: AliyunVoiceOptions): string {
  return endpointOf(new Secret(`${baseUrl}/${key}/${phone?.reveal() ?? ""}`));
}
