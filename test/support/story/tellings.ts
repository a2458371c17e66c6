import type { OutboxRow } from "../../../src/core/alerting/outbox.ts";
import type { Change } from "../../../src/core/store.ts";
import type { AlertingWorld } from "../worlds/alerting-world.ts";

/** Rows as the store takes them: one of each key. */
export function uniqueOf(rows: readonly OutboxRow[]): readonly OutboxRow[] {
  const byKey = new Map<string, OutboxRow>();
  for (const row of rows) if (!byKey.has(row.dedupKey)) byKey.set(row.dedupKey, row);
  return [...byKey.values()];
}

/** What is told, without regard to how many ids were drawn for what the store then ignored. */
export function canonical({ outbox, notices }: AlertingWorld): unknown {
  const ids = new Map<string, string>();
  const text = JSON.stringify([uniqueOf(outbox), uniqueOf(notices)]);
  return JSON.parse(text.replace(/id-\d+/g, (id) => ids.get(id) ?? ids.set(id, `#${ids.size}`).get(id) ?? ""));
}

/** True for a change that writes nothing but what `besides` names. */
export function isQuiet(change: Change, besides: readonly (keyof Change)[] = ["results", "audit"]): boolean {
  const parts = Object.entries(change) as [keyof Change, unknown][];
  return parts.every(([name, part]) => besides.includes(name) || !Array.isArray(part) || part.length === 0);
}

/** True where a start ended the wait of a rule for its first data: nothing looked while the daemon was down, so that begins anew. */
export function hasEndedWait({ ruleStates }: Change): boolean {
  return ruleStates.some(({ status, labels }) => status === "inactive" && Object.keys(labels).length === 0);
}

/** What a row says to whom and when, without its ids. */
export function sayingOf({ receiver, integration, notification }: OutboxRow): string {
  return JSON.stringify([receiver, integration, { ...notification, id: "" }]);
}
