import { createHmac } from "node:crypto";
import type { ReceivedRequest, ScriptedAnswer } from "./chat-server.ts";

/** A channel's own end: it works signatures out from the request alone, by its own clock, and answers as its documents say. */
export type ChannelServer = (clock: () => number, secret: string) => (request: ReceivedRequest) => ScriptedAnswer;

const hourMs = 3_600_000;

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): ScriptedAnswer {
  return { status, headers, body: JSON.stringify(body) };
}

/** Says what time it is, as every HTTP server does. */
function dated(nowMs: number): Readonly<Record<string, string>> {
  return { Date: new Date(nowMs).toUTCString() };
}

function queryOf(request: ReceivedRequest): URLSearchParams {
  return new URL(request.path, "http://x").searchParams;
}

/** Tells why DingTalk refuses a request's signature; undefined when it takes it. */
export const dingtalkServer: ChannelServer = (clock, secret) => (request) => {
  const [timestamps, signs] = [queryOf(request).getAll("timestamp"), queryOf(request).getAll("sign")];
  const [timestamp = ""] = timestamps;
  const wanted = hmac(secret, `${timestamp}\n${secret}`).toString("base64");
  if (timestamps.length !== 1 || signs.length !== 1 || signs[0] !== wanted) {
    return json(200, { errcode: 310_000, errmsg: "sign not match, more: [x]" }, dated(clock()));
  }
  if (Math.abs(clock() - Number(timestamp)) > hourMs) {
    return json(200, { errcode: 310_000, errmsg: "invalid timestamp" }, dated(clock()));
  }
  return json(200, { errcode: 0, errmsg: "ok" });
};

/** Feishu's bot: the key is what others sign, and the message is empty. */
export const feishuServer: ChannelServer = (clock, secret) => (request) => {
  const { timestamp, sign } = JSON.parse(request.body) as Readonly<Record<string, string>>;
  const wanted = hmac(`${timestamp}\n${secret}`, "").toString("base64");
  if (sign !== wanted || Math.abs(clock() - Number(timestamp) * 1000) > hourMs) {
    const msg = "sign match fail or timestamp is not within one hour from current time";
    return json(200, { code: 19_021, msg }, dated(clock()));
  }
  return json(200, { code: 0, msg: "success", data: {}, StatusCode: 0, StatusMessage: "success" });
};
