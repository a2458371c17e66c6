import { z } from "zod";
import type { Finding } from "../../core/checks/finding.ts";
import type { Json } from "../../core/json.ts";
import type { Arrival } from "../../core/ports/inbox.ts";
import { formatDuration } from "../../core/time/duration.ts";
import type { EpochMs } from "../../core/time/time.ts";

const momentSchema = z.number().min(0).max(8.64e15).exactOptional();

const progressSchema = z.object({
  heardMs: momentSchema,
  startedMs: momentSchema,
  doneMs: momentSchema,
  succeededMs: momentSchema,
  durationMs: momentSchema,
  exitCode: z.number().exactOptional(),
  failed: z.boolean().default(false),
  missedMs: momentSchema,
});

/**
 * What is known of the sender between runs: when it was heard, when a job began (absent once it ended), ended and succeeded last,
 * how long the last job took, and the newest expected moment that passed with its grace.
 */
export type Progress = Readonly<z.infer<typeof progressSchema>>;

/** Reads the memory of an earlier run; what does not fit is as if nothing was ever heard. */
export function progressOf(memory: Json | undefined): Progress {
  const read = progressSchema.safeParse(memory ?? {});
  return read.success ? read.data : { failed: false };
}

/** The progress after one arrival; values count as a sign of life but do not undo a reported failure. */
export function afterArrival(progress: Progress, arrival: Arrival): Progress {
  const heard = { ...progress, heardMs: arrival.atMs };
  if (arrival.signal === "start") return { ...heard, startedMs: arrival.atMs };
  if (arrival.signal === "values") return { ...heard, doneMs: arrival.atMs };
  return afterJob(heard, arrival);
}

function afterJob({ startedMs, ...progress }: Progress, arrival: Arrival): Progress {
  const { atMs, exitCode } = arrival;
  const failed = arrival.signal === "fail" || (exitCode !== undefined && exitCode !== 0);
  return {
    ...withoutJob(progress),
    doneMs: atMs,
    failed,
    ...(failed ? {} : { succeededMs: atMs }),
    ...(exitCode === undefined ? {} : { exitCode }),
    ...(startedMs === undefined ? {} : { durationMs: Math.max(0, atMs - startedMs) }),
  };
}

/** The last job's own facts do not speak for the next one. */
function withoutJob({ durationMs: _durationMs, exitCode: _exitCode, ...kept }: Progress): Progress {
  return kept;
}

type Expected = Readonly<{ atMs: EpochMs; graceMs: number }>;

/** Remembers the newest expectation that is over, so that lateness lasts until something arrives. */
export function afterExpectation(progress: Progress, expected: Expected | undefined): Progress {
  if (expected === undefined) return progress;
  return { ...progress, missedMs: Math.max(progress.missedMs ?? 0, expected.atMs) };
}

/** What is wrong: nothing ever heard, late, or the last job failed. */
export function judge(progress: Progress, expected: Expected | undefined): readonly Finding[] {
  const { missedMs, doneMs, heardMs } = progress;
  const findings: Finding[] = [];
  if (missedMs !== undefined && (doneMs ?? 0) < missedMs) {
    findings.push({ is: "down", reason: "late", detail: lateness(progress, missedMs, expected) });
  } else if (heardMs === undefined) {
    findings.push({ is: "unknown", reason: "late", detail: "nothing usable has arrived yet" });
  }
  if (progress.failed && doneMs !== undefined) {
    const code = progress.exitCode === undefined ? "" : ` with exit code ${progress.exitCode}`;
    findings.push({ is: "down", reason: "status", detail: `the job reported failure${code} at ${timeText(doneMs)}` });
  }
  return findings;
}

function lateness({ heardMs, startedMs }: Progress, missedMs: EpochMs, expected: Expected | undefined): string {
  const grace = expected === undefined ? "" : ` + ${formatDuration(expected.graceMs)} grace`;
  const due = `expected by ${timeText(missedMs)}${grace}`;
  if (heardMs === undefined) return `${due}, never heard`;
  if (startedMs === undefined) return `${due}, last heard ${timeText(heardMs)}`;
  return `${due}, started ${timeText(startedMs)} and has not finished`;
}

function timeText(atMs: EpochMs): string {
  return `${new Date(atMs).toISOString().slice(0, 19)}Z`;
}
