import { defineNotifier } from "../../../core/alerting/notifier.ts";
import { Secret } from "../../../core/secrets/secret.ts";
import { endpointOf } from "../endpoint.ts";
import { postJson } from "../post-json.ts";
import { robotKey, robotsOf } from "../robot-pool.ts";
import { classifyWecom } from "./classify.ts";
import { type WecomOptions, wecomOptions } from "./options.ts";
import { renderWecom, type WecomMessage } from "./render.ts";

/** Posts to the robot of a WeCom group. @see https://developer.work.weixin.qq.com/document/path/91770 */
export const wecom = defineNotifier<WecomOptions, WecomMessage>({
  kind: "wecom",
  title: "WeCom (group robot)",
  options: wecomOptions,
  // Never more than 18 within any minute, where WeCom takes 20.
  limit: { count: 6, perMs: 30_000 },
  members: robotsOf,
  endpoint: (options) => endpointOf(new Secret(robotUrl(options))),
  render: renderWecom,
  async send(message, options, io, signal) {
    const answer = await postJson(io.http, { url: robotUrl(options), proxy: options.proxy }, message.payload, signal);
    return classifyWecom(answer, message.dress, io.now());
  },
});

function robotUrl({ base_url: baseUrl, key }: WecomOptions): string {
  return `${baseUrl}/cgi-bin/webhook/send?key=${encodeURIComponent(robotKey(key).reveal())}`;
}
