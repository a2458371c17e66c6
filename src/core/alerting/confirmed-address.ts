import type { EpochMs } from "../time/time.ts";

/** A message reached a person by a receiver: somebody answered it, or says so. */
export type ConfirmedAddress = Readonly<{
  person: string;
  receiver: string;
  /** Digest of the person's addresses at that time: whoever gets another one is to be asked again. */
  addresses: string;
  atMs: EpochMs;
  by: string;
  via: "page" | "api" | "cli";
}>;
