import type { Alert } from "../../core/alert.ts";
import type { Labels } from "../../core/labels.ts";
import type { PlainWords, Story } from "../../core/message/story.ts";
import type { Intent, Notification } from "../../core/notification.ts";
import type { OutboxRow } from "../../core/outbox.ts";
import type { IdSource } from "../../core/ports/random.ts";
import type { Severity } from "../../core/severity.ts";
import type { EpochMs } from "../../core/time.ts";
import { type AlertingConfig, type AlertReceiver, isPersonal } from "../alerting-config.ts";
import { notificationFrame, worstFirst } from "../incidents/notification-frame.ts";
import type { Destination } from "./reach.ts";

/** What is said, to whomever. */
export type Saying = Readonly<{
  /** Incident or hand-over that it is about. */
  about: Readonly<{ id: string; groupKey: string; groupLabels: Labels; severity: Severity; isIncident: boolean }>;
  /** Unique among all that is ever said of it. */
  key: string;
  intent: Intent;
  because: string;
  alerts: readonly Alert[];
  /** What there is to tell besides what the alerts say. */
  story?: Pick<Story, "news" | "goesOn">;
  /** Said in place of what the alerts say. */
  text?: PlainWords;
  nowMs: EpochMs;
}>;

type Integration = AlertReceiver["integrations"][number];

type Reader = Readonly<{ receiver: AlertReceiver; recipient: string | undefined }>;

/** A message that may still be addressed to somebody, or be given its story. */
type Draft = { row: OutboxRow };

/** Collects the messages of one step of the engine, so that no destination is told of an incident twice in it. */
export class Mailing {
  readonly #config: AlertingConfig;
  readonly #ids: IdSource;
  readonly #drafts: Draft[] = [];
  /** An outage of everything may open thousands of incidents in one step, each with messages of its own. */
  readonly #byAbout = new Map<string, Draft[]>();

  /** Begins with what groups have said in this step. */
  constructor(rows: readonly OutboxRow[], config: AlertingConfig, ids: IdSource) {
    for (const row of rows) this.#draft(row);
    this.#config = config;
    this.#ids = ids;
  }

  get rows(): readonly OutboxRow[] {
    return this.#drafts.map(({ row }) => row);
  }

  /** Incidents that something is said of in this step. */
  incidents(): readonly string[] {
    return [...this.#byAbout.values()].flatMap(([draft]) => draft?.row.notification.incident ?? []);
  }

  /** Tells whether a receiver is told something of an incident in this step. */
  addresses(incident: string, receiver: string): boolean {
    return this.#of(incidentKey(incident)).some(({ row }) => row.receiver === receiver);
  }

  /**
   * Says something to a destination. What the receiver is told anyway in this step is addressed to the person instead of said twice.
   * False when the config has no such receiver any more.
   */
  add({ receiver: name, recipient, isCopy }: Destination, saying: Saying): boolean {
    const receiver = this.#config.receivers.get(name);
    if (receiver === undefined) return false;
    // Who learns reads along: the telephone is for those who are counted on.
    const isHeard = (integration: Integration): boolean =>
      hears(integration, saying.intent) && !(isCopy === true && integration.interrupts);
    const mine = this.#of(aboutOf(saying)).filter(
      ({ row }) => row.receiver === name && row.notification.intent === saying.intent,
    );
    const isNamed = saying.intent === "firing" || saying.intent === "resolved";
    if (isNamed) this.#tellAlso(mine, saying, { receiver, recipient });
    if (mine.some(({ row }) => row.notification.recipient === recipient)) return true;
    if (recipient === undefined && mine.length > 0) return true;
    receiver.integrations.forEach((integration, position) => {
      if (!isHeard(integration)) return;
      // Copies, news and the end are said once where all see them; a step mentions each person who is counted on.
      const isSeen = !isPersonal(integration);
      const isOnce = isCopy === true || saying.intent !== "firing";
      const here = mine.filter(({ row }) => row.integration === position);
      if (isSeen && isOnce && here.some(({ row }) => row.notification.recipient !== undefined)) return;
      const open = here.find(
        ({ row }) => row.notification.recipient === undefined && (isSeen || saysAll(saying, row.notification)),
      );
      if (open !== undefined && recipient !== undefined && !integration.interrupts) {
        open.row = { ...open.row, notification: { ...open.row.notification, recipient } };
        if (isNamed && !isSeen) this.#tellAlso([open], saying, { receiver, recipient });
      } else this.#draft(this.#rowOf(saying, { name, receiver, position, recipient }));
    });
    return true;
  }

