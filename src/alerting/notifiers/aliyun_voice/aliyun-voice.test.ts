import { describe, expect, it } from "vitest";
import { fateSuite } from "../../../../test/contract/notifier/fate-suite.ts";
import { phoneSuite } from "../../../../test/contract/notifier/phone-suite.ts";
import { signingSuite } from "../../../../test/contract/notifier/signing-suite.ts";
import { aliyunServer } from "../../../../test/support/servers/channel-servers.ts";
import type { ScriptedAnswer } from "../../../../test/support/servers/chat-server.ts";
import { runNotifier } from "../../../../test/support/worlds/notifier-run.ts";
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

const callIs = (state: string): ScriptedAnswer => ({
  status: 200,
  body: JSON.stringify({
    Code: "OK",
    Message: "OK",
    RequestId: "R",
    Data: JSON.stringify({
      caller: "",
      startDate: "",
      stateDesc: state,
      duration: 0,
      state,
      endDate: "",
      callee: "13800001234",
    }),
  }),
});

fateSuite({
  kind: aliyunVoice,
  optionsAt: (url) => ({ ...required, base_url: url }),
  externalId: "116012854210^102281854210",
  answers: [
    ["a call that was heard", callIs("200000"), "delivered"],
    ["a call that was hung up", callIs("200001"), "delivered"],
    ["a busy line", callIs("200002"), "rejected recipient no_answer"],
    ["a call that nobody took", callIs("200003"), "rejected recipient no_answer"],
    ["a number that is none", callIs("200004"), "rejected recipient undelivered"],
    ["a telephone that is off", callIs("200010"), "rejected recipient undelivered"],
    ["a call that rings", callIs("200101"), "open"],
    ["a state that is not published", callIs("502"), "open, enough"],
    ["no record yet", { status: 200, body: '{"Code":"OK","Message":"OK","RequestId":"R"}' }, "open, enough"],
    ["a key that may not ask", code("isp.RAM_PERMISSION_DENY"), "accepted"],
    ["a gateway that is tired", code("Throttling.User", 400), "retryable server_error"],
  ],
  asks(request) {
    expect(request?.headers).toMatchObject({
      "x-acs-action": "QueryCallDetailByCallId",
      "x-acs-version": "2017-05-25",
    });
    expect(Object.fromEntries(queryOf(request?.path ?? ""))).toEqual({
      CallId: "116012854210^102281854210",
      ProdId: "11000000300006",
      QueryDate: expect.stringMatching(/^\d{13}$/),
    });
  },
});
