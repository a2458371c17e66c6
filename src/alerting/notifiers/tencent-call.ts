import { z } from "zod";
import type { DeliveryOutcome, SendIo } from "../../core/alerting/notifier.ts";
import type { Json } from "../../core/json.ts";
import type { NotifyAnswer, NotifyHttp } from "../../core/ports/notify-http.ts";
import { secretSchema } from "../../core/schema/secret-schema.ts";
import { proxyUrlSchema } from "../../core/schema/secret-url-schema.ts";
import { Secret } from "../../core/secrets/secret.ts";
import type { EpochMs } from "../../core/time/time.ts";
import type { Dress } from "./code-outcome.ts";
import { endpointOf } from "./endpoint.ts";
import { baseUrlSchema } from "./option-schemas.ts";
import { internationalPhone, noPhone, phoneFor, sentTo } from "./phone.ts";
import { signedExchange } from "./server-time.ts";
import { classifyTencent, refusesTencentMoment, type TencentEnd } from "./tencent-outcome.ts";
import { tencentAuthorization } from "./tencent-sign.ts";

/** Digits that Tencent Cloud names something by; text, since a number would lose its zeros. */
export const tencentDigits = (what: string) =>
  z.string().regex(/^\d{1,20}$/, `write the digits of the ${what} as text`);

/** Options that SMS and calls of Tencent Cloud share beside what they say; `baseUrl` is the address of the service. */
export function tencentAccessOptions(baseUrl: string) {
  return {
    region: z
      .string()
      .regex(/^[a-z]{2,3}-[a-z]+(?:-[a-z0-9]+)*$/, "write the region as ap-guangzhou")
      .default("ap-guangzhou")
      .describe("Region of the service."),
    base_url: baseUrlSchema.default(baseUrl).describe("Address of the service; another one for a gateway."),
    proxy: proxyUrlSchema.optional().describe("HTTP proxy to go through, as `http://host:port`."),
  };
}

/** Options that say who asks. */
export const tencentKeyOptions = {
  secret_id: z
    .string()
    .regex(/^[A-Za-z0-9]{8,64}$/, "this is no SecretId; write the 8 to 64 letters and digits that begin with AKID")
    .describe("SecretId of a sub-user that may do nothing but send messages."),
  secret_key: secretSchema.describe("SecretKey."),
};

export type TencentAccess = Readonly<{
  base_url: string;
  region: string;
  secret_id: string;
  secret_key: Secret;
  proxy?: Secret | undefined;
}>;

/** One action of a service of Tencent Cloud. */
export type TencentAction = Readonly<{ service: string; action: string; version: string; body: string }>;

/** Calls an action, signed for a moment. */
export function callTencent(
  http: NotifyHttp,
  { base_url: baseUrl, region, secret_id: id, secret_key: key, proxy }: TencentAccess,
  { service, action, version, body, atMs }: TencentAction & Readonly<{ atMs: EpochMs }>,
  signal: AbortSignal,
): Promise<NotifyAnswer> {
  const contentType = "application/json; charset=utf-8";
  const request = { host: new URL(baseUrl).host, service, contentType, body };
  const headers = {
    "User-Agent": "Watchfire",
    "Content-Type": contentType,
    "X-TC-Action": action,
    "X-TC-Version": version,
    "X-TC-Region": region,
    "X-TC-Timestamp": String(Math.floor(atMs / 1000)),
    Authorization: tencentAuthorization(request, { id, key: key.reveal() }, atMs),
  };
  const via = proxy === undefined ? {} : { proxy: proxy.reveal() };
  return http.request({ url: `${baseUrl}/`, method: "POST", headers, body, ...via }, signal);
}

/** One message to, or call of, the number that it is for. */
export type TencentWish = Readonly<{
  action: Omit<TencentAction, "body">;
  /** What is asked for, but for the number. */
  payload: Readonly<Record<string, Json>>;
  /** Where the number goes. */
  numberIn(phone: string): Readonly<Record<string, Json>>;
  endpoint: string;
  dress: Dress;
  endOf: (response: Readonly<Record<string, unknown>>) => TencentEnd | undefined;
}>;

/** Sends to the number that a message is for, signed once more by the other end's clock where ours is refused. */
export async function sendByTencent(
  { action, payload, numberIn, endpoint, dress, endOf }: TencentWish,
  access: TencentAccess & Readonly<{ phone?: Secret | undefined }>,
  io: SendIo,
  signal: AbortSignal,
): Promise<DeliveryOutcome> {
  const phone = phoneFor(io, access.phone);
  if (phone === undefined) return noPhone(io);
  const body = JSON.stringify({ ...payload, ...numberIn(internationalPhone(phone)) });
  const post = (atMs: EpochMs) => callTencent(io.http, access, { ...action, body, atMs }, signal);
  const answer = await signedExchange({ endpoint, post, refusesSignature: refusesTencentMoment }, io);
  return sentTo(phone, classifyTencent(answer, { dress, endOf }, io.now()));
}

/** The account, template and number: one entry is one way to one number, or to people by theirs. */
export function tencentEndpoint({
  base_url: baseUrl,
  secret_id: id,
  template,
  phone,
}: TencentAccess & Readonly<{ template: string; phone?: Secret | undefined }>): string {
  return endpointOf(new Secret(`${baseUrl}/${id}/${template}/${phone?.reveal() ?? ""}`));
}
