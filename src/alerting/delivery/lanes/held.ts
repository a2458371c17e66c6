import { destinationOf, isUrgentRow, type OutboxRow, outletOf } from "../../../core/alerting/outbox.ts";
import type { Integration } from "../config/receivers.ts";

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
  const held = { row, integration, urgent: isUrgentRow(row), ...keys, leasedAtMs };
  return row.isHastened === true ? hastened(held) : held;
}

/** The row as it goes when something urgent waits for it. What makes a phone ring is joined in its own way. */
export function hastened(held: Held): Held {
  return held.urgent || held.integration.interrupts ? held : { ...held, urgent: true };
}
