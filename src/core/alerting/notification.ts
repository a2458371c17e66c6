import type { Labels } from "../labels.ts";
import type { MessageStyle } from "../message/message-style.ts";
import type { PageLinks, PlainWords, Story } from "../message/story.ts";
import type { EpochMs } from "../time/time.ts";
import type { Alert } from "./alert.ts";
import type { Contact } from "./contact.ts";

export const intents = ["firing", "resolved", "update", "digest", "meta", "test"] as const;
export type Intent = (typeof intents)[number];

/** What one recipient shall be told; carries all that rendering needs, so that `render` stays pure. */
export type Notification = Readonly<{
  id: string;
  intent: Intent;
  createdAtMs: EpochMs;
  receiver: string;
  groupKey: string;
  groupLabels: Labels;
  incident?: string;
  /** That incident is closed already, by hand: there is nothing left of it to take. */
  isIncidentOver?: true;
  /** Id of the person it is for. */
  recipient?: string;
  /** It is for everybody whom the receiver reaches, too. */
  isForAll?: true;
  /** Who that is; filled in when an attempt begins, never stored. */
  contact?: Contact;
  alerts: readonly Alert[];
  /** Alerts left out of `alerts` for size; the message says so. */
  truncatedAlerts: number;
  /** Why we send, in Alertmanager's words. */
  because: string;
  externalUrl: string;
  /** IANA zone for times in the text. */
  timeZone: string;
  /** Environment; the text names it only when it is not production. */
  env: string;
  locale: "en" | "zh";
  possibleDuplicate: boolean;
  /** Title of the receiver that could not be reached, when this is sent in its place. */
  fallbackFrom?: string;
  /** Sent this much later than it was made, because the channel was away; undefined when on time. */
  lateMs?: number;
  shorten: boolean;
  plainText: boolean;
  /** What the last message about the incident is called at the other end; filled in when it is leased, never stored. */
  previousExternalId?: string;
  /** A rehearsal: every text says so. */
  isDrill?: boolean;
  story?: Story;
  pages?: PageLinks;
  /** Said instead of what the alerts would say. */
  text?: PlainWords;
  style?: MessageStyle;
}>;
