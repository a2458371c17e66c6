import type { Alert } from "../../core/alert.ts";
import type { EpochMs } from "../../core/time.ts";
import { type AlertDemand, makeDemand } from "../alert-book/alert-demand.ts";
import type { Trouble } from "./engine-state.ts";

const alertname = "WatchfireTrouble";
/** A trouble from before a restart goes on for so long unless it is raised again: the restart may have cured it. */
export const troubleGraceMs = 300_000;

/** Beginning of the component's name where critical messages reached nobody. */
export const lostPages = "lost pages of";

/** Source of a trouble's alert. */
export function troubleSource(component: string): string {
  return `trouble\n${component}`;
}

/** The alert of a trouble of the daemon itself; a failing store and lost pages are critical, all else a warning. */
export function troubleDemand({ component, detail }: Trouble, env: string): AlertDemand {
  const severity = component === "storage" || component.startsWith(lostPages) ? "critical" : "warning";
  return makeDemand(
    { alertname, severity, labels: { component, tier: "os", env } },
    { title: "Watchfire", summary: `trouble with ${component}`, detail },
    `the daemon reports trouble with ${component}`,
  );
}

/** Reads the trouble back from its alert after a restart; undefined for any other alert. */
export function troubleOf({ labels, annotations, status }: Alert, nowMs: EpochMs): Trouble | undefined {
  const component = labels["component"];
  if (labels["alertname"] !== alertname || component === undefined || status !== "firing") return undefined;
  return { component, detail: annotations["detail"] ?? "", untilMs: nowMs + troubleGraceMs };
}
