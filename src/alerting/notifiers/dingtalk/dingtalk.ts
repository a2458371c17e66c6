import { defineNotifier } from "../../../core/alerting/notifier.ts";
import type { NotifyAnswer } from "../../../core/ports/notify-http.ts";
import { Secret } from "../../../core/secrets/secret.ts";
import type { EpochMs } from "../../../core/time/time.ts";
import { endpointOf } from "../endpoint.ts";
import { postJson } from "../post-json.ts";
import { robotsOf } from "../robot-pool.ts";
import { signedExchange } from "../server-time.ts";
import { classifyDingtalk, refusesSignature } from "./classify.ts";
import { type DingtalkOptions, dingtalkOptions } from "./options.ts";
import { type DingtalkMessage, renderDingtalk } from "./render.ts";
import { robotUrl, signedUrl } from "./sign.ts";

/** Posts to the custom robot of a DingTalk group. @see https://open.dingtalk.com/document/robots/custom-robot-access */
export const dingtalk = defineNotifier<DingtalkOptions, DingtalkMessage>({
  kind: "dingtalk",
  title: "DingTalk (group robot)",
  options: dingtalkOptions,
  // Never more than 18 within any minute, where DingTalk takes 20 and then mutes the robot for ten minutes.
  limit: { count: 6, perMs: 30_000 },
  members: robotsOf,
  endpoint: (options) => endpointOf(new Secret(robotUrl(options))),
  doubt: ({ secret, keyword }) =>
    secret === undefined && keyword === undefined
      ? "has neither `keyword` nor `secret`: DingTalk's robots take no message without the one that their security settings name, unless this machine's address is on the robot's list"
      : undefined,
  render: renderDingtalk,
  async send(message, options, io, signal) {
    const post = (timestampMs: EpochMs): Promise<NotifyAnswer> =>
      postJson(io.http, { url: signedUrl(options, timestampMs), proxy: options.proxy }, message.payload, signal);
    const endpoint = endpointOf(new Secret(robotUrl(options)));
    const mayMend = (answer: NotifyAnswer): boolean => options.secret !== undefined && refusesSignature(answer);
    const answer = await signedExchange({ endpoint, post, refusesSignature: mayMend }, io);
    return classifyDingtalk(answer, message.dress, io.now());
  },
});
