import { createHash, createHmac } from "node:crypto";
import type { HttpHeader } from "../../../core/ports/http-probing.ts";
import type { EpochMs } from "../../../core/time/time.ts";

/** Who asks, and where. */
export type Signer = Readonly<{
  accessKey: string;
  secretKey: string;
  sessionToken?: string | undefined;
  region: string;
}>;

const algorithm = "AWS4-HMAC-SHA256";
const emptyHash = createHash("sha256").update("").digest("hex");

/** Headers that sign a GET without a body. @see https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html */
export function signatureHeaders(url: URL, signer: Signer, nowMs: EpochMs): readonly HttpHeader[] {
  const stamp = new Date(nowMs).toISOString().replaceAll(/[-:]|\.\d{3}/g, "");
  const day = stamp.slice(0, 8);
  const signed: readonly HttpHeader[] = [
    ["host", url.host],
    ["x-amz-content-sha256", emptyHash],
    ["x-amz-date", stamp],
    ...(signer.sessionToken === undefined ? [] : [["x-amz-security-token", signer.sessionToken] as const]),
  ];
  const names = signed.map(([name]) => name).join(";");
  const request = [
    "GET",
    url.pathname,
    canonicalQuery(url.searchParams),
    ...signed.map(([name, value]) => `${name}:${value}`),
    "",
    names,
    emptyHash,
  ].join("\n");
  const scope = `${day}/${signer.region}/s3/aws4_request`;
  const text = [algorithm, stamp, scope, createHash("sha256").update(request).digest("hex")].join("\n");
  const key = [day, signer.region, "s3", "aws4_request"].reduce<string | Buffer>(hmac, `AWS4${signer.secretKey}`);
  const signature = hmac(key, text).toString("hex");
  const authorization = `${algorithm} Credential=${signer.accessKey}/${scope},SignedHeaders=${names},Signature=${signature}`;
  return [...signed.slice(1), ["authorization", authorization]];
}

/** The query as it is signed, and as it is sent: sorted, and everything encoded that is no letter, digit or one of `-_.~`. */
export function canonicalQuery(parameters: Iterable<readonly [name: string, value: string]>): string {
  return [...parameters]
    .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
    .toSorted()
    .join("&");
}

/** A text as it stands in a path or query that is signed. */
export function encoded(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
