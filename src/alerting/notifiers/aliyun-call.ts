import { createHash, createHmac } from "node:crypto";
import type { DeliveryOutcome, NotifyIo, SendIo } from "../../core/alerting/notifier.ts";
import type { NotifyAnswer, NotifyHttp } from "../../core/ports/notify-http.ts";
import type { Secret } from "../../core/secrets/secret.ts";
import type { EpochMs } from "../../core/time/time.ts";
import { classifyAliyun, refusesAliyunSignature } from "./aliyun-outcome.ts";
import type { Dress } from "./code-outcome.ts";
import { nationalPhone, noPhone, phoneFor, sentTo } from "./phone.ts";
import { signedExchange } from "./server-time.ts";

/** One call of an RPC-style action of Alibaba Cloud. */
export type AliyunCall = Readonly<{
  host: string;
  action: string;
  version: string;
  query: Readonly<Record<string, string>>;
  /** Used once within a quarter of an hour; it makes a call that is played back worthless. */
  nonce: string;
}>;

export type AliyunAccess = Readonly<{ key: string; secret: Secret; base_url: string; proxy?: Secret | undefined }>;

const emptyBodyHash = createHash("sha256").update("").digest("hex");

/** Headers that sign a call for one moment. @see https://help.aliyun.com/zh/sdk/product-overview/v3-request-structure-and-signature */
export function signedAliyunHeaders(
  { host, action, version, query, nonce }: AliyunCall,
  { key, secret }: Pick<AliyunAccess, "key" | "secret">,
  atMs: EpochMs,
): Readonly<Record<string, string>> {
  const headers = {
    host,
    "x-acs-action": action,
    "x-acs-content-sha256": emptyBodyHash,
    "x-acs-date": `${new Date(atMs).toISOString().slice(0, 19)}Z`,
    "x-acs-signature-nonce": nonce,
    "x-acs-version": version,
  };
  const names = Object.keys(headers).sort().join(";");
  const lines = Object.entries(headers)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}:${value}\n`)
    .join("");
  const canonical = ["POST", "/", canonicalQuery(query), lines, names, emptyBodyHash].join("\n");
  const text = `ACS3-HMAC-SHA256\n${createHash("sha256").update(canonical).digest("hex")}`;
  const signature = createHmac("sha256", secret.reveal()).update(text).digest("hex");
  const { host: _host, ...sent } = headers;
  return { ...sent, Authorization: `ACS3-HMAC-SHA256 Credential=${key},SignedHeaders=${names},Signature=${signature}` };
}

/** Calls an action, signed for a moment; the nonce is made of the delivery, the moments and what is sent, so that each attempt has its own. */
export function callAliyun(
  http: NotifyHttp,
  access: AliyunAccess,
  call: Omit<AliyunCall, "host" | "nonce"> & Readonly<{ delivery: string; nowMs: EpochMs; signedAtMs: EpochMs }>,
  signal: AbortSignal,
): Promise<NotifyAnswer> {
  const { delivery, nowMs, signedAtMs, ...rest } = call;
  const unique = [delivery, nowMs, signedAtMs, canonicalQuery(rest.query)].join("\n");
  const nonce = createHash("sha256").update(unique).digest("hex").slice(0, 32);
  const host = new URL(access.base_url).host;
  const headers = { "User-Agent": "Watchfire", ...signedAliyunHeaders({ ...rest, host, nonce }, access, signedAtMs) };
  const via = access.proxy === undefined ? {} : { proxy: access.proxy.reveal() };
  const url = `${access.base_url}/?${canonicalQuery(rest.query)}`;
  return http.request({ url, method: "POST", headers, body: "", ...via }, signal);
}

/** One message to, or call of, the number that it is for. */
export type AliyunWish = Readonly<{
  action: "SendSms" | "SingleCallByTts";
  query: Readonly<Record<string, string>> & Readonly<{ OutId: string }>;
  /** Where the number goes. */
  numberField: "PhoneNumbers" | "CalledNumber";
  idField: "BizId" | "CallId";
  dress: Dress;
  endpoint: string;
}>;

type PhoneAccess = AliyunAccess & Readonly<{ phone?: Secret | undefined }>;

/** Sends to the number that a message is for, signed once more by the other end's clock where ours is refused. */
export async function sendByAliyun(
  { action, query, numberField, idField, dress, endpoint }: AliyunWish,
  access: PhoneAccess,
  io: SendIo,
  signal: AbortSignal,
): Promise<DeliveryOutcome> {
  const phone = phoneFor(io, access.phone);
  if (phone === undefined) return noPhone(io);
  const question = { action, query: { ...query, [numberField]: aliyunPhone(phone) }, delivery: query.OutId, endpoint };
  return sentTo(phone, classifyAliyun(await askAliyun(question, access, io, signal), { idField, dress }, io.now()));
}

/** One question to the service, signed once more by the other end's clock where ours is refused. */
export function askAliyun(
  {
    endpoint,
    ...question
  }: Omit<AliyunCall, "host" | "nonce" | "version"> & Readonly<{ delivery: string; endpoint: string }>,
  access: AliyunAccess,
  io: NotifyIo,
  signal: AbortSignal,
): Promise<NotifyAnswer> {
  const call = { ...question, version: "2017-05-25" };
  const post = (signedAtMs: EpochMs) => callAliyun(io.http, access, { ...call, nowMs: io.now(), signedAtMs }, signal);
  return signedExchange({ endpoint, post, refusesSignature: refusesAliyunSignature }, io);
}

/** A mainland number without its country code, any other one with 00. */
export function aliyunPhone(phone: string): string {
  return nationalPhone(phone).replace("+", "00");
}

function canonicalQuery(query: Readonly<Record<string, string>>): string {
  return Object.entries(query)
    .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
    .sort()
    .join("&");
}

/** RFC 3986, where JavaScript leaves four more signs alone. */
function encoded(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
