import type { Labels } from "../labels.ts";
import type { EpochMs } from "../time/time.ts";

/** That an alert fires was told by the old system (`there`), or would have been told by this daemon in shadow mode (`here`). */
export type ShadowNotice = Readonly<{
  side: "here" | "there";
  fingerprint: string;
  labels: Labels;
  /** When the alert began, as its own side says it. */
  startsAtMs: EpochMs;
  /** When it was told first, by the clock of this daemon. */
  atMs: EpochMs;
  receiver: string;
}>;
