import { type ChannelServer, twilioServer } from "../../support/servers/channel-servers.ts";
import type { ReceivedRequest, ScriptedAnswer } from "../../support/servers/chat-server.ts";

/** Time on the server's side, in which its own clock is ahead of ours by so much. */
type OwnClock = (nowMs: () => number) => ScriptedAnswer;

/** One published behaviour of a channel's other end, and what the sender has to make of it. */
export type Scenario = Readonly<{
  row: number;
  name: string;
  to(url: string): object;
  /** What the server answers, in order, the last for ever. */
  script: readonly (ScriptedAnswer | Readonly<{ clock: OwnClock }>)[];
  /** Messages that are sent one after the other; one when absent. */
  messages?: number;
  /** So long no second request may come. */
  quietSeconds?: number;
  /** Attempts as they are recorded, oldest first. */
  outcomes: readonly string[];
  requests: number;
  /** A channel that lost a message is told as trouble of the daemon itself. */
  trouble?: string;
  /** Holds for the bodies or paths of the requests. */
  seen?(requests: readonly ReceivedRequest[]): boolean;
}>;

const secret = "SECtest123";
export const json = (
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): ScriptedAnswer => ({
  status,
  headers,
  body: JSON.stringify(body),
});
export const bodies = (requests: readonly ReceivedRequest[]) => requests.map(({ body }) => body);

export const slack = (url: string) => ({ kind: "slack", url: `${url}/services/T/B/x` });
export const dingtalk = (url: string) => ({ kind: "dingtalk", token: "T", secret, base_url: url });
export const wecom = (url: string) => ({ kind: "wecom", key: "K", base_url: url });
export const feishu = (url: string) => ({ kind: "feishu", token: "T", secret, base_url: url });
export const teams = (url: string) => ({ kind: "teams", url: `${url}/workflows/x?sig=y` });
export const telegram = (url: string) => ({ kind: "telegram", token: "1:T", chat_id: -100, base_url: url });
export const discord = (url: string) => ({ kind: "discord", url: `${url}/api/webhooks/1/x` });
export const pagerduty = (url: string) => ({ kind: "pagerduty", routing_key: "R".repeat(32), base_url: url });
export const aliyun = (url: string) => ({
  kind: "aliyun_sms",
  key: "LTAI0123456789",
  secret,
  sign_name: "监控",
  template: "SMS_1",
  phone: "13800001234",
  base_url: url,
});
export const tencent = (url: string) => ({
  kind: "tencent_sms",
  secret_id: "AKID0123456789",
  secret_key: secret,
  app_id: "1400006666",
  sign_name: "监控",
  template: "1234",
  phone: "13800001234",
  base_url: url,
});
export const twilio = (url: string) => ({
  kind: "twilio_sms",
  account_sid: `AC${"0".repeat(32)}`,
  secret,
  from: "+15017122661",
  phone: "+15005550006",
  base_url: url,
});
/** Twilio's other end, which knows the account's secret. */
export const twilioVerifying = twilioServer(`AC${"0".repeat(32)}`, secret);
export const webhook = (url: string) => ({ kind: "webhook", url: `${url}/hook` });

/** A server that works the signature out for itself, with a clock that is so far ahead of ours. */
export const verifying = (server: ChannelServer, aheadMs = 0, known = secret) => ({
  clock: (nowMs: () => number) => server(() => nowMs() + aheadMs, known),
});
export const hoursMs = (hours: number) => hours * 3_600_000;

export const slackOk: ScriptedAnswer = { status: 200, body: "ok" };
export const dingtalkOk = json(200, { errcode: 0, errmsg: "ok" });
export const feishuOk = json(200, { code: 0, msg: "success", data: {}, StatusCode: 0, StatusMessage: "success" });
export const telegramOk = json(200, { ok: true, result: { message_id: 9 } });
export const smsOk = { Code: "OK", BizId: "9006197469364984400" };
export const tencentStatus = (code: string) =>
  json(200, {
    Response: { SendStatusSet: [{ SerialNo: "1", PhoneNumber: "+8613800001234", Code: code }], RequestId: "R" },
  });
