import type { DeliveryOutcome } from "../../../core/alerting/notifier.ts";
import type { NotifyAnswer } from "../../../core/ports/notify-http.ts";
import type { EpochMs } from "../../../core/time/time.ts";
import { jsonObject } from "../answer-json.ts";
import { type Dress, type Meaning, outcomeOfMeaning } from "../code-outcome.ts";
import { outcomeOfFailure, outcomeOfStatus, rejected } from "../outcome.ts";
import { type SlackThread, threadId } from "./render.ts";

const unauthorized: Meaning = { reject: "endpoint", reason: "unauthorized" };
const gone: Meaning = { reject: "endpoint", reason: "endpoint_gone" };
const failing: Meaning = { retry: "server_error" };
const slower: Meaning = { retry: "rate_limited" };

/** Slack's error words; any other one refuses the message. @see https://docs.slack.dev/reference/methods/chat.postMessage */
const meanings: Readonly<Record<string, Meaning>> = {
  access_denied: unauthorized,
  account_inactive: unauthorized,
  as_user_not_supported: unauthorized,
  ekm_access_denied: unauthorized,
  enterprise_is_restricted: unauthorized,
  invalid_auth: unauthorized,
  missing_scope: unauthorized,
  no_permission: unauthorized,
  not_allowed_token_type: unauthorized,
  not_authed: unauthorized,
  not_in_channel: unauthorized,
  org_login_required: unauthorized,
  restricted_action: unauthorized,
  restricted_action_read_only_channel: unauthorized,
  restricted_action_thread_locked: unauthorized,
  restricted_action_thread_only_channel: unauthorized,
  team_access_not_granted: unauthorized,
  token_expired: unauthorized,
  token_revoked: unauthorized,
  two_factor_setup_required: unauthorized,
  channel_not_found: gone,
  is_archived: gone,
  method_deprecated: gone,
  unknown_method: gone,
  cannot_dm_bot: { reject: "recipient", reason: "unknown_recipient" },
  messages_tab_disabled: { reject: "recipient", reason: "unknown_recipient" },
  user_not_found: { reject: "recipient", reason: "unknown_recipient" },
  accesslimited: slower,
  message_limit_exceeded: slower,
  rate_limited: slower,
  ratelimited: slower,
  external_channel_migrating: failing,
  fatal_error: failing,
  internal_error: failing,
  request_timeout: failing,
  service_unavailable: failing,
  team_added_to_org: failing,
  msg_blocks_too_long: "shorten",
  msg_too_long: "shorten",
  too_many_attachments: "shorten",
  invalid_attachments: "plain_text",
  invalid_blocks: "plain_text",
  invalid_blocks_format: "plain_text",
};

const advice: Readonly<Record<string, string>> = {
  channel_not_found: "the channel does not exist, or is private and the app was not invited to it",
  invalid_auth: "the token is not valid",
  missing_scope: "give the app the scope chat:write and install it again",
  not_in_channel: "invite the app to the channel, or give it the scope chat:write.public",
  token_revoked: "install the app again and use its new token",
};

/** What the first message of a thread has come to: it is not there any more, or it is and cannot be changed. */
const goneThreads: ReadonlySet<string> = new Set(["message_not_found", "thread_not_found", "cannot_reply_to_message"]);
const frozenThreads: ReadonlySet<string> = new Set(["edit_window_closed", "cant_update_message"]);

/** Tells what an answer says of the thread's first message. */
export function threadState(answer: NotifyAnswer): "fine" | "frozen" | "gone" {
  const word = answer.ok ? errorWord(answer.body) : undefined;
  if (word === undefined) return "fine";
  if (goneThreads.has(word)) return "gone";
  return frozenThreads.has(word) ? "frozen" : "fine";
}

/** Classifies an answer of Slack's web API: only `"ok": true` is success, and HTTP 200 says nothing. */
export function classifySlackBot(answer: NotifyAnswer, dress: Dress, nowMs: EpochMs): DeliveryOutcome {
  if (!answer.ok) return outcomeOfFailure(answer);
  const { status, headers, body } = answer;
  const said = jsonObject(body);
  if (status === 200 && said?.["ok"] === true) {
    const posted = postedAs(said);
    return { kind: "delivered", final: true, ...(posted === undefined ? {} : { externalId: threadId(posted) }) };
  }
  const word = errorWord(body);
  const meaning = word === undefined ? undefined : meanings[word];
  if (status === 429 || (status !== 200 && meaning === undefined)) {
    return status === 413
      ? outcomeOfMeaning("shorten", `HTTP ${status}`, dress)
      : outcomeOfStatus(status, headers, nowMs);
  }
  if (word === undefined) return outcomeOfStatus(status, headers, nowMs);
  if (meaning === undefined) return rejected("message", "bad_message", word);
  const hint = advice[word];
  const outcome = outcomeOfMeaning(meaning, hint === undefined ? word : `${word}: ${hint}`, dress);
  const asked = outcomeOfStatus(429, headers, nowMs);
  const afterMs = asked.kind === "retryable" ? asked.afterMs : undefined;
  return outcome.kind === "retryable" && meaning === slower && afterMs !== undefined
    ? { ...outcome, afterMs }
    : outcome;
}

function errorWord(body: string): string | undefined {
  const said = jsonObject(body);
  const error = said?.["ok"] === false ? said["error"] : undefined;
  return typeof error === "string" && /^[a-z0-9_]{1,60}$/.test(error) ? error : undefined;
}

function postedAs({ channel, ts }: Readonly<Record<string, unknown>>): SlackThread | undefined {
  return typeof channel === "string" && typeof ts === "string" ? { channel, ts } : undefined;
}
