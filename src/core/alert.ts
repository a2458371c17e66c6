import type { Labels } from "./labels.ts";
import type { EpochMs } from "./time.ts";

/** Rule × label set; exists from the first firing until it is resolved and told. */
export type Alert = Readonly<{
  fingerprint: string;
  labels: Labels;
  /** Flat, for messages: summary, detail, runbook …; never part of the identity. */
  annotations: Readonly<Record<string, string>>;
  status: "firing" | "resolved";
  startsAtMs: EpochMs;
  endsAtMs?: EpochMs;
  updatedAtMs: EpochMs;
  value?: number;
}>;
