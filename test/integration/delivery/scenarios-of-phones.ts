import { aliyunServer, tencentServer } from "../../support/servers/channel-servers.ts";
import {
  aliyun,
  json,
  type Scenario,
  smsOk,
  tencent,
  tencentStatus,
  twilio,
  twilioVerifying,
  verifying,
} from "./channel-ends.ts";

const smsArrived = { Code: "OK", SmsSendDetailDTOs: { SmsSendDetailDTO: [{ SendStatus: 3, ErrCode: "DELIVERED" }] } };
const arrivedAtTencent = { SerialNo: "1", ReportStatus: "SUCCESS", Description: "DELIVRD" };

/** Rows 22 to 24 of the published behaviour: channels to telephones, which know later what became of a message. */
export const phoneScenarios: readonly Scenario[] = [
  {
    row: 22,
    name: "Alibaba Cloud verifies the signature and takes it, and says later that it arrived",
    to: aliyun,
    script: [verifying(aliyunServer(smsOk)), verifying(aliyunServer(smsArrived))],
    outcomes: ["a accepted", "a delivered"],
    requests: 2,
  },
  {
    row: 22,
    name: "Alibaba Cloud has had enough of this number: the fallback's turn",
    to: aliyun,
    script: [json(200, { Code: "isv.BUSINESS_LIMIT_CONTROL" })],
    outcomes: ["a rejected quota"],
    requests: 1,
    trouble: "quota",
  },
  {
    row: 22,
    name: "the account at Alibaba Cloud is out of money",
    to: aliyun,
    script: [json(200, { Code: "isv.OUT_OF_SERVICE" })],
    outcomes: ["a rejected no_credit"],
    requests: 1,
    trouble: "no_credit",
  },
  {
    row: 23,
    name: "Tencent Cloud verifies the signature; the number is over its half minute and alone is tried again",
    to: tencent,
    script: [
      tencentStatus("LimitExceeded.PhoneNumberThirtySecondLimit"),
      verifying(tencentServer("sms", { Response: { SendStatusSet: [{ SerialNo: "1", Code: "Ok" }], RequestId: "R" } })),
      verifying(tencentServer("sms", { Response: { PullSmsSendStatusSet: [arrivedAtTencent], RequestId: "R" } })),
    ],
    quietSeconds: 29,
    outcomes: ["a retryable rate_limited", "a accepted", "a delivered"],
    requests: 3,
  },
  {
    row: 23,
    name: "Tencent Cloud's clock is ten minutes ahead, and it tells no time: an alarm about the clock",
    to: tencent,
    script: [json(200, { Response: { Error: { Code: "AuthFailure.SignatureExpire", Message: "x" }, RequestId: "R" } })],
    outcomes: ["a rejected unauthorized"],
    requests: 2,
    trouble: "unauthorized",
  },
  {
    row: 24,
    name: "Twilio checks the credentials and queues it, and says later that the telephone is not to be reached: the fallback's turn",
    to: twilio,
    script: [twilioVerifying, json(200, { sid: "SM1", status: "undelivered", error_code: 30_003 })],
    outcomes: ["a accepted", "a rejected undelivered"],
    requests: 2,
    trouble: "undelivered",
  },
  {
    row: 24,
    name: "Twilio is over its rate, then takes it",
    to: twilio,
    script: [
      json(429, { code: 20_429, message: "Too Many Requests", status: 429 }),
      twilioVerifying,
      json(200, { sid: "SM1", status: "delivered", error_code: null }),
    ],
    outcomes: ["a retryable rate_limited", "a accepted", "a delivered"],
    requests: 3,
  },
  {
    row: 24,
    name: "Twilio's recipient has unsubscribed",
    to: twilio,
    script: [json(400, { code: 21_610, message: "x", status: 400 })],
    outcomes: ["a rejected unknown_recipient"],
    requests: 1,
    trouble: "unknown_recipient",
  },
];
