import { messageOf } from "../../core/errors.ts";
import type { Phase } from "../../core/phases.ts";
import type { Reason } from "../../core/reasons.ts";
import { escapeControls } from "../../core/text/printable.ts";
import { codeOf, isSocketFailure, type Outage, socketFailure } from "../socket-failure.ts";
import { handshakeFinding, isTlsError } from "../tls/tls-failure.ts";

/** How far an answer came before it failed. */
export type AnswerProgress = Readonly<{
  /** The header section was complete. */
  started: boolean;
  receivedBytes: number;
  /** First bytes of the answer, at most 64. */
  head: Buffer;
  /** The other end finished sending. */
  ended: boolean;
}>;

/** Judges an error of the request by its code and by how far the answer had come. */
export function answerFinding(error: unknown, progress: AnswerProgress): Outage {
  const phase: Phase = progress.started ? "transfer" : "processing";
  const down = (reason: Reason, detail: string): Outage => ({ is: "down", reason, phase, detail });
  const code = codeOf(error);
  if (code === "UND_ERR_HEADERS_OVERFLOW") return down("header_overflow", "the header section is larger than allowed");
  if (isTlsError(error) && progress.started) {
    return down(
      "tls_handshake",
      `TLS broke off in the middle of the answer (${code}); a renegotiation is never accepted`,
    );
  }
  if (isTlsError(error)) return { ...handshakeFinding(error), phase };
  if (isSocketFailure(error)) return { ...socketFailure(error), phase };
  if (code === "UND_ERR_SOCKET" && messageOf(error).startsWith("other side closed")) return endedEarly(progress, down);
  if (progress.started && progress.ended) return endedEarly(progress, down);
  return down("protocol", `${messageOf(error)}; the answer begins with ${shown(progress.head)}`);
}

function endedEarly(progress: AnswerProgress, down: (reason: Reason, detail: string) => Outage): Outage {
  if (progress.receivedBytes === 0) return down("reset", "the other end closed the connection without an answer");
  if (progress.started) return down("truncated", "the connection ended before the body was complete");
  if (!progress.head.toString("latin1").startsWith("HTTP/")) {
    return down("protocol", `the answer is no HTTP; it begins with ${shown(progress.head)}`);
  }
  return down("truncated", "the connection ended in the middle of the header section");
}

/** What to say when the caller's deadline comes: by the phase the answer was in. */
export function outOfTime(receivedBytes: number, started: boolean): Outage {
  if (started) return { is: "down", reason: "body_timeout", phase: "transfer", detail: "the body did not end in time" };
  const detail = receivedBytes === 0 ? "no answer in time" : "the header section did not end in time";
  return { is: "down", reason: "ttfb_timeout", phase: "processing", detail };
}

function shown(head: Buffer): string {
  const looksLikeTls = head.length >= 3 && (head[0] === 0x15 || head[0] === 0x16) && head[1] === 3;
  const text = `"${escapeControls(head.toString("latin1"))}"`;
  return looksLikeTls ? `${text}, which is TLS: try https` : text;
}
