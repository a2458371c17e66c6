import type { Directory } from "../../alerting/delivery/directory.ts";
import { contactsOf } from "../../alerting/escalation/people.ts";
import { resolveReach } from "../../alerting/escalation/reach.ts";
import type { AppConfig } from "./app-config.ts";

/** Whom the sender can reach by this config; what is critical and falls back to nobody goes to the root route's receiver and that of `meta`. */
export function directoryOf({ receivers, alerting, meta }: AppConfig): Directory {
  const { escalation, route } = alerting;
  return {
    receivers,
    contacts: contactsOf(escalation.people),
    reach: (reference, severity, nowMs) => {
      const { destinations } = resolveReach(reference, severity, nowMs, escalation);
      const counted = destinations.filter(({ isCopy }) => isCopy !== true);
      return counted.filter(({ receiver }) => receivers.has(receiver));
    },
    lastResort: [route.receiver, ...(meta === undefined ? [] : [meta.receiver])],
  };
}
