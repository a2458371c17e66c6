import type { Pacer } from "../../core/ports/pacer.ts";
import { formatDuration } from "../../core/time/duration.ts";
import type { Answer } from "./answer.ts";

const minuteMs = 60_000;

/** Waits for our turn at a registry; the answer says why we may not ask now. */
export async function takeTurn(pacer: Pacer, server: string, signal: AbortSignal): Promise<Answer | undefined> {
  const turn = await pacer.turn(server, signal);
  if (turn.ok) return undefined;
  const wait = formatDuration(Math.max(minuteMs, Math.ceil(turn.waitMs / minuteMs) * minuteMs));
  const why = turn.because === "back_off" ? "wants to be left alone" : "is asked by too many of our checks";
  return { kind: "failed", reason: "rate_limited", detail: `${server} ${why}, for about ${wait} more` };
}
