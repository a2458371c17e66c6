import type { DeliveryOutcome } from "../../../core/alerting/notifier.ts";
import type { NotifyAnswer } from "../../../core/ports/notify-http.ts";
import type { EpochMs } from "../../../core/time/time.ts";
import { codeText, jsonObject } from "../answer-json.ts";
import { type Dress, type Meaning, outcomeOfMeaning, outcomeOfRobotStatus } from "../code-outcome.ts";
import { delivered, outcomeOfFailure, rejected } from "../outcome.ts";

const gone: Meaning = { reject: "endpoint", reason: "endpoint_gone" };
const unauthorized: Meaning = { reject: "endpoint", reason: "unauthorized" };
const badMessage: Meaning = { reject: "message", reason: "bad_message" };
/** A robot over its rate is muted for up to ten minutes; asking once a minute finds the end of it. */
const tooFast: Meaning = { retry: "rate_limited", afterMs: 60_000 };

/** DingTalk's error codes; the one code of the security settings is told apart by its text. */
const meanings: Readonly<Record<string, Meaning>> = {
  "-1": { retry: "server_error" },
  "88": unauthorized,
  "34016": "shorten",
  "101002": "shorten",
  "460101": "shorten",
  "130101": tooFast,
  "410100": tooFast,
  "300005": gone,
  "400013": gone,
  "400101": unauthorized,
  "400102": gone,
  "400105": badMessage,
  "430101": badMessage,
  "430102": badMessage,
  "430103": badMessage,
  "430104": badMessage,
};
const securityCode = "310000";

/** Classifies DingTalk's answer: only HTTP 200 with `errcode` 0 is success. */
export function classifyDingtalk(answer: NotifyAnswer, dress: Dress, nowMs: EpochMs): DeliveryOutcome {
  if (!answer.ok) return outcomeOfFailure(answer);
  const { status } = answer;
  const said = jsonObject(answer.body);
  const code = codeText(said?.["errcode"]);
  if (status === 200 && code === "0") return delivered;
  if (code === securityCode) return outcomeOfSecurity(said?.["errmsg"]);
  if (code !== undefined && code !== "0") {
    return outcomeOfMeaning(meanings[code] ?? badMessage, `HTTP ${status} errcode ${code}`, dress);
  }
  return outcomeOfRobotStatus(answer, dress, nowMs);
}

/** Tells whether the signature or its moment was refused, which one more signature may mend. */
export function refusesSignature(answer: NotifyAnswer): boolean {
  if (!answer.ok) return false;
  const said = jsonObject(answer.body);
  return codeText(said?.["errcode"]) === securityCode && /sign|timestamp/i.test(String(said?.["errmsg"]));
}

function outcomeOfSecurity(errmsg: unknown): DeliveryOutcome {
  const text = String(errmsg);
  const detail = `errcode ${securityCode}`;
  if (/keyword/i.test(text)) {
    return rejected(
      "endpoint",
      "bad_message",
      `${detail}: the robot wants a keyword in every message; set \`keyword\``,
    );
  }
  if (/sign|timestamp/i.test(text)) {
    const right = "check `secret` and this machine's clock, which may differ by an hour at most";
    return rejected("endpoint", "unauthorized", `${detail}: the signature does not match; ${right}`);
  }
  const wrong = /\bip\b|whitelist/i.test(text) ? "this machine's address is not on the robot's list" : "refused";
  return rejected("endpoint", "unauthorized", `${detail}: ${wrong} by the robot's security settings`);
}
