import { describe, expect, it } from "vitest";
import { fateSuite } from "../../../../test/contract/notifier/fate-suite.ts";
import { phoneSuite } from "../../../../test/contract/notifier/phone-suite.ts";
import { aNotification } from "../../../../test/support/samples/notifications.ts";
import { twilioServer } from "../../../../test/support/servers/channel-servers.ts";
import type { ScriptedAnswer } from "../../../../test/support/servers/chat-server.ts";
import { outcomeWords, runNotifier } from "../../../../test/support/worlds/notifier-run.ts";
import { twilioSms } from "./twilio-sms.ts";

const account = `AC${"0".repeat(32)}`;
const required = { account_sid: account, secret: "S", from: "+15017122661" };
const ok: ScriptedAnswer = {
  status: 201,
  body: '{"sid":"SM0123456789abcdef0123456789abcdef","status":"queued","error_code":null}',
};
const error = (status: number, code: number, headers: Readonly<Record<string, string>> = {}): ScriptedAnswer => ({
  status,
  headers,
  body: JSON.stringify({ code, message: "x", more_info: "https://www.twilio.com/docs/errors", status }),
});

phoneSuite({
  kind: twilioSms,
  optionsAt: (url) => ({ ...required, phone: "+8613800001234", base_url: url }),
  ok,
  variablesOf: (payload) => (payload as { Body: string }).Body.split("\n"),
  longestVariable: 320,
  numberOf: ({ body }) => new URLSearchParams(body).get("To"),
  writtenNumber: "+8613800001234",
  answers: [
    ["24", ok, "accepted"],
    ["24", error(429, 20_429), "retryable rate_limited"],
    ["24", error(400, 21_610), "rejected recipient unknown_recipient"],
    ["-", error(429, 20_429, { "Retry-After": "3" }), "retryable rate_limited 3000"],
    ["-", { status: 429 }, "retryable rate_limited"],
    ["-", error(401, 20_003), "rejected endpoint unauthorized"],
    ["-", error(404, 20_404), "rejected endpoint unauthorized"],
    ["-", error(400, 21_211), "rejected recipient unknown_recipient"],
    ["-", error(400, 21_606), "rejected endpoint bad_message"],
    ["-", error(400, 21_608), "rejected recipient unknown_recipient"],
    ["-", error(400, 21_612), "rejected recipient unknown_recipient"],
    ["-", error(400, 21_614), "rejected recipient unknown_recipient"],
    ["-", error(400, 21_617), "retryable too_large shorten"],
    ["-", error(403, 20_005), "rejected endpoint no_credit"],
    ["-", error(400, 21_611), "retryable rate_limited 30000"],
    ["-", error(400, 99_999), "rejected message bad_message"],
    ["-", error(500, 20_500), "retryable server_error maybe"],
    ["-", { status: 503 }, "retryable server_error maybe"],
    ["25", { status: 201, body: '{"sid":"SM01' }, "retryable unexpected_answer maybe"],
    ["-", { status: 200, body: "<html>login</html>" }, "retryable unexpected_answer maybe"],
    ["25", "reset", "retryable reset maybe"],
    ["25", { status: 301 }, "rejected endpoint redirect"],
  ],
  lastResort: [["-", error(400, 21_617), "rejected message too_large"]],
  tooMany: [{ count: 62, withinMs: 60_000 }],
  refused: [
    [{ ...required, account_sid: "CANARY" }, /32 hex digits/],
    [{ ...required, key: "CANARY" }, /SK and 32/],
    [{ ...required, from: "@ops" }, /a sender's name/],
  ],
});

describe("alerting/notifiers/twilio_sms", () => {
  it("is taken by a server that knows the key alone", async () => {
    const key = `SK${"1".repeat(32)}`;
    const answers = [twilioServer(key, "SECtest123")];
    const known = await runNotifier({
      kind: twilioSms,
      optionsAt: (url) => ({ ...required, key, secret: "SECtest123", phone: "+15005550006", base_url: url }),
      answers,
    });
    const other = await runNotifier({
      kind: twilioSms,
      optionsAt: (url) => ({ ...required, key, phone: "+15005550006", base_url: url }),
      answers,
    });

    expect(outcomeWords(known.outcome)).toBe("accepted");
    expect(outcomeWords(other.outcome)).toBe("rejected endpoint unauthorized");
    expect(known.requests).toMatchObject([{ method: "POST", path: `/2010-04-01/Accounts/${account}/Messages.json` }]);
    expect(Object.fromEntries(new URLSearchParams(known.requests[0]?.body))).toMatchObject({
      From: "+15017122661",
      To: "+15005550006",
    });
  });

  it("sends by a messaging service", async () => {
    const from = `MG${"2".repeat(32)}`;
    const { requests } = await runNotifier({
      kind: twilioSms,
      optionsAt: (url) => ({ ...required, from, phone: "+15005550006", base_url: url }),
      answers: [ok],
    });

    expect(new URLSearchParams(requests[0]?.body).get("MessagingServiceSid")).toBe(from);
    expect(new URLSearchParams(requests[0]?.body).has("From")).toBe(false);
  });

  it("keeps the page on which it can be answered, whole, within its length, and signs that a part holds in full", () => {
    const take = `https://watchfire.example.com/i/${"t".repeat(120)}`;
    const { message } = twilioSms.open({ ...required, max_length: 220 }).prepare(aNotification({ pages: { take } }));
    const { Body } = (message as Readonly<{ payload: Readonly<{ Body: string }> }>).payload;

    expect(Body.length).toBeLessThanOrEqual(220);
    expect(Body).toMatch(/^Critical: Checkout/);
    expect(Body).not.toMatch(/[–…]/);
    expect(Body.endsWith(`\nI take it: ${take}`)).toBe(true);
  });
});

const smsIs = (status: string, code: number | null = null): ScriptedAnswer => ({
  status: 200,
  body: JSON.stringify({ sid: `SM${"0".repeat(31)}1`, status, error_code: code, error_message: null }),
});

fateSuite({
  kind: twilioSms,
  optionsAt: (url) => ({ ...required, base_url: url }),
  externalId: `SM${"0".repeat(31)}1`,
  answers: [
    ["a message that waits", smsIs("queued"), "open"],
    ["a message that the carrier has", smsIs("sent"), "open, enough"],
    ["a message that arrived", smsIs("delivered"), "delivered"],
    ["a telephone that is off (24)", smsIs("undelivered", 30003), "rejected recipient undelivered"],
    ["a message that failed", smsIs("failed", 30008), "rejected recipient undelivered"],
  ],
  asks(request) {
    expect(request?.path).toBe(`/2010-04-01/Accounts/${required.account_sid}/Messages/SM${"0".repeat(31)}1.json`);
  },
});
