import type { EpochMs } from "../time/time.ts";

/** Something that was changed, as people and pipelines report it: a deployment, a switch of configuration, a maintenance. */
export type ReportedChange = Readonly<{
  id: string;
  atMs: EpochMs;
  text: string;
  /** Services that it may touch; absent: any. */
  services?: readonly string[];
  /** Page about it, http or https. */
  link?: string;
  by: string;
}>;
