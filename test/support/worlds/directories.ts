import type { Receivers } from "../../../src/alerting/delivery/config/receivers.ts";
import type { Directory } from "../../../src/alerting/delivery/directory.ts";

/** A directory in which every reach reference is the name of a receiver, or `person/<receiver>` for whom it is meant. */
export function directoryTo(receivers: Receivers, lastResort: readonly string[] = []): Directory {
  return {
    receivers,
    timeZone: "Asia/Shanghai",
    contacts: new Map(),
    lastResort,
    reach(reference) {
      const [receiver = "", recipient] = reference.split("/").toReversed();
      return receivers.has(receiver) ? [{ receiver, ...(recipient === undefined ? {} : { recipient: receiver }) }] : [];
    },
  };
}
