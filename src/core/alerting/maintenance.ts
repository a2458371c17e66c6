import type { MatcherText } from "../matching/matcher-text.ts";
import type { EpochMs } from "../time/time.ts";

/** Which alerts maintenance mutes: those of the services that fit all matchers, but never those that fit all of `neverMute`. */
export type MaintenanceScope = Readonly<{
  services?: readonly string[];
  matchers: readonly MatcherText[];
  neverMute: readonly MatcherText[];
}>;

/** One time that maintenance is under way, or was ended before its time. */
export type MaintenanceRun = Readonly<{
  /** Id of the window in the config, or the name that the command gave. */
  id: string;
  title: string;
  /** Absent: that of the window in the config. */
  scope?: MaintenanceScope;
  byCommand: boolean;
  startedAtMs: EpochMs;
  plannedEndMs: EpochMs;
  /** The end that was told when it began. */
  announcedEndMs: EpochMs;
  /** Set when a window of the config was ended before its time; it stays closed until `plannedEndMs`. */
  endedAtMs?: EpochMs;
  by?: string;
  comment?: string;
  /** Whether somebody has looked at what still fails shortly before the end. */
  warned: boolean;
  /** Fingerprints of alerts that it covered while they fired. */
  seen: readonly string[];
}>;
