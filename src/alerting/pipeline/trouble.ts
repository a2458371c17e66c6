import type { Alert } from "../../core/alerting/alert.ts";
import { isOwnTrouble, troubleAlertname } from "../../core/alerting/own-trouble.ts";
import { type Said, saidIn } from "../../core/message/said.ts";
import { channelDetail, channelTroubleWords, troubleWords } from "../../core/message/trouble-words.ts";
import type { EpochMs } from "../../core/time/time.ts";
import { type AlertDemand, makeDemand } from "../alert-book/alert-demand.ts";
import type { AlertingConfig } from "../alerting-config.ts";
import { channelOf, isLostPages } from "../delivery/lanes/channel-component.ts";
import type { Trouble } from "./engine-state.ts";

/** A trouble from before a restart goes on for so long unless it is raised again: the restart may have cured it. */
export const troubleGraceMs = 300_000;

/** Source of a trouble's alert. */
export function troubleSource(component: string): string {
  return `trouble\n${component}`;
}

/** The alert of a trouble of the daemon itself; a failing store and lost pages are critical, all else a warning. */
export function troubleDemand({ component, detail }: Trouble, config: AlertingConfig): AlertDemand {
  const severity = component === "storage" || isLostPages(component) ? "critical" : "warning";
  return makeDemand(
    { alertname: troubleAlertname, severity, labels: { component, tier: "os", env: config.env } },
    { title: "Watchfire", ...troubleText(component, saidIn(detail, config.locale), config) },
    `the daemon reports trouble with ${component}`,
  );
}

/** The same, told at its end with what it came to. */
export function summedUp(trouble: Trouble, sum: Said, config: AlertingConfig): AlertDemand {
  const demand = troubleDemand(trouble, config);
  const total = saidIn(sum, config.locale);
  return total === "" ? demand : { ...demand, annotations: { ...demand.annotations, impact_total: total } };
}

function troubleText(
  component: string,
  detail: string,
  { locale, receivers }: AlertingConfig,
): Readonly<{ summary: string; detail: string }> {
  const troubled = channelOf(component);
  if (troubled === undefined) return { summary: troubleWords(component, locale), detail };
  const { receiver: name, endpoint, what } = troubled;
  const receiver = receivers.get(name);
  const kind = receiver?.integrations.find((integration) => integration.endpoint === endpoint)?.kind ?? "";
  // After a restart the detail is the one that was told, with its place already.
  const where = channelDetail({ kind, endpoint, detail: "" }, locale);
  return {
    summary: channelTroubleWords(receiver?.title ?? name, what, locale),
    detail: detail.startsWith(where) ? detail : channelDetail({ kind, endpoint, detail }, locale),
  };
}

/** Reads the trouble back from its alert after a restart; undefined for any other alert. */
export function troubleOf(alert: Alert, nowMs: EpochMs): Trouble | undefined {
  const { labels, annotations, status } = alert;
  const component = labels["component"];
  if (!isOwnTrouble(alert) || component === undefined || status !== "firing") return undefined;
  return { component, detail: annotations["detail"] ?? "", untilMs: nowMs + troubleGraceMs };
}
