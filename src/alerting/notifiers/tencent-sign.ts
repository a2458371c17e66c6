import { createHash, createHmac } from "node:crypto";
import type { EpochMs } from "../../core/time/time.ts";

const signedHeaders = "content-type;host";

/** A request body to be signed for a moment. */
export type TencentRequest = Readonly<{ host: string; service: string; contentType: string; body: string }>;

/** The header `Authorization` of Tencent Cloud's TC3-HMAC-SHA256. @see https://cloud.tencent.com/document/api/382/52072 */
export function tencentAuthorization(
  { host, service, contentType, body }: TencentRequest,
  { id, key }: Readonly<{ id: string; key: string }>,
  atMs: EpochMs,
): string {
  const seconds = Math.floor(atMs / 1000);
  const date = new Date(seconds * 1000).toISOString().slice(0, 10);
  const scope = `${date}/${service}/tc3_request`;
  const lines = `content-type:${contentType.toLowerCase()}\nhost:${host.toLowerCase()}\n`;
  const canonical = ["POST", "/", "", lines, signedHeaders, sha256Hex(body)].join("\n");
  const text = ["TC3-HMAC-SHA256", String(seconds), scope, sha256Hex(canonical)].join("\n");
  const signingKey = hmac(hmac(hmac(`TC3${key}`, date), service), "tc3_request");
  const signature = hmac(signingKey, text).toString("hex");
  return `TC3-HMAC-SHA256 Credential=${id}/${scope}, SignedHeaders=${signedHeaders}, Signature=${signature}`;
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

function sha256Hex(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
