import { createHash, createHmac } from "node:crypto";
import type { ReceivedRequest, ScriptedAnswer } from "./chat-server.ts";

/** A channel's own end: it works signatures out from the request alone, by its own clock, and answers as its documents say. */
export type ChannelServer = (clock: () => number, secret: string) => (request: ReceivedRequest) => ScriptedAnswer;

const hourMs = 3_600_000;

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

function sha256Hex(text: string): string {
  return createHash("sha256").update(text).digest("hex");
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
const aliyunWindowMs = 15 * 60_000;

/** Alibaba Cloud's gateway: every nonce once, a quarter of an hour, and a signature over all that was sent. */
export function aliyunServer(done: unknown): ChannelServer {
  return (clock, secret) => {
    const nonces = new Set<string>();
    return (request) => {
      const refuse = (status: number, code: string) => json(status, { Code: code, RequestId: "R" }, dated(clock()));
      const { headers } = request;
      const [, credential = "", signed = "", signature = ""] =
        /^ACS3-HMAC-SHA256 Credential=([^,]+),SignedHeaders=([^,]+),Signature=([0-9a-f]{64})$/.exec(
          headers["authorization"] ?? "",
        ) ?? [];
      if (credential === "") return refuse(400, "MissingSecurityToken");
      const atMs = Date.parse(headers["x-acs-date"] ?? "");
      if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(headers["x-acs-date"] ?? "")) {
        return refuse(400, "InvalidTimeStamp.Format");
      }
      if (Math.abs(clock() - atMs) > aliyunWindowMs) return refuse(400, "InvalidTimeStamp.Expired");
      const names = signed.split(";");
      const wantedNames = ["host", "x-acs-action", "x-acs-date", "x-acs-signature-nonce", "x-acs-version"];
      if (wantedNames.some((name) => !names.includes(name))) return refuse(400, "IncompleteSignature");
      const [path = "", query = ""] = request.path.split("?");
      const lines = names.map((name) => `${name}:${headers[name]?.trim() ?? ""}\n`).join("");
      const canonicalQuery = query.split("&").sort().join("&");
      const body = sha256Hex(request.body);
      const canonical = [request.method, path, canonicalQuery, lines, signed, body].join("\n");
      const expected = hmac(secret, `ACS3-HMAC-SHA256\n${sha256Hex(canonical)}`).toString("hex");
      if (signature !== expected) return refuse(400, "SignatureDoesNotMatch");
      const nonce = headers["x-acs-signature-nonce"] ?? "";
      if (nonces.has(nonce)) return refuse(400, "SignatureNonceUsed");
      nonces.add(nonce);
      return json(200, done);
    };
  };
}

const tencentWindowMs = 5 * 60_000;

/** Tencent Cloud's gateway: HTTP 200 whatever happens, five minutes, a key chain of date and service. */
export function tencentServer(service: string, done: unknown): ChannelServer {
  return (clock, secret) => (request) => {
    const refuse = (code: string) => json(200, { Response: { Error: { Code: code, Message: "x" }, RequestId: "R" } });
    const { headers } = request;
    const timestamp = headers["x-tc-timestamp"] ?? "";
    if (Math.abs(clock() - Number(timestamp) * 1000) > tencentWindowMs) {
      const body = { Response: { Error: { Code: "AuthFailure.SignatureExpire", Message: "x" }, RequestId: "R" } };
      return json(200, body, dated(clock()));
    }
    const [, scope = "", signed = "", signature = ""] =
      /^TC3-HMAC-SHA256 Credential=[^/]+\/([^,]+), SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(
        headers["authorization"] ?? "",
      ) ?? [];
    const date = new Date(Number(timestamp) * 1000).toISOString().slice(0, 10);
    if (scope !== `${date}/${service}/tc3_request`) return refuse("AuthFailure.InvalidAuthorization");
    const lines = signed.split(";").map((name) => `${name}:${headers[name]?.trim().toLowerCase() ?? ""}\n`);
    const canonical = [request.method, "/", "", lines.join(""), signed, sha256Hex(request.body)].join("\n");
    const text = `TC3-HMAC-SHA256\n${timestamp}\n${scope}\n${sha256Hex(canonical)}`;
    const key = hmac(hmac(hmac(`TC3${secret}`, date), service), "tc3_request");
    return hmac(key, text).toString("hex") === signature ? json(200, done) : refuse("AuthFailure.SignatureFailure");
  };
}

/** Twilio: HTTP basic by a key's SID and secret, and no clock at all. */
export function twilioServer(key: string, secret: string): (request: ReceivedRequest) => ScriptedAnswer {
  const wanted = `Basic ${Buffer.from(`${key}:${secret}`).toString("base64")}`;
  return ({ headers, path }) => {
    if (headers["authorization"] !== wanted) return json(401, { code: 20_003, message: "Authenticate", status: 401 });
    const sid = `${path.endsWith("/Calls.json") ? "CA" : "SM"}${"0".repeat(32)}`;
    return json(201, { sid, status: "queued" });
  };
}
