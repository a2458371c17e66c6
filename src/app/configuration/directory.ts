import type { Directory } from "../../alerting/delivery/directory.ts";
import { contactsOf } from "../../alerting/escalation/people/people.ts";
import { resolveReach } from "../../alerting/escalation/telling/reach.ts";
import type { AlertingEngine } from "../../alerting/pipeline/alerting-engine.ts";
import { type PageAction, signPage } from "../../api/page-tokens.ts";
import { isCheckAlert } from "../../core/message/alert-words.ts";
import type { AppConfig } from "./app-config.ts";

const linkLastsMs = 12 * 3_600_000;
/** What everybody in a chat may do; to close an incident takes a link that was sent to a person. */
const sharedActions: readonly PageAction[] = ["acknowledge", "unacknowledge", "snooze", "assign", "comment"];
const ownActions: readonly PageAction[] = [...sharedActions, "resolve"];

/** Whom the sender can reach by this config, and by who is on call now; what is critical and falls back to nobody goes to the root route's receiver and that of `meta`. */
export function directoryOf(
  { receivers, alerting, meta }: AppConfig,
  pageKey: string,
  engine: Pick<AlertingEngine, "escalation">,
): Directory {
  const { route, externalUrl, timeZone } = alerting;
  return {
    receivers,
    timeZone,
    contacts: contactsOf(alerting.escalation.people),
    reach: (reference, severity, nowMs) => {
      const { destinations } = resolveReach(reference, severity, nowMs, engine.escalation());
      const counted = destinations.filter(({ isCopy }) => isCopy !== true);
      return counted.filter(({ receiver }) => receivers.has(receiver));
    },
    lastResort: [route.receiver, ...(meta === undefined ? [] : [meta.receiver])],
    pagesOf({ incident, isIncidentOver, receiver, recipient, intent, alerts }, nowMs) {
      if (incident === undefined || isIncidentOver || (intent !== "firing" && intent !== "update")) return undefined;
      const token = signPage(pageKey, {
        incident,
        actions: recipient === undefined ? sharedActions : ownActions,
        ...(recipient === undefined ? {} : { recipient, receiver }),
        expiresAtMs: nowMs + linkLastsMs,
      });
      const page = new URL(`i/${token}`, `${externalUrl.replace(/\/$/, "")}/`).href;
      const evidence = alerts.some(isCheckAlert) ? { evidence: `${page}#evidence` } : {};
      return { take: page, snooze: `${page}#snooze`, ...evidence };
    },
  };
}
