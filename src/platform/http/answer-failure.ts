import type { Phase } from "../../core/checks/phases.ts";
import { messageOf } from "../../core/errors.ts";
import { escapeControls } from "../../core/text/printable.ts";
import { codeOf, isSocketFailure, type Outage, socketFailure } from "../net/socket-failure.ts";
import { handshakeFinding, isTlsError } from "../tls/tls-failure.ts";
import type { AnswerHead, AnswerProblem } from "./answer-parser.ts";

/** How far an answer has come. */
export type AnswerProgress = Readonly<{
  /** There when the header section was complete. */
  head: AnswerHead | undefined;
  receivedBytes: number;
  /** First bytes of the answer, at most 64. */
  firstBytes: Buffer;
}>;

/** Judges an error of the socket by its code and by how far the answer had come. */
export function answerFinding(error: unknown, progress: AnswerProgress): Outage {
  const phase = phaseOf(progress);
  if (isTlsError(error) && progress.head !== undefined) {
    const detail = `TLS broke off in the middle of the answer (${codeOf(error)}); a renegotiation is never accepted`;
    return { is: "down", reason: "tls_handshake", phase, detail };
  }
  if (isTlsError(error)) return { ...handshakeFinding(error), phase };
  if (isSocketFailure(error)) return { ...socketFailure(error), phase };
  return problemFinding({ reason: "protocol", detail: messageOf(error) }, progress);
}

/** Says what is wrong with an answer; one that is no HTTP shows how it begins. */
export function problemFinding({ reason, detail }: AnswerProblem, progress: AnswerProgress): Outage {
  const shows = reason === "protocol" ? `${detail}; it begins with ${shown(progress.firstBytes)}` : detail;
  return { is: "down", reason, phase: phaseOf(progress), detail: shows };
}

/** What to say when the caller's deadline comes: by the phase the answer was in. */
export function outOfTime(progress: AnswerProgress): Outage {
  const phase = phaseOf(progress);
  if (phase === "transfer")
    return { is: "down", reason: "body_timeout", phase, detail: "the body did not end in time" };
  const detail = progress.receivedBytes === 0 ? "no answer in time" : "the header section did not end in time";
  return { is: "down", reason: "ttfb_timeout", phase, detail };
}

function phaseOf({ head }: AnswerProgress): Phase {
  return head === undefined ? "processing" : "transfer";
}

function shown(head: Buffer): string {
  const looksLikeTls = head.length >= 3 && (head[0] === 0x15 || head[0] === 0x16) && head[1] === 3;
  const text = `"${escapeControls(head.toString("latin1"))}"`;
  return looksLikeTls ? `${text}, which is TLS: try https` : text;
}
