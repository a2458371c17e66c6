import type { Contact } from "../../core/contact.ts";
import type { Reach } from "./reach.ts";
import type { Receivers } from "./receivers.ts";

/** Whom the sender can reach, by the config of the moment. */
export type Directory = Readonly<{
  receivers: Receivers;
  /** People by their id. */
  contacts: ReadonlyMap<string, Contact>;
  reach: Reach;
  /** Reach references for critical messages that nobody else takes over. */
  lastResort: readonly string[];
}>;
