import { createHash } from "node:crypto";
import { defineNotifier } from "../../../core/alerting/notifier.ts";
import { postJson } from "../post-json.ts";
import { classifyPagerduty } from "./classify.ts";
import { type PagerdutyOptions, pagerdutyOptions } from "./options.ts";
import { type PagerdutyMessage, renderPagerduty } from "./render.ts";

/** Triggers and resolves incidents of a PagerDuty service. @see https://developer.pagerduty.com/docs/events-api-v2-overview */
export const pagerduty = defineNotifier<PagerdutyOptions, PagerdutyMessage>({
  kind: "pagerduty",
  alertsOnly: true,
  title: "PagerDuty",
  options: pagerdutyOptions,
  limit: { count: 120, perMs: 60_000 },
  endpoint: endpointOf,
  render: renderPagerduty,
  async send(message, { base_url: baseUrl, routing_key: key, proxy }, { http, now }, signal) {
    const event = { routing_key: key.reveal(), ...message.event };
    const answer = await postJson(http, { url: `${baseUrl}/v2/enqueue`, proxy }, event, signal);
    return classifyPagerduty(answer, message, now());
  },
});

/** The host, and a hash of the key that may be shown. */
function endpointOf({ base_url: baseUrl, routing_key: key }: PagerdutyOptions): string {
  const digest = createHash("sha256").update(key.reveal()).digest("hex").slice(0, 12);
  return `${URL.parse(baseUrl)?.host ?? "invalid"}#${digest}`;
}
