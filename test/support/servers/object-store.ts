import { createHash, createHmac } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

export type StoredObject = Readonly<{ key: string; sizeBytes: number; modifiedAtMs: number }>;

/**
 * A store that speaks ListObjectsV2 for one bucket and verifies each signature from the request as it came, as Amazon describes it.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 */
export class ObjectStore {
  readonly asked: string[] = [];
  objects: readonly StoredObject[] = [];
  pageSize = 1000;
  /** Answers in place of the store. */
  reply: Readonly<{ status: number; body: string }> | "silence" | undefined;
  readonly #server = createServer((request, response) => {
    this.asked.push(request.url ?? "");
    const answer = this.reply ?? this.#answer(request);
    if (answer === "silence") return;
    response.writeHead(answer.status, { "content-type": "application/xml" }).end(answer.body);
  });

  static async open(): Promise<ObjectStore> {
    const store = new ObjectStore();
    await new Promise<void>((resolve) => store.#server.listen(0, "127.0.0.1", resolve));
    return store;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  close(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  #answer(request: IncomingMessage): Readonly<{ status: number; body: string }> {
    const host = request.headers.host ?? "";
    const url = new URL(request.url ?? "/", `http://${host}`);
    if (!isSignedWell(request)) return refusal(403, "SignatureDoesNotMatch", "The signature does not match.");
    const bucket = host.startsWith("backups.") ? "backups" : url.pathname.slice(1);
    if (bucket !== "backups") return refusal(404, "NoSuchBucket", "The specified bucket does not exist");
    if (url.searchParams.get("list-type") !== "2") return refusal(400, "InvalidArgument", "list-type");
    const after = url.searchParams.get("continuation-token") ?? "";
    const matching = this.objects
      .filter(({ key }) => key.startsWith(url.searchParams.get("prefix") ?? "") && key > after)
      .toSorted((a, b) => (a.key < b.key ? -1 : 1));
    const page = matching.slice(0, this.pageSize);
    const next = matching.length > page.length ? page.at(-1)?.key : undefined;
    return { status: 200, body: listing(page, next) };
  }
}

export const storeKey = { access: "monitor", secret: "canary+secret/key" } as const;

function isSignedWell({ headers, url = "", method = "" }: IncomingMessage): boolean {
  const [, credential = "", names = "", signature = ""] =
    /^AWS4-HMAC-SHA256 Credential=([^,]+),\s*SignedHeaders=([^,]+),\s*Signature=([0-9a-f]{64})$/.exec(
      headers.authorization ?? "",
    ) ?? [];
  const [access, day = "", region = "", service = "", end = ""] = credential.split("/");
  if (access !== storeKey.access || headers["x-amz-content-sha256"] !== sha256("")) return false;
  const [path = "", query = ""] = url.split("?");
  const signed = names.split(";");
  if (!["host", "x-amz-content-sha256", "x-amz-date"].every((name) => signed.includes(name))) return false;
  const lines = signed.map((name) => `${name}:${String(headers[name] ?? "").trim()}`);
  const request = [method, path, query.split("&").toSorted().join("&"), ...lines, "", names, sha256("")].join("\n");
  const scope = [day, region, service, end].join("/");
  const text = ["AWS4-HMAC-SHA256", headers["x-amz-date"], scope, sha256(request)].join("\n");
  let key: Buffer = Buffer.from(`AWS4${storeKey.secret}`);
  for (const part of [day, region, service, end, text]) key = createHmac("sha256", key).update(part).digest();
  return key.toString("hex") === signature;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function refusal(status: number, code: string, message: string): Readonly<{ status: number; body: string }> {
  return { status, body: `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message></Error>` };
}

function listing(objects: readonly StoredObject[], next: string | undefined): string {
  const contents = objects.map(
    ({ key, sizeBytes, modifiedAtMs }) =>
      `<Contents><Key>${encodeURIComponent(key).replaceAll("%20", "+")}</Key><LastModified>${new Date(modifiedAtMs).toISOString()}</LastModified><ETag>&quot;x&quot;</ETag><Size>${sizeBytes}</Size><Owner><ID>1</ID></Owner></Contents>`,
  );
  const more = next === undefined ? "" : `<NextContinuationToken>${next}</NextContinuationToken>`;
  return `<?xml version="1.0"?><ListBucketResult><Name>backups</Name><EncodingType>url</EncodingType><IsTruncated>${next !== undefined}</IsTruncated>${more}${contents.join("")}</ListBucketResult>`;
}
