import type { Contact } from "../../core/alerting/contact.ts";
import type { Notification } from "../../core/alerting/notification.ts";
import type { PageLinks } from "../../core/message/story.ts";
import type { EpochMs } from "../../core/time/time.ts";
import type { Receivers } from "./config/receivers.ts";
import type { Reach } from "./reach.ts";

/** Whom the sender can reach, by the config of the moment. */
export type Directory = Readonly<{
  receivers: Receivers;
  /** Zone whose days and months budgets go by. */
  timeZone: string;
  /** People by their id. */
  contacts: ReadonlyMap<string, Contact>;
  reach: Reach;
  /** Pages that a message leads to, made anew for every attempt; none where absent. */
  pagesOf?(notification: Notification, nowMs: EpochMs): PageLinks | undefined;
  /** Reach references for critical messages that nobody else takes over. */
  lastResort: readonly string[];
}>;
