import type { Finding } from "../../core/checks/finding.ts";
import { judgeAbove, type Limits } from "../../core/limits.ts";
import { formatDuration } from "../../core/time/duration.ts";
import type { NtpOptions } from "./options.ts";
import type { NtpAnswer } from "./packet.ts";

const unsynchronised = 3;
const highestStratum = 15;

/** An answer with what it says about the two clocks. */
export type Measured = Readonly<{
  answer: NtpAnswer;
  /** Server's clock less ours; positive: ours is behind. */
  offsetMs: number;
  /** Time on the way there and back. */
  delayMs: number;
}>;

/** Compares the clocks by the four moments of an exchange. @see RFC 5905 §8 */
export function measure(answer: NtpAnswer, sentAtMs: number, receivedAtMs: number): Measured {
  const offsetMs = (answer.receivedAtMs - sentAtMs + (answer.sentAtMs - receivedAtMs)) / 2;
  const delayMs = Math.max(0, receivedAtMs - sentAtMs - (answer.sentAtMs - answer.receivedAtMs));
  return { answer, offsetMs, delayMs };
}

/** Says why an answer tells no time; undefined when it does. @see RFC 5905 §7.4 */
export function refusalOf({ leap, stratum, reference, sentAtMs, receivedAtMs }: NtpAnswer): Finding | undefined {
  // A server that follows nobody writes stratum 0 as well, without a code.
  const isKiss = stratum === 0 && /^[A-Z]{4}$/.test(reference) && !["INIT", "STEP"].includes(reference);
  if (isKiss) {
    const detail = `the server sends us away (kiss of death ${reference})`;
    if (reference === "RATE") return { is: "unknown", reason: "rate_limited", detail: `${detail}: we ask too often` };
    return { is: "down", reason: "blocked", phase: "dialogue", detail };
  }
  if (leap === unsynchronised || stratum === 0 || stratum > highestStratum) {
    const said = [`leap ${leap}`, `stratum ${stratum}`, ...(stratum === 0 && reference !== "" ? [reference] : [])];
    const detail = `the server's own clock is not synchronised (${said.join(", ")})`;
    return { is: "down", reason: "status", phase: "dialogue", detail };
  }
  if (sentAtMs >= receivedAtMs) return undefined;
  return {
    is: "down",
    reason: "protocol",
    phase: "dialogue",
    detail: "the server sent its answer before it had the question",
  };
}

/** Judges a measurement. */
export function judgeClock(options: NtpOptions, { answer, offsetMs, delayMs }: Measured): readonly Finding[] {
  const provenMs = Math.max(0, Math.abs(offsetMs) - delayMs / 2);
  const side = offsetMs < 0 ? "ahead of" : "behind";
  const clock = `this machine's clock is ${textOf(Math.abs(offsetMs))} ${side} the server's (± ${textOf(delayMs / 2)})`;
  const dispersionMs = answer.rootDispersionSeconds * 1000;
  const unsure = `the server expects an error of ${textOf(dispersionMs)}`;
  return [
    ...above(options.offset, provenMs, clock),
    ...above(options.root_dispersion, dispersionMs, unsure),
    ...(answer.stratum > options.max_stratum
      ? [flaw("warning", `the server has stratum ${answer.stratum}, above ${options.max_stratum}`)]
      : []),
    ...(answer.leap === 0 || options.leap === "ignore"
      ? []
      : [flaw(options.leap, `the server announces that a second is ${answer.leap === 1 ? "added" : "left out"}`)]),
  ];
}

function above(limits: Limits, valueMs: number, text: string): readonly Finding[] {
  return judgeAbove(valueMs, limits, "threshold", (limitMs) => `${text}, more than ${formatDuration(limitMs)}`);
}

function flaw(severity: "info" | "warning" | "critical", detail: string): Finding {
  return { is: "flaw", severity, reason: "threshold", detail };
}

function textOf(durationMs: number): string {
  return durationMs < 10_000
    ? `${Math.round(durationMs * 10) / 10} ms`
    : formatDuration(Math.round(durationMs / 1000) * 1000);
}
