import { describe, expect, it } from "vitest";
import { fateSuite } from "../../../../test/contract/notifier/fate-suite.ts";
import { phoneSuite } from "../../../../test/contract/notifier/phone-suite.ts";
import { signingSuite } from "../../../../test/contract/notifier/signing-suite.ts";
import { tencentServer } from "../../../../test/support/servers/channel-servers.ts";
import type { ScriptedAnswer } from "../../../../test/support/servers/chat-server.ts";
import { runNotifier } from "../../../../test/support/worlds/notifier-run.ts";
import { tencentAuthorization } from "../tencent-sign.ts";
import { tencentSms } from "./tencent-sms.ts";

const required = {
  secret_id: "AKID0123456789",
  secret_key: "K",
  app_id: "1400006666",
  sign_name: "监控",
  template: "1234",
};
const sent = {
  SerialNo: "5000:1045710669157053657849499619",
  PhoneNumber: "+8613800001234",
  Fee: 1,
  Code: "Ok",
  Message: "send success",
};
const response = (body: object, status = 200): ScriptedAnswer => ({
  status,
  body: JSON.stringify({ Response: { RequestId: "R", ...body } }),
});
const ok = response({ SendStatusSet: [sent] });
const number = (code: string) => response({ SendStatusSet: [{ ...sent, SerialNo: "", Fee: 0, Code: code }] });
const error = (code: string) => response({ Error: { Code: code, Message: "x" } });

phoneSuite({
  kind: tencentSms,
  optionsAt: (url) => ({ ...required, phone: "+8613800001234", base_url: url }),
  ok,
  variablesOf: (payload) => (payload as { TemplateParamSet: readonly string[] }).TemplateParamSet,
  longestVariable: 12,
  numberOf: ({ body }) => (JSON.parse(body) as { PhoneNumberSet: readonly string[] }).PhoneNumberSet.join(),
  writtenNumber: "+8613800001234",
  answers: [
    ["23", ok, "accepted"],
    ["23", number("LimitExceeded.PhoneNumberThirtySecondLimit"), "retryable rate_limited 30000"],
    ["23", error("AuthFailure.SignatureExpire"), "rejected endpoint unauthorized"],
    ["-", number("LimitExceeded.PhoneNumberOneHourLimit"), "rejected recipient quota"],
    ["-", number("LimitExceeded.PhoneNumberDailyLimit"), "rejected recipient quota"],
    ["-", number("FailedOperation.PhoneNumberInBlacklist"), "rejected recipient unknown_recipient"],
    ["-", number("InvalidParameterValue.IncorrectPhoneNumber"), "rejected recipient unknown_recipient"],
    ["-", number("FailedOperation.InsufficientBalanceInSmsPackage"), "rejected endpoint no_credit"],
    ["-", number("FailedOperation.TemplateIncorrectOrUnapproved"), "rejected endpoint bad_message"],
    ["-", number("FailedOperation.SignatureIncorrectOrUnapproved"), "rejected endpoint bad_message"],
    ["-", number("InvalidParameterValue.TemplateParameterLengthLimit"), "retryable too_large shorten"],
    ["-", number("InvalidParameterValue.ProhibitedUseUrlInTemplateParameter"), "retryable bad_message plain_text"],
    ["-", number("FailedOperation.ContainSensitiveWord"), "retryable bad_message plain_text"],
    ["-", error("RequestLimitExceeded"), "retryable rate_limited 2000"],
    ["-", error("InternalError.Timeout"), "retryable server_error"],
    ["-", error("AuthFailure.SignatureFailure"), "rejected endpoint unauthorized"],
    ["-", error("UnauthorizedOperation.SmsSdkAppIdVerifyFail"), "rejected endpoint unauthorized"],
    ["-", error("SomethingNew"), "rejected message bad_message"],
    ["-", response({ SendStatusSet: [] }), "retryable unexpected_answer maybe"],
    ["-", response({ SendStatusSet: [sent, sent] }), "retryable unexpected_answer maybe"],
    ["-", response({ SendStatusSet: [sent] }, 502), "retryable server_error maybe"],
    ["25", { status: 200, body: '{"Response":{"Send' }, "retryable unexpected_answer maybe"],
    ["25", { status: 301 }, "rejected endpoint redirect"],
    ["25", "reset", "retryable reset maybe"],
  ],
  lastResort: [
    ["-", number("InvalidParameterValue.TemplateParameterLengthLimit"), "rejected message too_large"],
    ["-", number("FailedOperation.ContainSensitiveWord"), "rejected message bad_message"],
  ],
  tooMany: [{ count: 11, withinMs: 1000 }],
  refused: [
    [{ ...required, secret_id: "AKID-1" }, /SecretId/],
    [{ ...required, template: "SMS_1" }, /digits of the template/],
    [{ ...required, variables: ["url"] }, /Invalid/],
    [{ ...required, region: "Guangzhou" }, /ap-guangzhou/],
  ],
});

