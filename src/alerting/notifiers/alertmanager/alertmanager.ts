import { createHash } from "node:crypto";
import { defineNotifier } from "../../../core/alerting/notifier.ts";
import { authorizationOf } from "../http-auth.ts";
import { postJson } from "../post-json.ts";
import { classifyAlertmanager, joinOutcomes, type PeerOutcome } from "./classify.ts";
import { type AlertmanagerOptions, alertmanagerOptions } from "./options.ts";
import { type AlertmanagerMessage, renderAlertmanager } from "./render.ts";

/** Pushes alerts into every member of an Alertmanager cluster. @see https://prometheus.io/docs/alerting/latest/alerts_api/ */
export const alertmanager = defineNotifier<AlertmanagerOptions, AlertmanagerMessage>({
  kind: "alertmanager",
  alertsOnly: true,
  title: "Alertmanager",
  options: alertmanagerOptions,
  limit: { count: 20, perMs: 1000 },
  endpoint: endpointOf,
  render: renderAlertmanager,
  async send(message, options, { http, log, now }, signal) {
    const { auth, proxy } = options;
    const credentials = auth === undefined ? {} : { authorization: authorizationOf(auth) };
    const push = async (url: string): Promise<PeerOutcome> => {
      const target = { url: `${url}/api/v2/alerts`, proxy, ...credentials };
      const answer = await postJson(http, target, message.alerts, signal);
      return { peer: hostOf(url), outcome: classifyAlertmanager(answer, message, now()) };
    };
    const outcome = joinOutcomes(await Promise.all(options.urls.map(push)), message.leftOut);
    if (outcome.kind === "delivered" && outcome.detail !== undefined) {
      log("warn", "alertmanager_delivery_incomplete", { endpoint: endpointOf(options), detail: outcome.detail });
    }
    return outcome;
  },
});

/** The first host, and a hash of all addresses: their paths need not be shown. */
function endpointOf({ urls }: AlertmanagerOptions): string {
  const digest = createHash("sha256").update(JSON.stringify(urls)).digest("hex").slice(0, 12);
  return `${hostOf(urls[0] ?? "")}#${digest}`;
}

function hostOf(url: string): string {
  return URL.parse(url)?.host ?? "invalid";
}
