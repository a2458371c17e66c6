import { describe, expect, it } from "vitest";
import { fateSuite } from "../../../../test/contract/notifier/fate-suite.ts";
import { phoneSuite } from "../../../../test/contract/notifier/phone-suite.ts";
import { signingSuite } from "../../../../test/contract/notifier/signing-suite.ts";
import { aliyunServer } from "../../../../test/support/servers/channel-servers.ts";
import type { ScriptedAnswer } from "../../../../test/support/servers/chat-server.ts";
import { runNotifier } from "../../../../test/support/worlds/notifier-run.ts";
import { aliyunSms } from "./aliyun-sms.ts";

const required = { key: "LTAI0123456789", secret: "S", sign_name: "监控", template: "SMS_1" };
const ok: ScriptedAnswer = {
  status: 200,
  body: '{"Code":"OK","Message":"OK","BizId":"9006197469364984400","RequestId":"R"}',
};
const code = (text: string, status = 200): ScriptedAnswer => ({
  status,
  body: JSON.stringify({ Code: text, Message: "x", RequestId: "R" }),
});
const queryOf = (path: string) => new URL(path, "http://x").searchParams;

phoneSuite({
  kind: aliyunSms,
  optionsAt: (url) => ({ ...required, phone: "+8613800001234", base_url: url }),
  ok,
  variablesOf: (payload) =>
    Object.values(JSON.parse((payload as { TemplateParam: string }).TemplateParam) as Record<string, string>),
  longestVariable: 20,
  numberOf: ({ path }) => queryOf(path).get("PhoneNumbers"),
  writtenNumber: "13800001234",
  answers: [
    ["22", ok, "accepted"],
    ["22", code("isv.BUSINESS_LIMIT_CONTROL"), "rejected recipient quota"],
    ["22", code("isv.OUT_OF_SERVICE"), "rejected endpoint no_credit"],
    ["-", code("isv.AMOUNT_NOT_ENOUGH"), "rejected endpoint no_credit"],
    ["-", code("isv.DAY_LIMIT_CONTROL"), "rejected recipient quota"],
    ["-", code("isv.SMS_TEMPLATE_ILLEGAL"), "rejected endpoint bad_message"],
    ["-", code("isv.SMS_SIGNATURE_ILLEGAL"), "rejected endpoint bad_message"],
    ["-", code("isv.TEMPLATE_MISSING_PARAMETERS"), "rejected endpoint bad_message"],
    ["-", code("isv.MOBILE_NUMBER_ILLEGAL"), "rejected recipient unknown_recipient"],
    ["-", code("isv.PARAM_LENGTH_LIMIT"), "retryable too_large shorten"],
    ["-", code("isv.PARAM_NOT_SUPPORT_URL"), "retryable bad_message plain_text"],
    ["-", code("isv.BLACK_KEY_CONTROL_LIMIT"), "retryable bad_message plain_text"],
    ["-", code("isp.SYSTEM_ERROR"), "retryable server_error"],
    ["-", code("isp.RAM_PERMISSION_DENY"), "rejected endpoint unauthorized"],
    ["-", code("isv.SOMETHING_NEW"), "rejected message bad_message"],
    ["-", code("Throttling.User", 400), "retryable rate_limited 5000"],
    ["-", code("SignatureDoesNotMatch", 400), "rejected endpoint unauthorized"],
    ["-", code("InvalidAccessKeyId.NotFound", 404), "rejected endpoint unauthorized"],
    ["-", code("InvalidTimeStamp.Expired", 400), "rejected endpoint unauthorized"],
    ["-", code("ServiceUnavailable", 503), "retryable server_error"],
    ["-", code("SomethingNew", 503), "retryable server_error"],
    ["-", code("OK", 502), "retryable server_error maybe"],
    ["25", { status: 200, body: '{"Code":"OK","Biz' }, "retryable unexpected_answer maybe"],
    ["25", { status: 301 }, "rejected endpoint redirect"],
    ["25", "reset", "retryable reset maybe"],
    ["-", { status: 429, headers: { "Retry-After": "7" } }, "retryable rate_limited 7000"],
  ],
  lastResort: [
    ["-", code("isv.PARAM_LENGTH_LIMIT"), "rejected message too_large"],
    ["-", code("isv.PARAM_NOT_SUPPORT_URL"), "rejected message bad_message"],
  ],
  tooMany: [{ count: 11, withinMs: 1000 }],
  refused: [
    [{ ...required, key: "LTAI 0" }, /AccessKey id/],
    [{ ...required, variables: { name: "sumary" } }, /summary/],
    [{ ...required, variables: { "1": "summary" } }, /variable's name/],
    [{ ...required, phone: "CANARY" }, /country code/],
    [{ ...required, base_url: "dysmsapi" }, /no base address/],
  ],
});

signingSuite({
  kind: aliyunSms,
  secret: "SECtest123",
  optionsAt: (url, secret) => ({ ...required, secret, phone: "13800001234", base_url: url }),
  server: aliyunServer({ Code: "OK", BizId: "1" }),
  taken: "accepted",
});

describe("alerting/notifiers/aliyun_sms", () => {
  it("calls SendSms with template, signature and the notification's id", async () => {
    const optionsAt = (url: string) => ({ ...required, phone: "+12025550123", base_url: url });
    const { requests } = await runNotifier({ kind: aliyunSms, optionsAt, answers: [ok] });
    const [{ path, headers, method } = { path: "", headers: {}, method: "" }] = requests;

    expect(method).toBe("POST");
    expect(headers).toMatchObject({ "x-acs-action": "SendSms", "x-acs-version": "2017-05-25" });
    expect(Object.fromEntries(queryOf(path))).toEqual({
      OutId: "n-1",
      PhoneNumbers: "0012025550123",
      SignName: "监控",
      TemplateCode: "SMS_1",
      TemplateParam: '{"severity":"Critical","name":"Checkout","what":"wrong status","time":"09:55"}',
    });
  });

  it("says in the outcome what to look at", async () => {
    const optionsAt = (url: string) => ({ ...required, phone: "13800001234", base_url: url });
    const answers = [code("isv.SMS_TEMPLATE_ILLEGAL")];

    expect((await runNotifier({ kind: aliyunSms, optionsAt, answers })).outcome).toHaveProperty(
      "detail",
      "HTTP 200 isv.SMS_TEMPLATE_ILLEGAL: check `template` and `variables`",
    );
  });
});

const smsIs = (SendStatus: number, ErrCode: string): ScriptedAnswer => ({
  status: 200,
  body: JSON.stringify({
    TotalCount: 1,
    Message: "OK",
    RequestId: "R",
    Code: "OK",
    SmsSendDetailDTOs: { SmsSendDetailDTO: [{ SendStatus, ErrCode, PhoneNum: "13800001234", Content: "-" }] },
  }),
});

fateSuite({
  kind: aliyunSms,
  optionsAt: (url) => ({ ...required, base_url: url }),
  externalId: "134523^4351232",
  answers: [
    ["a message that arrived", smsIs(3, "DELIVERED"), "delivered"],
    ["a message that failed", smsIs(2, "MOBILE_NOT_ON_SERVICE"), "rejected recipient undelivered"],
    ["a carrier that has not answered", smsIs(1, ""), "open, enough"],
    [
      "no record yet",
      { status: 200, body: '{"Code":"OK","SmsSendDetailDTOs":{"SmsSendDetailDTO":[]}}' },
      "open, enough",
    ],
    ["a key that may not ask", { status: 403, body: '{"Code":"NoPermission"}' }, "accepted"],
  ],
  asks(request) {
    expect(request?.headers["x-acs-action"]).toBe("QuerySendDetails");
    expect(Object.fromEntries(new URL(request?.path ?? "", "http://x").searchParams)).toEqual({
      PhoneNumber: "13800001234",
      BizId: "134523^4351232",
      SendDate: expect.stringMatching(/^20\d{6}$/),
      PageSize: "10",
      CurrentPage: "1",
    });
  },
});
