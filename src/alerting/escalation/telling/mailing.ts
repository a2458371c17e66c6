import type { Alert } from "../../../core/alerting/alert.ts";
import type { Intent, Notification } from "../../../core/alerting/notification.ts";
import type { OutboxRow } from "../../../core/alerting/outbox.ts";
import type { Labels } from "../../../core/labels.ts";
import type { PlainWords, Story } from "../../../core/message/story.ts";
import type { IdSource } from "../../../core/ports/random.ts";
import type { Severity } from "../../../core/severity.ts";
import type { EpochMs } from "../../../core/time/time.ts";
import { type AlertingConfig, type AlertReceiver, isPersonal } from "../../alerting-config.ts";
import { notificationFrame, worstFirst } from "../../incidents/notification-frame.ts";
import { keyBeside, keyOfSaying, newRow } from "../../new-row.ts";
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
  /** Of `alerts`: what is said where more than one person reads it; all of them where absent. */
  shared?: readonly Alert[];
  /** Of `alerts`: what is said by what wakes people; all of them where absent. */
  rung?: readonly Alert[];
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

  /** Where a destination reads something of an incident in this step anyway: positions of its receiver's quiet integrations, undefined for all of them. */
  busyFor(incident: string, { receiver, recipient }: Destination): ReadonlySet<number> | undefined {
    const rows = this.#of(incidentKey(incident)).flatMap(({ row }) => (row.receiver === receiver ? [row] : []));
    const { integrations = [] } = this.#config.receivers.get(receiver) ?? {};
    const quiet = integrations.flatMap((integration, position) =>
      integration.interrupts ? [] : [{ integration, position }],
    );
    const busy = quiet.filter(({ integration, position }) =>
      rows.some((row) => isReadBy(row, { integration, position, recipient })),
    );
    return busy.length === quiet.length ? undefined : new Set(busy.map(({ position }) => position));
  }

  /**
   * Says something to a destination. What the receiver is told anyway in this step is addressed to the person instead of said twice.
   * False when the config has no such receiver any more. Nothing is said by what is `busy` with it.
   */
  add(
    { receiver: name, recipient, isCopy }: Destination,
    saying: Saying,
    busy: ReadonlySet<number> = new Set(),
  ): boolean {
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
    receiver.integrations.forEach((integration, position) => {
      if (!isHeard(integration) || busy.has(position)) return;
      const isSeen = !isPersonal(integration);
      const said = partFor(integration, saying);
      if (saying.intent === "resolved" && said.alerts.length === 0) return;
      const here = mine.filter(({ row }) => row.integration === position);
      const isRead = ({ row }: Draft): boolean => isReadBy(row, { integration, position, recipient });
      // Copies, news and the end are said once where all see them; a step mentions each person who is counted on.
      const isOnce = isCopy === true || saying.intent !== "firing";
      if (
        recipient === undefined || !isSeen
          ? here.some(isRead)
          : here.some((draft) => isMention(draft, recipient, isOnce))
      )
        return;
      if (recipient === undefined && !isSeen && !integration.interrupts && addressAll(here, said)) return;
      const open = here.find(
        ({ row }) => row.notification.recipient === undefined && (isSeen || saysAll(said, row.notification)),
      );
      if (open !== undefined && recipient !== undefined && (!integration.interrupts || integration.personsOnly)) {
        const forAll = isSeen || integration.interrupts ? {} : { isForAll: true as const };
        const dedupKey = keyBeside(open.row, { receiver: name, recipient, position }) ?? open.row.dedupKey;
        open.row = { ...open.row, dedupKey, notification: { ...open.row.notification, recipient, ...forAll } };
        if (isNamed && !isSeen) this.#tellAlso([open], saying, { receiver, recipient });
      } else this.#draft(this.#rowOf(said, { name, receiver, position, recipient }));
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
    receiver.integrations.forEach((integration, position) => {
      const isSeen = !isPersonal(integration);
      const drafts = mine.filter(
        ({ row }) => row.integration === position && (isSeen || row.notification.recipient === recipient),
      );
      const [draft] = drafts;
      const told = drafts.flatMap(({ row }) => row.notification.alerts);
      const known = new Set(told.map(({ fingerprint }) => fingerprint));
      const missing = partFor(integration, saying).alerts.filter(({ fingerprint }) => !known.has(fingerprint));
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
    return newRow({
      id: this.#ids.next(),
      dedupKey: keyOfSaying(`${about.id}/${key}`, { ...to, receiver: to.name }),
      notification: this.#notificationOf(saying, to.name, to.recipient),
      receiver: to.receiver,
      position: to.position,
      severity: about.severity,
      nowMs,
    });
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

type Reading = Readonly<{ integration: Integration; position: number; recipient: string | undefined }>;

/**
 * Of what reaches persons alone each reads what is addressed to them. Who is told without a name reads what is for all; a telephone
 * without a number of its own rings for persons alone, and a call of anybody is enough.
 */
function isReadBy({ notification, ...row }: OutboxRow, { integration, position, recipient }: Reading): boolean {
  if (row.integration !== position) return false;
  if (!isPersonal(integration) || notification.recipient === recipient) return true;
  const ringsForNobody = integration.interrupts && integration.personsOnly === true;
  return recipient === undefined && (ringsForNobody || notification.isForAll === true);
}

/** Lets what is said to a person alone, such as mail, go to all whom the receiver reaches, where it says the same; false where nothing does. */
function addressAll(drafts: readonly Draft[], saying: Saying): boolean {
  const same = drafts.find(
    ({ row: { notification } }) =>
      saysAll(saying, notification) &&
      notification.alerts.length + notification.truncatedAlerts >= saying.alerts.length,
  );
  if (same === undefined) return false;
  same.row = { ...same.row, notification: { ...same.row.notification, isForAll: true } };
  return true;
}

/** True for a message that mentions a person; where one mention is enough, anybody. */
function isMention({ row }: Draft, person: string, isAnybody: boolean): boolean {
  const { recipient } = row.notification;
  return recipient === person || (isAnybody && recipient !== undefined);
}

/** What of a saying goes out by an integration. */
function partFor(integration: Integration, { shared, rung, ...saying }: Saying): Saying {
  const part = isPersonal(integration) ? undefined : shared;
  const alerts = (integration.interrupts ? rung : part) ?? saying.alerts;
  return { ...saying, alerts };
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
