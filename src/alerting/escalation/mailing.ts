import type { Alert } from "../../core/alert.ts";
import type { Labels } from "../../core/labels.ts";
import type { PlainWords, Story } from "../../core/message/story.ts";
import type { Intent, Notification } from "../../core/notification.ts";
import type { OutboxRow } from "../../core/outbox.ts";
import type { IdSource } from "../../core/ports/random.ts";
import type { Severity } from "../../core/severity.ts";
import type { EpochMs } from "../../core/time.ts";
import type { AlertingConfig, AlertReceiver } from "../alerting-config.ts";
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
  news?: NonNullable<Story["news"]>;
  /** Said in place of what the alerts say. */
  text?: PlainWords;
  nowMs: EpochMs;
}>;

type Integration = AlertReceiver["integrations"][number];

/** Collects the messages of one step of the engine, so that no destination is told of an incident twice in it. */
export class Mailing {
  readonly #config: AlertingConfig;
  readonly #ids: IdSource;
  #rows: OutboxRow[];
  readonly #incidents: Set<string | undefined>;

  /** Begins with what groups have said in this step. */
  constructor(rows: readonly OutboxRow[], config: AlertingConfig, ids: IdSource) {
    this.#rows = [...rows];
    this.#incidents = new Set(rows.map(({ notification }) => notification.incident));
    this.#config = config;
    this.#ids = ids;
  }

  get rows(): readonly OutboxRow[] {
    return this.#rows;
  }

  /** Tells whether anything is said of an incident in this step. */
  speaksOf(incident: string): boolean {
    return this.#incidents.has(incident);
  }

  /** Tells whether a receiver is told something of an incident in this step. */
  addresses(incident: string, receiver: string): boolean {
    return this.#rows.some((row) => row.receiver === receiver && row.notification.incident === incident);
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
    const mine = this.#rows.filter((row) => row.receiver === name && isSame(row.notification, saying));
    if (mine.some((row) => row.notification.recipient === recipient)) return true;
    if (recipient === undefined && mine.length > 0) return true;
    receiver.integrations.forEach((integration, position) => {
      if (!isHeard(integration)) return;
      // Copies, news and the end are said once where all see them; a step mentions each person who is counted on.
      const isSeen = integration.isPersonal !== true && !integration.interrupts;
      const isOnce = isCopy === true || saying.intent !== "firing";
      const said = mine.some((row) => row.integration === position && row.notification.recipient !== undefined);
      if (isSeen && isOnce && said) return;
      const open = mine.find((row) => row.integration === position && row.notification.recipient === undefined);
      if (open !== undefined && recipient !== undefined && !integration.interrupts) this.#address(open, recipient);
      else this.#rows.push(this.#rowOf(saying, { name, receiver, position, recipient }));
      if (saying.about.isIncident) this.#incidents.add(saying.about.id);
    });
    return true;
  }

  /** Writes into everything said of an incident what else there is to tell of it. */
  complete(incident: string, storyOf: () => Story): void {
    if (!this.speaksOf(incident)) return;
    const story = storyOf();
    this.#rows = this.#rows.map((row) => {
      const { notification } = row;
      if (notification.incident !== incident) return row;
      return { ...row, notification: { ...notification, story: { ...notification.story, ...story } } };
    });
  }

  #address(open: OutboxRow, recipient: string): void {
    this.#rows = this.#rows.map((row) =>
      row === open ? { ...row, notification: { ...row.notification, recipient } } : row,
    );
  }

  #rowOf(
    saying: Saying,
    to: Readonly<{ name: string; receiver: AlertReceiver; position: number; recipient: string | undefined }>,
  ): OutboxRow {
    const { about, key, nowMs } = saying;
    return {
      id: this.#ids.next(),
      dedupKey: `${about.id}/${key}/${to.name}/${to.recipient ?? ""}/${to.position}`,
      receiver: to.name,
      integration: to.position,
      endpoint: to.receiver.integrations[to.position]?.endpoint ?? "",
      notification: this.#notificationOf(saying, to.name, to.recipient),
      attempts: 0,
      notBeforeMs: nowMs,
      giveUpAtMs: nowMs + to.receiver.deliverWithinMs[about.severity],
      startedBefore: false,
    };
  }

  #notificationOf(saying: Saying, receiver: string, recipient: string | undefined): Notification {
    const { about, alerts, news, text } = saying;
    const frame = notificationFrame(this.#config, worstFirst(alerts), saying.nowMs);
    return {
      ...frame,
      id: this.#ids.next(),
      intent: saying.intent,
      receiver,
      groupKey: about.groupKey,
      groupLabels: about.groupLabels,
      ...(about.isIncident ? { incident: about.id } : {}),
      ...(news?.kind === "closed" ? { isIncidentOver: true } : {}),
      ...(recipient === undefined ? {} : { recipient }),
      ...(news === undefined ? {} : { story: { ...frame.story, news } }),
      ...(text === undefined ? {} : { text }),
      because: saying.because,
    };
  }
}

function isSame({ incident, groupKey, intent }: Notification, { about, intent: saidIntent }: Saying): boolean {
  if (intent !== saidIntent) return false;
  return about.isIncident ? incident === about.id : groupKey === about.groupKey;
}

/** What wakes people is used for what fires, and for an end that was asked for. */
function hears({ interrupts, sendResolved, alertsOnly }: Integration, intent: Intent): boolean {
  if (alertsOnly === true && intent === "meta") return false;
  if (intent === "resolved") return sendResolved;
  return intent === "firing" || !interrupts;
}
