import type { AlertReceiver } from "../../../src/alerting/alerting-config.ts";
import type { OutboxRow } from "../../../src/core/alerting/outbox.ts";
import type { Change } from "../../../src/core/store.ts";

type Receivers = ReadonlyMap<string, AlertReceiver>;

/** What one hearer was told. */
type Knowledge = Readonly<{
  /** Alerts that it believes to fire, with the incident in which it was told of them last. */
  believed: Map<string, string>;
  ended: Set<string>;
  /** What it believed to fire when somebody closed the incident by hand. */
  closed: Set<string>;
  incidents: Set<string>;
}> & {
  hasNoList?: boolean;
};

/**
 * Reads along what is told to chats and people: what they believe to be firing, every end that they hear twice, every end of an alert
 * of which they knew neither itself nor its incident, and news for one person of an alert of which nobody told them.
 */
export class Hearing {
  readonly faults: string[] = [];
  readonly #known = new Map<string, Knowledge>();

  read({ outbox }: Change, receivers: Receivers): void {
    for (const row of outbox) {
      this.#begin(row);
      const hearer = hearerOf(row, receivers);
      if (hearer !== undefined) this.#hear(row, hearer);
    }
  }

  /** Whoever has left the config hears nothing any more; coming back, it may hear the end of what it was told before. */
  leave(receivers: Receivers): void {
    for (const [hearer, known] of this.#known) {
      if (receivers.has(hearer.split(" ")[0] ?? "")) continue;
      known.believed.clear();
      known.hasNoList = true;
    }
  }

  /** What is still believed to fire, by hearer. */
  get believed(): readonly string[] {
    return [...this.#known].flatMap(([hearer, { believed }]) =>
      [...believed.keys()].map((alert) => `${hearer}: ${alert}`),
    );
  }

  #hear(row: OutboxRow, hearer: string): void {
    const known: Knowledge = this.#known.get(hearer) ?? {
      believed: new Map(),
      ended: new Set(),
      closed: new Set(),
      incidents: new Set(),
    };
    this.#known.set(hearer, known);
    const { alerts, incident = "", intent } = row.notification;
    for (const { fingerprint, status } of alerts) {
      if (isNews(row)) {
        if (status === "firing") this.#hearNews(fingerprint, { known, hearer, row });
      } else if (status === "resolved") {
        // Whoever is given an incident of which nothing fires is told what of it is over.
        // A digest says of what nobody was told while it was held that it is over.
        if (!isAssigned(row) && intent !== "digest") this.#end(fingerprint, { known, hearer, row });
      } else known.believed.set(fingerprint, incident);
    }
    // Whose an incident is of which nothing fires just now hears how it goes on, wherever that is.
    if (alerts.every(({ status }) => status === "resolved")) known.hasNoList ||= isAssigned(row);
    if (!isNews(row) && intent !== "resolved") known.incidents.add(incident);
    if (isClosed(row)) this.#close(row);
  }

  /** What somebody has closed by hand is over for whoever knows of it, though it may fire on and be told anew; no telephone says so. */
  #close({ notification: { alerts, incident = "" } }: OutboxRow): void {
    const named = new Set(alerts.map(({ fingerprint }) => fingerprint));
    for (const { believed, closed } of this.#known.values()) {
      const over = [...believed].filter(([alert, known]) => known === incident || named.has(alert));
      for (const [alert] of over) if (believed.delete(alert)) closed.add(alert);
    }
  }

  /** What fires again, whoever is told, may end again. */
  #begin(row: OutboxRow): void {
    const { alerts } = row.notification;
    const firing = isNews(row) ? [] : alerts.filter(({ status }) => status !== "resolved");
    for (const { ended } of this.#known.values()) for (const { fingerprint } of firing) ended.delete(fingerprint);
  }

  #hearNews(fingerprint: string, { known, hearer, row }: Heard): void {
    const { recipient } = row.notification;
    const isOwn = recipient !== undefined && row.isPersonal === true;
    const isKnown = known.believed.has(fingerprint) || known.closed.has(fingerprint) || known.hasNoList === true;
    if (isOwn && !isKnown) this.faults.push(`${hearer} hears news of what it was not told: ${row.dedupKey}`);
  }

  #end(fingerprint: string, { known, hearer, row }: Heard): void {
    const isBelieved = known.believed.delete(fingerprint) || known.closed.delete(fingerprint);
    const isOfKnown = known.incidents.has(row.notification.incident ?? "");
    if (known.ended.has(fingerprint)) this.faults.push(`${hearer} hears an end twice: ${row.dedupKey}`);
    else if (!isBelieved && !isOfKnown && known.hasNoList !== true)
      this.faults.push(`${hearer} hears an end unheard-of: ${row.dedupKey}`);
    known.ended.add(fingerprint);
  }
}

/** An alert in a message, and who reads that. */
type Heard = Readonly<{ known: Knowledge; hearer: string; row: OutboxRow }>;

/** Who reads a message: all of a chat, or the one person it is addressed to; nobody where no end is heard of. */
function hearerOf({ receiver, integration, notification }: OutboxRow, receivers: Receivers): string | undefined {
  const { sendResolved, isPersonal } = receivers.get(receiver)?.integrations[integration] ?? {};
  const { recipient } = notification;
  if (sendResolved !== true || (isPersonal === true && recipient === undefined)) return undefined;
  return `${receiver} ${integration}${isPersonal === true ? ` ${recipient}` : ""}`;
}

/** What somebody did to an incident names what fires, whoever knew of it. */
function isNews({ dedupKey }: OutboxRow): boolean {
  return dedupKey.includes("/news/");
}

function isClosed({ dedupKey }: OutboxRow): boolean {
  return dedupKey.includes("/news/closed@");
}

function isAssigned({ dedupKey }: OutboxRow): boolean {
  return dedupKey.includes("/assigned@");
}
