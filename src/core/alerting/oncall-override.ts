import type { EpochMs } from "../time/time.ts";

/** An exception to a schedule that somebody made while the daemon ran: who is on call instead, and when. */
export type OncallOverride = Readonly<{
  id: string;
  schedule: string;
  person: string;
  fromMs: EpochMs;
  /** First moment that does not belong to it. */
  toMs: EpochMs;
  by: string;
  comment?: string;
}>;
