import type { DeliveryOutcome } from "../../../core/alerting/notifier.ts";
import { cleanText, cutText } from "../../../core/message/clean-text.ts";
import type { ProgramEnd } from "../../../core/ports/programs.ts";
import { type Dress, type Meaning, outcomeOfMeaning } from "../code-outcome.ts";
import { rejected, retryable } from "../outcome.ts";

const longestSaid = 200;
const idForm = /^[\w.:@/+-]{1,200}$/;

/** Exit codes with a meaning, as sysexits.h names them. @see https://man.freebsd.org/cgi/man.cgi?sysexits */
const meanings: Readonly<Record<number, Meaning>> = {
  64: { reject: "endpoint", reason: "bad_message" },
  65: { reject: "message", reason: "bad_message" },
  67: { reject: "recipient", reason: "unknown_recipient" },
  69: { retry: "server_error" },
  75: { retry: "rate_limited" },
  77: { reject: "endpoint", reason: "unauthorized" },
  78: { reject: "endpoint", reason: "bad_message" },
};

/** Classifies how the program ended; `secrets` are taken out of what it said. */
export function outcomeOfProgram(end: ProgramEnd, secrets: readonly string[]): DeliveryOutcome {
  if (!end.ok) return outcomeOfFailure(end);
  const { exitCode, stdout, stderr } = end;
  if (exitCode === 0) {
    const [id = ""] = stdout.split("\n");
    return { kind: "delivered", final: true, ...(idForm.test(id) ? { externalId: id } : {}) };
  }
  const said = redacted(stderr, secrets);
  const detail = said === "" ? `exit code ${exitCode}` : `exit code ${exitCode}: ${said}`;
  const meaning = meanings[exitCode];
  const dress: Dress = { rich: false, shortened: true };
  return meaning === undefined
    ? retryable("server_error", detail, { maybeDelivered: true })
    : outcomeOfMeaning(meaning, detail, dress);
}

function outcomeOfFailure({ reason, detail, hasRun }: Extract<ProgramEnd, { ok: false }>): DeliveryOutcome {
  if (reason === "not_found") return rejected("endpoint", "endpoint_gone", detail);
  if (reason === "permission") return rejected("endpoint", "unauthorized", detail);
  return retryable(reason === "timeout" ? "timeout" : "server_error", detail, { maybeDelivered: hasRun });
}

function redacted(stderr: string, secrets: readonly string[]): string {
  const hidden = secrets.reduce((text, secret) => text.replaceAll(secret, "<secret>"), stderr);
  const [first = ""] = hidden.split("\n").filter((line) => line.trim() !== "");
  return cutText(cleanText(first), longestSaid);
}
