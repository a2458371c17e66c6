import { defineNotifier } from "../../../core/alerting/notifier.ts";
import type { NotifyAnswer } from "../../../core/ports/notify-http.ts";
import { Secret } from "../../../core/secrets/secret.ts";
import type { EpochMs } from "../../../core/time/time.ts";
import { endpointOf } from "../endpoint.ts";
import { postJson } from "../post-json.ts";
import { robotKey, robotsOf } from "../robot-pool.ts";
import { signedExchange } from "../server-time.ts";
import { classifyFeishu, refusesSignature } from "./classify.ts";
import { type FeishuOptions, feishuOptions } from "./options.ts";
import { type FeishuMessage, renderFeishu } from "./render.ts";
import { feishuSignature } from "./sign.ts";

const hosts: Readonly<Record<FeishuOptions["region"], string>> = {
  feishu: "https://open.feishu.cn",
  lark: "https://open.larksuite.com",
};

/** Posts to the custom bot of a Feishu or Lark group. @see https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot */
export const feishu = defineNotifier<FeishuOptions, FeishuMessage>({
  kind: "feishu",
  title: "Feishu or Lark (custom bot)",
  options: feishuOptions,
  // Never more than 93 within any minute and 4 within any second, where Feishu takes 100 and 5.
  limit: { count: 3, perMs: 2000 },
  avoidsHalfHours: true,
  members: robotsOf,
  endpoint: (options) => endpointOf(new Secret(hookUrl(options))),
  render: renderFeishu,
  async send(message, options, io, signal) {
    const target = { url: hookUrl(options), proxy: options.proxy };
    const post = (atMs: EpochMs): Promise<NotifyAnswer> =>
      postJson(io.http, target, { ...signatureAt(atMs, options.secret), ...message.payload }, signal);
    const endpoint = endpointOf(new Secret(hookUrl(options)));
    const mayMend = (answer: NotifyAnswer): boolean => options.secret !== undefined && refusesSignature(answer);
    const answer = await signedExchange({ endpoint, post, refusesSignature: mayMend }, io);
    return classifyFeishu(answer, message.dress, io.now());
  },
});

function hookUrl({ base_url: baseUrl, region, token }: FeishuOptions): string {
  return `${baseUrl ?? hosts[region]}/open-apis/bot/v2/hook/${encodeURIComponent(robotKey(token).reveal())}`;
}

/** Fields of the body that sign a moment; none where the bot has no secret. */
function signatureAt(atMs: EpochMs, secret: Secret | undefined): Readonly<Record<string, string>> {
  if (secret === undefined) return {};
  const seconds = Math.floor(atMs / 1000);
  return { timestamp: String(seconds), sign: feishuSignature(seconds, secret.reveal()) };
}
