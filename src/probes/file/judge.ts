import type { Finding } from "../../core/checks/finding.ts";
import type { ProbeContext } from "../../core/checks/probe.ts";
import type { Reason } from "../../core/checks/reasons.ts";
import { crossingOf, findingOf } from "../../core/limits.ts";
import type { FilesystemFacts } from "../../core/ports/files.ts";
import type { StoredFile } from "../../core/ports/stored-files.ts";
import { sizeWords } from "../../core/size.ts";
import { latestDue } from "../../core/time/due.ts";
import { formatDuration } from "../../core/time/duration.ts";
import type { EpochMs } from "../../core/time/time.ts";
import type { FileOptions } from "./options.ts";

/** More than this many missed times are told as so many. */
const mostMissed = 30;

/** Whether the newest file is there in time, and how many due times passed without one. */
export type Punctuality = Readonly<{ findings: readonly Finding[]; dueAtMs?: EpochMs; missed?: number }>;

export function judgeTime(
  { due, max_age: maxAgeMs }: FileOptions,
  newest: StoredFile | undefined,
  { startedAtMs: nowMs, timeZone }: Pick<ProbeContext, "startedAtMs" | "timeZone">,
): Punctuality {
  if (due === undefined) return { findings: maxAgeMs === undefined ? [] : judgeAge(newest, maxAgeMs, nowMs) };
  const dues = latestDue(due, timeZone, nowMs, mostMissed + 1);
  const [dueAtMs] = dues;
  if (dueAtMs === undefined) return { findings: [] };
  const count =
    newest === undefined ? 1 : dues.findIndex((_, index) => newest.modifiedAtMs > servesFromMs(dues, index));
  if (count === 0) return { findings: [], dueAtMs, missed: 0 };
  const was = newest === undefined ? "there is none" : `the newest is of ${stamp(newest.modifiedAtMs, timeZone)}`;
  const since = count === 1 ? "" : `; ${count >= mostMissed ? "at least " : ""}${count} are missing`;
  return {
    findings: [down("late", `no file came for ${stamp(dueAtMs, timeZone)}: ${was}${since}`)],
    dueAtMs,
    missed: count,
  };
}

/**
 * A file serves the first due time after it was written, and each later one needs a file of its own. What comes within the first
 * quarter of the time up to the next one is late for the last, and does not hide that the next one is missing.
 */
function servesFromMs(dues: readonly EpochMs[], index: number): EpochMs {
  const [dueAtMs, beforeMs] = [dues[index], dues[index + 1]];
  return dueAtMs === undefined || beforeMs === undefined ? -1 : beforeMs + (dueAtMs - beforeMs) / 4;
}

function judgeAge(newest: StoredFile | undefined, maxAgeMs: number, nowMs: EpochMs): readonly Finding[] {
  if (newest === undefined || nowMs - newest.modifiedAtMs <= maxAgeMs) return [];
  const minuteMs = 60_000;
  const age = formatDuration(Math.max(minuteMs, Math.floor((nowMs - newest.modifiedAtMs) / minuteMs) * minuteMs));
  return [down("too_old", `the newest file is ${age} old, more than ${formatDuration(maxAgeMs)}`)];
}

/** Sizes of the newest file, and how it compares with the one before. */
export function judgeSize(
  options: FileOptions,
  sizeBytes: number,
  beforeBytes: number | undefined,
): readonly Finding[] {
  const { min_size: min, max_size: max, shrink_at_most: shrink } = options;
  const findings: Finding[] = [];
  if (min !== undefined && sizeBytes < min) {
    findings.push(
      down("too_small", `the newest file has ${sizeWords(sizeBytes)}, expected at least ${sizeWords(min)}`),
    );
  }
  if (max !== undefined && sizeBytes > max) {
    findings.push(down("threshold", `the newest file has ${sizeWords(sizeBytes)}, expected at most ${sizeWords(max)}`));
  }
  if (shrink !== undefined && beforeBytes !== undefined && sizeBytes < beforeBytes * (1 - shrink)) {
    const share = Math.round((1 - sizeBytes / beforeBytes) * 100);
    const detail = `the newest file has ${sizeWords(sizeBytes)}, ${share} % less than the one before (${sizeWords(beforeBytes)})`;
    findings.push({ is: "flaw", severity: "warning", reason: "too_small", detail });
  }
  return findings;
}

/** How many files match. */
export function judgeCount({ count }: FileOptions, matches: number): readonly Finding[] {
  if (count.min !== undefined && matches < count.min) {
    return [down("threshold", `${matches} files match, expected at least ${count.min}`)];
  }
  if (count.max === undefined || matches <= count.max) return [];
  const detail = `${matches} files match, expected at most ${count.max}`;
  return [{ is: "flaw", severity: "warning", reason: "threshold", detail }];
}

/** Room that is left. */
export function judgeSpace({ free_space: limits }: FileOptions, facts: FilesystemFacts): readonly Finding[] {
  // A share is at most 1; nobody asks for one byte.
  const bytesOf = (limit = 0): number => (limit <= 1 ? limit * facts.sizeBytes : limit);
  const below = { warning: bytesOf(limits.warning), critical: bytesOf(limits.critical) };
  const crossing = crossingOf(facts.availableBytes, { below });
  if (crossing === undefined) return [];
  const left = `${sizeWords(facts.availableBytes)} are left where the files are`;
  return [findingOf(crossing.degree, "threshold", `${left}, less than ${sizeWords(crossing.limit)}`)];
}

function down(reason: Reason, detail: string): Finding {
  return { is: "down", reason, detail };
}

/** `2026-11-20 05:00` as the zone's clocks show it. */
function stamp(atMs: EpochMs, timeZone: string): string {
  const parts = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "short" });
  return parts.format(atMs);
}
