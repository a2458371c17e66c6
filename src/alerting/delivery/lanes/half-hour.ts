import { createHash } from "node:crypto";
import { destinationOf, isUrgentRow, type OutboxRow } from "../../../core/alerting/outbox.ts";
import type { EpochMs } from "../../../core/time/time.ts";

const halfHourMs = 30 * 60_000;
const leastMs = 1000;
const mostMs = 20_000;

/**
 * When a message goes out to an endpoint that is crowded on full and half hours: up to twenty seconds after one, always the same for a
 * destination, so that its order stays; `nowMs` where it need not wait.
 */
export function afterHalfHour(row: OutboxRow, together: readonly OutboxRow[], nowMs: EpochMs): EpochMs {
  const crowdedMs = Math.floor(nowMs / halfHourMs) * halfHourMs;
  if (nowMs - crowdedMs >= mostMs) return nowMs;
  const destination = destinationOf(row);
  // What is leased before something urgent goes before it.
  if (together.some((each) => isUrgentRow(each) && destinationOf(each) === destination)) return nowMs;
  const share = createHash("sha256").update(destination).digest().readUInt32BE(0) / 2 ** 32;
  return Math.max(nowMs, Math.round(crowdedMs + leastMs + share * (mostMs - leastMs)));
}
