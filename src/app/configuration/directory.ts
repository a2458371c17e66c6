import type { Directory } from "../../alerting/delivery/directory.ts";
import type { Reach } from "../../alerting/delivery/reach.ts";
import { contactsOf } from "../../alerting/escalation/people.ts";
import type { AppConfig } from "./app-config.ts";

/** Whom the sender can reach by this config; what is critical and falls back to nobody goes to the root route's receiver. */
export function directoryOf({ receivers, people, alerting }: AppConfig): Directory {
  const reach: Reach = (reference, severity) => {
    if (receivers.has(reference)) return [{ receiver: reference }];
    const recipient = reference.startsWith("person/") ? reference.slice("person/".length) : "";
    return (people.get(recipient)?.reach[severity] ?? []).map((receiver) => ({ receiver, recipient }));
  };
  return { receivers, contacts: contactsOf(people), reach, lastResort: [alerting.route.receiver] };
}
