import { z } from "zod";
import { defineNotifier } from "../../../core/alerting/notifier.ts";
import { Secret } from "../../../core/secrets/secret.ts";
import { askAliyun, sendByAliyun } from "../aliyun-call.ts";
import { fateOfAliyunCall } from "../aliyun-fate.ts";
import { aliyunOptions, namedVariables } from "../aliyun-options.ts";
import type { Dress } from "../code-outcome.ts";
import { endpointOf } from "../endpoint.ts";
import { byPhone } from "../phone.ts";
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

/** What calls of this kind are called where they are asked after: voice notices. */
const notices = "11000000300006";

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
  personal: byPhone,
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
  send({ payload, dress }, access, io, signal) {
    const shown = access.show_number === undefined ? {} : { CalledShowNumber: access.show_number };
    const wish = { query: { ...payload, ...shown }, dress, endpoint: endpointFor(access) };
    const call = { action: "SingleCallByTts", numberField: "CalledNumber", idField: "CallId" } as const;
    return sendByAliyun({ ...call, ...wish }, access, io, signal);
  },
  async fate({ externalId: CallId, atMs }, access, io, signal) {
    const query = { CallId, ProdId: notices, QueryDate: String(atMs) };
    const question = { action: "QueryCallDetailByCallId", query, delivery: CallId, endpoint: endpointFor(access) };
    return fateOfAliyunCall(await askAliyun(question, access, io, signal), io.now());
  },
});

/** The account and number: calls of one account go out one after the other. */
function endpointFor({ base_url: baseUrl, key, phone }: AliyunVoiceOptions): string {
  return endpointOf(new Secret(`${baseUrl}/${key}/${phone?.reveal() ?? ""}`));
}
