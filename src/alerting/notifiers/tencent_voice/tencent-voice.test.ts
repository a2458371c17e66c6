import { describe, expect, it } from "vitest";
import { phoneSuite } from "../../../../test/contract/notifier/phone-suite.ts";
import { signingSuite } from "../../../../test/contract/notifier/signing-suite.ts";
import { tencentServer } from "../../../../test/support/servers/channel-servers.ts";
import type { ScriptedAnswer } from "../../../../test/support/servers/chat-server.ts";
import { runNotifier } from "../../../../test/support/worlds/notifier-run.ts";
import { tencentVoice } from "./tencent-voice.ts";

const required = { secret_id: "AKID0123456789", secret_key: "K", app_id: "1400006666", template: "1234" };
const response = (body: object, status = 200): ScriptedAnswer => ({
  status,
  body: JSON.stringify({ Response: { RequestId: "R", ...body } }),
});
const called = { SendStatus: { CallId: "3e2b9f4a-1c2d-11eb-9d1e-0242ac110002", SessionContext: "n-1" } };
const ok = response(called);
const error = (code: string) => response({ Error: { Code: code, Message: "x" } });

phoneSuite({
  kind: tencentVoice,
  optionsAt: (url) => ({ ...required, phone: "+8613800001234", base_url: url }),
  ok,
  variablesOf: (payload) => (payload as { TemplateParamSet: readonly string[] }).TemplateParamSet,
  longestVariable: 20,
  numberOf: ({ body }) => (JSON.parse(body) as { CalledNumber: string }).CalledNumber,
  writtenNumber: "+8613800001234",
  answers: [
    ["-", ok, "accepted"],
    ["-", error("AuthFailure.SignatureExpire"), "rejected endpoint unauthorized"],
    ["-", error("LimitExceeded.PhoneNumberDailyLimit"), "rejected recipient quota"],
    ["-", error("InvalidParameterValue.CalledNumberVerifyFail"), "rejected recipient unknown_recipient"],
    ["-", error("FailedOperation.TemplateStatusUnsync"), "rejected endpoint bad_message"],
    ["-", error("FailedOperation.InsufficientBalance"), "rejected endpoint no_credit"],
    ["-", error("RequestLimitExceeded"), "retryable rate_limited 2000"],
    ["-", error("InternalError"), "retryable server_error"],
    ["-", error("SomethingNew"), "rejected message bad_message"],
    ["-", response({ SendStatus: { CallId: "" } }), "retryable unexpected_answer maybe"],
    ["-", response(called, 502), "retryable server_error maybe"],
    ["25", { status: 200, body: '{"Response":{"Send' }, "retryable unexpected_answer maybe"],
    ["25", "reset", "retryable reset maybe"],
  ],
  lastResort: [["-", error("InvalidParameterValue.TemplateParameterLengthLimit"), "rejected message too_large"]],
  tooMany: [{ count: 2, withinMs: 1000 }],
  refused: [
    [{ ...required, app_id: 1_400_006_666 }, /string/],
    [{ ...required, play_times: 0 }, /1/],
  ],
});

signingSuite({
  kind: tencentVoice,
  secret: "SECtest123",
  optionsAt: (url, secret) => ({ ...required, secret_key: secret, phone: "13800001234", base_url: url }),
  server: tencentServer("vms", { Response: { ...called, RequestId: "R" } }),
  taken: "accepted",
});

describe("alerting/notifiers/tencent_voice", () => {
  it("calls one number with the template, so often", async () => {
    const optionsAt = (url: string) => ({ ...required, phone: "138 0000 1234", base_url: url });
    const { requests, payloads } = await runNotifier({ kind: tencentVoice, optionsAt, answers: [ok] });

    expect(requests[0]?.headers).toMatchObject({ "x-tc-action": "SendTtsVoice", "x-tc-version": "2020-09-02" });
    expect(payloads).toEqual([
      {
        CalledNumber: "+8613800001234",
        PlayTimes: 2,
        SessionContext: "n-1",
        TemplateId: "1234",
        TemplateParamSet: ["Critical", "Checkout", "wrong status", "09:55"],
        VoiceSdkAppid: "1400006666",
      },
    ]);
  });
});