  /** Writes into everything said of an incident what else there is to tell of it. */
  complete(incident: string, storyOf: () => Story): void {
    const drafts = this.#of(incidentKey(incident));
    if (drafts.length === 0) return;
    const story = storyOf();
    for (const draft of drafts) {
      const { notification } = draft.row;
      draft.row = { ...draft.row, notification: { ...notification, story: { ...notification.story, ...story } } };
    }
  }

  /** What begins or ends for a destination stands in a message that it reads anyway. */
  #tellAlso(mine: readonly Draft[], saying: Saying, { receiver, recipient }: Reader): void {
    receiver.integrations.forEach(({ isPersonal, interrupts }, position) => {
      const isOne = isPersonal === true || interrupts;
      const isRead = ({ integration, notification }: OutboxRow): boolean =>
        integration === position && (!isOne || notification.recipient === recipient);
      const drafts = mine.filter(({ row }) => isRead(row));
      const [draft] = drafts;
      const told = drafts.flatMap(({ row }) => row.notification.alerts);
      const known = new Set(told.map(({ fingerprint }) => fingerprint));
      const missing = saying.alerts.filter(({ fingerprint }) => !known.has(fingerprint));
      if (draft === undefined || missing.length === 0) return;
      const { row } = draft;
      const { alerts, truncatedAlerts } = notificationFrame(
        this.#config,
        worstFirst([...row.notification.alerts, ...missing]),
        saying.nowMs,
      );
      // What is said besides may be graver than all that was said.
      const giveUpAtMs = Math.min(row.giveUpAtMs, saying.nowMs + receiver.deliverWithinMs[saying.about.severity]);
      draft.row = { ...row, giveUpAtMs, notification: { ...row.notification, alerts, truncatedAlerts } };
    });
  }

  #of(about: string): readonly Draft[] {
    return this.#byAbout.get(about) ?? [];
  }

  #draft(row: OutboxRow): void {
    const { incident, groupKey } = row.notification;
    const about = incident === undefined ? `group\n${groupKey}` : incidentKey(incident);
    const draft: Draft = { row };
    this.#drafts.push(draft);
    const others = this.#byAbout.get(about);
    if (others === undefined) this.#byAbout.set(about, [draft]);
    else others.push(draft);
  }

  #rowOf(
    saying: Saying,
    to: Readonly<{ name: string; receiver: AlertReceiver; position: number; recipient: string | undefined }>,
  ): OutboxRow {
    const { about, key, nowMs } = saying;
    const integration = to.receiver.integrations[to.position];
    return {
      id: this.#ids.next(),
      dedupKey: `${about.id}/${key}/${to.name}/${to.recipient ?? ""}/${to.position}`,
      receiver: to.name,
      integration: to.position,
      endpoint: integration?.endpoint ?? "",
      notification: this.#notificationOf(saying, to.name, to.recipient),
      attempts: 0,
      notBeforeMs: nowMs,
      giveUpAtMs: nowMs + to.receiver.deliverWithinMs[about.severity],
      startedBefore: false,
      ...(integration !== undefined && isPersonal(integration) ? { isPersonal: true } : {}),
    };
  }

  #notificationOf(saying: Saying, receiver: string, recipient: string | undefined): Notification {
    const { about, alerts, story, text } = saying;
    const frame = notificationFrame(this.#config, worstFirst(alerts), saying.nowMs);
    return {
      ...frame,
      id: this.#ids.next(),
      intent: saying.intent,
      receiver,
      groupKey: about.groupKey,
      groupLabels: about.groupLabels,
      ...(about.isIncident ? { incident: about.id } : {}),
      ...(story?.news?.kind === "closed" ? { isIncidentOver: true } : {}),
      ...(recipient === undefined ? {} : { recipient }),
      ...(story === undefined ? {} : { story: { ...frame.story, ...story } }),
      ...(text === undefined ? {} : { text }),
      because: saying.because,
    };
  }
}

/** True when a message says nothing but what is to be said to somebody else, too. */
function saysAll(saying: Saying, { alerts }: Notification): boolean {
  const said = new Set(saying.alerts.map(({ fingerprint }) => fingerprint));
  return alerts.every(({ fingerprint }) => said.has(fingerprint));
}

function incidentKey(id: string): string {
  return `incident\n${id}`;
}

function aboutOf({ about }: Saying): string {
  return about.isIncident ? incidentKey(about.id) : `group\n${about.groupKey}`;
}

/** What wakes people is used for what fires, and for an end that was asked for. */
function hears({ interrupts, sendResolved, alertsOnly }: Integration, intent: Intent): boolean {
  if (alertsOnly === true && intent === "meta") return false;
  if (intent === "resolved") return sendResolved;
  return intent === "firing" || !interrupts;
}
