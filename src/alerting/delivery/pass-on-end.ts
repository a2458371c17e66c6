import { fingerprintsOf, type OutboxRow, type Outlet } from "../../core/outbox.ts";
import type { IdSource } from "../../core/ports/random.ts";
import type { EpochMs } from "../../core/time.ts";
import type { Receivers } from "./receivers.ts";

type Parts = Readonly<{ receivers: Receivers; ids: IdSource }>;

/**
 * What becomes of a row that tells of an end where the beginning never arrived; undefined when some of it was heard there, or it tells of
 * something that fires. The end goes to those who were told in its place, but where it would ring.
 */
export function passedOn(row: OutboxRow, { receivers, ids }: Parts, nowMs: EpochMs): readonly OutboxRow[] | undefined {
  const { unheard = [], notification } = row;
  const over = fingerprintsOf(row, "resolved");
  if (over.length === 0 || notification.truncatedAlerts > 0 || fingerprintsOf(row, "firing").length > 0)
    return undefined;
  const missing = new Set(unheard.map(({ fingerprint }) => fingerprint));
  if (over.some((fingerprint) => !missing.has(fingerprint))) return undefined;
  const heirs = new Map(unheard.flatMap((each) => each.heirs.map((heir) => [JSON.stringify(heir), heir] as const)));
  const { recipient: _before, ...rest } = notification;
  return [...heirs].flatMap(([key, heir]): readonly OutboxRow[] => {
    if (!wantsEnds(heir, receivers)) return [];
    const { recipient, ...place } = heir;
    const told = { ...rest, receiver: heir.receiver, ...(recipient === undefined ? {} : { recipient }) };
    const { unheard: _unheard, fallback: _fallback, ...kept } = row;
    const dedupKey = `end/${row.dedupKey}/${key}`;
    return [{ ...kept, ...place, id: ids.next(), dedupKey, notification: told, attempts: 0, notBeforeMs: nowMs }];
  });
}

function wantsEnds({ receiver, integration }: Outlet, receivers: Receivers): boolean {
  return receivers.get(receiver)?.integrations[integration]?.sendResolved === true;
}