signingSuite({
  kind: tencentSms,
  secret: "SECtest123",
  optionsAt: (url, secret) => ({ ...required, secret_key: secret, phone: "13800001234", base_url: url }),
  server: tencentServer("sms", { Response: { SendStatusSet: [sent], RequestId: "R" } }),
  taken: "accepted",
});

describe("alerting/notifiers/tencent_sms", () => {
  it("signs as Tencent Cloud's vector says", () => {
    const body = '{"Limit": 1, "Filters": [{"Values": ["\\u672a\\u547d\\u540d"], "Name": "instance-name"}]}';
    const request = {
      host: "cvm.tencentcloudapi.com",
      service: "cvm",
      contentType: "application/json; charset=utf-8",
      body,
    };
    const access = { id: "AKID", key: "Gu5t9xGARNpq86cd98joQYCN3*******" };

    expect(tencentAuthorization(request, access, 1_551_113_065_000)).toBe(
      "TC3-HMAC-SHA256 Credential=AKID/2019-02-25/cvm/tc3_request, SignedHeaders=content-type;host, Signature=2230eefd229f582d8b1b891af7107b91597240707d778ab3738f756258d7652c",
    );
  });

  it("sends one message to one number, with what its template wants in its order", async () => {
    const optionsAt = (url: string) => ({
      ...required,
      phone: "138 0000 1234",
      variables: ["subject", "severity"],
      base_url: url,
    });
    const { requests, payloads } = await runNotifier({ kind: tencentSms, optionsAt, answers: [ok] });

    expect(requests[0]?.headers).toMatchObject({
      "x-tc-action": "SendSms",
      "x-tc-version": "2021-01-11",
      "x-tc-region": "ap-guangzhou",
    });
    expect(payloads).toEqual([
      {
        PhoneNumberSet: ["+8613800001234"],
        SessionContext: "n-1",
        SignName: "监控",
        SmsSdkAppId: "1400006666",
        TemplateId: "1234",
        TemplateParamSet: ["Checkout", "Critical"],
      },
    ]);
  });
});

const serial = "14:19325917feb3914eb78b50d6182d7e452e";
const smsIs = (ReportStatus: string, Description: string, SerialNo = serial): ScriptedAnswer => ({
  status: 200,
  body: JSON.stringify({
    Response: {
      PullSmsSendStatusSet: [
        { Description: "DELIVRD", ReportStatus: "SUCCESS", SerialNo: "14:another", PhoneNumber: "+8613800001234" },
        { Description, ReportStatus, SerialNo, PhoneNumber: "+8613800001234", UserReceiveTime: 1620734188 },
      ],
      RequestId: "R",
    },
  }),
});
const refusal = (Code: string): ScriptedAnswer => ({
  status: 200,
  body: JSON.stringify({ Response: { Error: { Code, Message: "" }, RequestId: "R" } }),
});

fateSuite({
  kind: tencentSms,
  optionsAt: (url) => ({ ...required, base_url: url }),
  externalId: serial,
  answers: [
    ["a message that arrived", smsIs("SUCCESS", "DELIVRD"), "delivered"],
    ["a message that failed", smsIs("FAIL", "MK:0001"), "rejected recipient undelivered"],
    ["messages that are others", smsIs("FAIL", "MK:0001", "14:third"), "open, enough"],
    ["a question that is not open to the account", refusal("UnauthorizedOperation"), "accepted"],
    ["too many questions", refusal("RequestLimitExceeded"), "retryable server_error"],
  ],
  asks(request) {
    expect(request?.headers).toMatchObject({
      "x-tc-action": "PullSmsSendStatusByPhoneNumber",
      "x-tc-version": "2021-01-11",
    });
    const { BeginTime, EndTime, ...question } = JSON.parse(request?.body ?? "{}") as Record<string, number>;
    expect(question).toEqual({ SmsSdkAppId: "1400006666", PhoneNumber: "+8613800001234", Offset: 0, Limit: 100 });
    expect((EndTime ?? 0) - (BeginTime ?? 0)).toBe(4500);
  },
});
