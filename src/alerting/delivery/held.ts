import { destinationOf, isUrgentRow, type OutboxRow, outletOf } from "../../core/outbox.ts";
import type { Integration } from "./receivers.ts";

/** A leased row whose attempt has not begun; the moment of its lease is monotonic. */
export type Held = Readonly<{
  row: OutboxRow;
  integration: Integration;
  urgent: boolean;
  destination: string;
  outlet: string;
  leasedAtMs: number;
}>;

/** The moment in both kinds of time. */
export type Now = Readonly<{ wallMs: number; monotonicMs: number }>;

/** Makes a held row of a leased one. */
export function holdRow(row: OutboxRow, integration: Integration, leasedAtMs: number): Held {
  const keys = { destination: destinationOf(row), outlet: outletOf(row) };
  return { row, integration, urgent: isUrgentRow(row), ...keys, leasedAtMs };
}
