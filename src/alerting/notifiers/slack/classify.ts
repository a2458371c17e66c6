import type { DeliveryOutcome, DeliveryReason } from "../../../core/alerting/notifier.ts";
import type { NotifyAnswer } from "../../../core/ports/notify-http.ts";
import type { EpochMs } from "../../../core/time/time.ts";
import { delivered, outcomeOfFailure, outcomeOfStatus, rejected, retryable } from "../outcome.ts";

/** Slack's error words and what they mean; any other word is judged by the status. @see https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks */
const endpointErrors: Readonly<Record<string, DeliveryReason>> = {
  action_prohibited: "unauthorized",
  invalid_token: "unauthorized",
  posting_to_general_channel_denied: "unauthorized",
  no_active_hooks: "endpoint_gone",
  no_service: "endpoint_gone",
  no_service_id: "endpoint_gone",
  no_team: "endpoint_gone",
  team_disabled: "endpoint_gone",
  channel_not_found: "endpoint_gone",
  channel_is_archived: "endpoint_gone",
};
const badBlocks: ReadonlySet<string> = new Set(["invalid_blocks", "invalid_blocks_format", "invalid_attachments"]);
const tooLarge: ReadonlySet<string> = new Set(["msg_too_long", "msg_blocks_too_long", "too_many_attachments"]);
const badMessage: ReadonlySet<string> = new Set(["invalid_payload", "no_text"]);

/** How much of the message was still dressed, so that a refusal of its form leads to a plainer one only once. */
export type Dress = Readonly<{ blocks: boolean; shortened: boolean }>;

/** Classifies Slack's answer: only the text `ok` (or JSON with `ok: true`) under HTTP 200 is success. */
export function classifySlack(answer: NotifyAnswer, dress: Dress, nowMs: EpochMs): DeliveryOutcome {
  if (!answer.ok) return outcomeOfFailure(answer);
  const { status } = answer;
  const said = wordsOf(answer.body);
  if (status === 200 && said.ok) return delivered;
  const byWord = said.error === undefined ? undefined : outcomeOfWord(said.error, status, dress);
  if (byWord !== undefined) return byWord;
  if (status === 413) return shorter(`HTTP ${status}`, dress);
  if (status === 404 || status === 410) return rejected("endpoint", "endpoint_gone", `HTTP ${status}`);
  const outcome = outcomeOfStatus(status, answer.headers, nowMs);
  if (outcome.kind !== "retryable" || outcome.afterMs !== undefined || said.retryAfterMs === undefined) return outcome;
  return { ...outcome, afterMs: said.retryAfterMs };
}

function outcomeOfWord(error: string, status: number, dress: Dress): DeliveryOutcome | undefined {
  const detail = `HTTP ${status} ${error}`;
  const reason = endpointErrors[error];
  if (reason !== undefined) return rejected("endpoint", reason, detail);
  if (error === "user_not_found") return rejected("recipient", "unknown_recipient", detail);
  if (tooLarge.has(error)) return shorter(detail, dress);
  if (badBlocks.has(error)) {
    return dress.blocks
      ? retryable("bad_message", detail, { next: "plain_text" })
      : rejected("message", "bad_message", detail);
  }
  if (badMessage.has(error)) return rejected("message", "bad_message", detail);
  return error === "rollup_error" ? retryable("server_error", detail) : undefined;
}

function shorter(detail: string, dress: Dress): DeliveryOutcome {
  return dress.shortened
    ? rejected("message", "too_large", detail)
    : retryable("too_large", detail, { next: "shorten" });
}

type Said = Readonly<{ ok: boolean; error?: string; retryAfterMs?: number }>;

function wordsOf(body: string): Said {
  const text = body.trim();
  if (!text.startsWith("{")) return { ok: text === "ok", error: text };
  try {
    const parsed = JSON.parse(text) as Readonly<Record<string, unknown>>;
    const {
      ok,
      error,
      retry_after: retryAfter,
    } = parsed as Readonly<{ ok?: unknown; error?: unknown; retry_after?: unknown }>;
    return {
      ok: ok === true,
      ...(typeof error === "string" ? { error } : {}),
      ...(typeof retryAfter === "number" && retryAfter > 0 ? { retryAfterMs: Math.ceil(retryAfter * 1000) } : {}),
    };
  } catch (error) {
    if (error instanceof SyntaxError) return { ok: false };
    throw error;
  }
}
