import type { NotifyAnswer } from "../../core/ports/notify-http.ts";
import type { EpochMs } from "../../core/time.ts";

/** The other end's clock by its `Date` header: signed with that, a message gets through although our own clock is wrong. */
export function serverTimeMs(answer: NotifyAnswer): EpochMs | undefined {
  const date = answer.ok ? (answer.headers["date"] ?? "") : "";
  const atMs = date.endsWith("GMT") ? Date.parse(date) : Number.NaN;
  return Number.isNaN(atMs) ? undefined : atMs;
}
