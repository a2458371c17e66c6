import type { Severity } from "../../core/severity.ts";
import type { EpochMs } from "../../core/time/time.ts";

/** A way to somebody: a receiver, and the person it is for where it is for one. */
export type Reached = Readonly<{ receiver: string; recipient?: string }>;

/** Who a reach reference stands for at a moment: none when nobody does. */
export type Reach = (reference: string, severity: Severity, nowMs: EpochMs) => readonly Reached[];
