import { describe, expect, it } from "vitest";
import { phoneSuite } from "../../../../test/contract/notifier/phone-suite.ts";
import { signingSuite } from "../../../../test/contract/notifier/signing-suite.ts";
import { aliyunServer } from "../../../../test/support/channel-servers.ts";
import type { ScriptedAnswer } from "../../../../test/support/chat-server.ts";
import { runNotifier } from "../../../../test/support/notifier-run.ts";
import { aliyunVoice } from "./aliyun-voice.ts";

const required = { key: "LTAI0123456789", secret: "S", template: "TTS_1" };
const ok: ScriptedAnswer = {
  status: 200,
  body: '{"Code":"OK","Message":"OK","CallId":"116012854210^102281854210","RequestId":"R"}',
};
const code = (text: string, status = 200): ScriptedAnswer => ({
  status,
  body: JSON.stringify({ Code: text, RequestId: "R" }),
});
const queryOf = (path: string) => new URL(path, "http://x").searchParams;

phoneSuite({
  kind: aliyunVoice,
  optionsAt: (url) => ({ ...required, phone: "+8613800001234", base_url: url }),
  ok,
  variablesOf: (payload) =>
    Object.values(JSON.parse((payload as { TtsParam: string }).TtsParam) as Record<string, string>),
  longestVariable: 20,
  numberOf: ({ path }) => queryOf(path).get("CalledNumber"),
  writtenNumber: "13800001234",
  answers: [
    ["22", ok, "accepted"],
    ["22", code("isv.BUSINESS_LIMIT_CONTROL"), "rejected recipient quota"],
    ["22", code("isv.OUT_OF_SERVICE"), "rejected endpoint no_credit"],
    ["-", code("isv.TTS_TEMPLATE_ILLEGAL"), "rejected endpoint bad_message"],
    ["-", code("isv.DISPLAY_NUMBER_ILLEGAL"), "rejected endpoint bad_message"],
    ["-", code("isv.CALLED_NUMBER_ILLEGAL"), "rejected recipient unknown_recipient"],
    ["-", code("isv.PARAM_LENGTH_LIMIT"), "retryable too_large shorten"],
    ["-", code("Throttling", 400), "retryable rate_limited 5000"],
    ["-", code("SignatureDoesNotMatch", 400), "rejected endpoint unauthorized"],
    ["25", { status: 200, body: '{"Code":"OK","Cal' }, "retryable unexpected_answer maybe"],
    ["25", "reset", "retryable reset maybe"],
    ["-", { status: 500 }, "retryable server_error"],
  ],
  lastResort: [["-", code("isv.PARAM_LENGTH_LIMIT"), "rejected message too_large"]],
  tooMany: [{ count: 2, withinMs: 1000 }],
  refused: [
    [{ ...required, play_times: 4 }, /3/],
    [{ ...required, show_number: "+86 1" }, /digits/],
  ],
});

signingSuite({
  kind: aliyunVoice,
  secret: "SECtest123",
  optionsAt: (url, secret) => ({ ...required, secret, phone: "13800001234", base_url: url }),
  server: aliyunServer({ Code: "OK", CallId: "1" }),
  taken: "accepted",
});

describe("alerting/notifiers/aliyun_voice", () => {
  it("calls with the template, so often, from the number that was bought", async () => {
    const optionsAt = (url: string) => ({
      ...required,
      phone: "13800001234",
      show_number: "057112345678",
      base_url: url,
    });
    const { requests } = await runNotifier({ kind: aliyunVoice, optionsAt, answers: [ok] });
    const [{ path, headers } = { path: "", headers: {} }] = requests;

    expect(headers).toMatchObject({ "x-acs-action": "SingleCallByTts", "x-acs-version": "2017-05-25" });
    expect(Object.fromEntries(queryOf(path))).toEqual({
      CalledNumber: "13800001234",
      CalledShowNumber: "057112345678",
      OutId: "n-1",
      PlayTimes: "2",
      TtsCode: "TTS_1",
      TtsParam: '{"severity":"Critical","name":"Checkout","what":"wrong status","time":"09:55"}',
    });
  });
});
