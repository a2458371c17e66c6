import { describe, expect, it } from "vitest";
import { fateSuite } from "../../../../test/contract/notifier/fate-suite.ts";
import { phoneSuite } from "../../../../test/contract/notifier/phone-suite.ts";
import type { ScriptedAnswer } from "../../../../test/support/servers/chat-server.ts";
import { runNotifier, saying } from "../../../../test/support/worlds/notifier-run.ts";
import { twilioVoice } from "./twilio-voice.ts";

const account = `AC${"0".repeat(32)}`;
const required = { account_sid: account, secret: "S", from: "+15017122661" };
const ok: ScriptedAnswer = { status: 201, body: '{"sid":"CA0123456789abcdef0123456789abcdef","status":"queued"}' };
const error = (status: number, code: number): ScriptedAnswer => ({
  status,
  body: JSON.stringify({ code, message: "x", status }),
});
const twimlOf = (payload: unknown): string => (payload as Readonly<{ Twiml: string }>).Twiml;
const saidIn = (twiml: string): readonly string[] => (/<Say[^>]*>(.*)<\/Say>/.exec(twiml)?.[1] ?? "").split(/, |,/);

phoneSuite({
  kind: twilioVoice,
  optionsAt: (url) => ({ ...required, phone: "+8613800001234", base_url: url }),
  ok,
  variablesOf: (payload) => saidIn(twimlOf(payload)),
  // Escaped, an ampersand takes five.
  longestVariable: 500,
  numberOf: ({ body }) => new URLSearchParams(body).get("To"),
  writtenNumber: "+8613800001234",
  answers: [
    ["24", ok, "accepted"],
    ["24", error(429, 20_429), "retryable rate_limited"],
    ["-", error(400, 21_211), "rejected recipient unknown_recipient"],
    ["-", error(400, 21_214), "rejected recipient unknown_recipient"],
    ["-", error(400, 21_212), "rejected endpoint bad_message"],
    ["-", error(401, 20_003), "rejected endpoint unauthorized"],
    ["-", { status: 500 }, "retryable server_error maybe"],
    ["25", "reset", "retryable reset maybe"],
  ],
  lastResort: [["-", error(400, 21_617), "rejected message too_large"]],
  tooMany: [{ count: 2, withinMs: 1000 }],
  refused: [
    [{ ...required, from: "Watchfire" }, /write a number/],
    [{ ...required, play_times: 4 }, /3/],
    [{ ...required, ring_for: "1s" }, /5s/],
  ],
});

describe("alerting/notifiers/twilio_voice", () => {
  it("calls, says it so often in the language of the message, and gives up before a mailbox answers", async () => {
    const run = (locale: "en" | "zh") =>
      runNotifier({
        kind: twilioVoice,
        optionsAt: (url) => ({ ...required, phone: "+15005550006", base_url: url }),
        answers: [ok],
        overrides: { locale },
      });
    const [{ path, body } = { path: "", body: "" }] = (await run("en")).requests;
    const chinese = (await run("zh")).requests[0]?.body;

    expect(path).toBe(`/2010-04-01/Accounts/${account}/Calls.json`);
    expect(Object.fromEntries(new URLSearchParams(body))).toEqual({
      From: "+15017122661",
      To: "+15005550006",
      Timeout: "25",
      Twiml:
        '<Response><Pause length="1"/><Say language="en-US" loop="2">Critical, Checkout, wrong status, 09:55</Say></Response>',
    });
    expect(new URLSearchParams(chinese).get("Twiml")).toContain('<Say language="zh-CN" loop="2">严重,Checkout,');
  });

  it("lets no text from a target become markup (F115)", () => {
    const { message } = twilioVoice.open(required).prepare(saying("</Say><Dial>+1900</Dial> & <Hangup/>"));
    const twiml = twimlOf((message as Readonly<{ payload: unknown }>).payload);

    expect(twiml.match(/<\/?[A-Za-z]+/g)).toEqual(["<Response", "<Pause", "<Say", "</Say", "</Response"]);
  });
});

const callIs = (status: string): ScriptedAnswer => ({
  status: 200,
  body: JSON.stringify({
    sid: `CA${"0".repeat(31)}1`,
    status,
    direction: "outbound-api",
    answered_by: null,
    duration: "0",
  }),
});

fateSuite({
  kind: twilioVoice,
  optionsAt: (url) => ({ ...required, base_url: url }),
  externalId: `CA${"0".repeat(31)}1`,
  answers: [
    ["a call that waits", callIs("queued"), "open"],
    ["a call that rings", callIs("ringing"), "open"],
    ["a call that was taken", callIs("in-progress"), "delivered"],
    ["a call that was heard", callIs("completed"), "delivered"],
    ["a busy line", callIs("busy"), "rejected recipient no_answer"],
    ["a call that nobody took", callIs("no-answer"), "rejected recipient no_answer"],
    ["a call that failed", callIs("failed"), "rejected recipient undelivered"],
    ["a call that was called off", callIs("canceled"), "rejected recipient undelivered"],
    ["a status that is new", callIs("paused"), "open, enough"],
    ["too many questions", { status: 429, body: '{"code":20429,"status":429}' }, "retryable rate_limited"],
    ["a key that may not read", { status: 401, body: '{"code":20003,"status":401}' }, "accepted"],
    ["a call that is not there", { status: 404, body: '{"code":20404,"status":404}' }, "accepted"],
  ],
  asks(request) {
    expect(request).toMatchObject({
      method: "GET",
      path: `/2010-04-01/Accounts/${required.account_sid}/Calls/CA${"0".repeat(31)}1.json`,
      headers: { authorization: expect.stringMatching(/^Basic /) },
    });
  },
});
