import type { Finding } from "../../../core/checks/finding.ts";
import type { ProbeContext, ProbeIo } from "../../../core/checks/probe.ts";
import { displayOf } from "../../../core/http/address.ts";
import { visit } from "../../../core/http/visit.ts";
import { compilePattern, type Pattern } from "../../../core/matching/pattern.ts";
import type { HttpResponse } from "../../../core/ports/http-probing.ts";
import type { StoredFile } from "../../../core/ports/stored-files.ts";
import { escapeControls } from "../../../core/text/printable.ts";
import { readListing, readStoreError } from "./read-listing.ts";
import type { S3Options } from "./s3-schema.ts";
import { canonicalQuery, encoded, signatureHeaders } from "./sign.ts";

const bodyLimitBytes = 4 * 1024 ** 2;
const pageSize = 1000;

export type ObjectsFound = Readonly<
  | { ok: true; files: readonly StoredFile[]; isComplete: boolean; isDirectory?: boolean }
  | { ok: false; finding: Finding }
>;

/** What a target `s3://bucket/pattern` names. */
type Place = Readonly<{ bucket: string; prefix: string; pattern: Pattern }>;
type Scene = Readonly<{ options: S3Options; io: ProbeIo; context: ProbeContext }>;
type Page = Readonly<{ response: HttpResponse } | { finding: Finding }>;

/** Whether a target lies in an object store. */
export function isObjectTarget(target: string): boolean {
  return target.startsWith("s3://");
}

/** Why a target is no place in an object store. */
export function objectTargetProblem(target: string): string | undefined {
  return placeOf(target) === undefined
    ? "write the bucket and what to look for: s3://bucket/backups/*.tar.gz"
    : undefined;
}

/** Why files are looked for where they cannot be: a target in a store and the option that says which store go together. */
export function placeProblem(hasStore: boolean, target: string): string | undefined {
  if (hasStore === isObjectTarget(target)) return undefined;
  return hasStore ? `with s3 the target is s3://bucket/…, not ${target}` : `${target} needs the option s3`;
}

/** Lists the objects that a target names, at most `most`, by ListObjectsV2. */
export async function findObjects(target: string, most: number, scene: Scene): Promise<ObjectsFound> {
  const place = placeOf(target);
  if (place === undefined) return refused("parse", `${target} names no bucket`);
  const files: StoredFile[] = [];
  let token: string | undefined;
  let seen = 0;
  for (;;) {
    const page = await ask(place, token, scene);
    if ("finding" in page) return { ok: false, finding: page.finding };
    const listing = readListing(new TextDecoder().decode(page.response.body));
    if (listing === undefined || page.response.cut) return refused("parse", "the store's answer is no list of objects");
    seen += listing.objects.length;
    for (const file of listing.objects) if (place.pattern.test(file.path)) files.push(file);
    // A store that gives the same page for ever is not asked for ever.
    const isOver = listing.next === undefined || listing.next === token || listing.objects.length === 0;
    if (isOver || seen >= most) return { ok: true, files, isComplete: listing.next === undefined };
    token = listing.next;
  }
}

async function ask(place: Place, token: string | undefined, { options, io, context }: Scene): Promise<Page> {
  const url = urlOf(place, token, options);
  const { access_key: accessKey, secret_key: secret, session_token: session, region } = options;
  const signer = { accessKey, secretKey: secret.reveal(), sessionToken: session?.reveal(), region };
  const { finding, last } = await visit(
    { url, method: "GET", ownHeaders: true },
    {
      options: {
        headers: Object.fromEntries(signatureHeaders(url, signer, context.startedAtMs)),
        tls: options.tls,
        proxy: options.proxy,
        proxy_auth: options.proxy_auth,
        family: options.family,
      },
      further: [],
      bodyLimitBytes,
      followRedirects: false,
      maxRedirects: 0,
    },
    { io, signal: context.signal, phase: () => {}, note: (line) => context.note(line) },
  );
  const where = displayOf(url);
  if (finding !== undefined) return unknown("lookup_failed", `${where}: ${finding.detail}`);
  if (last.response === undefined) return unknown("lookup_failed", `${where} gave no answer`);
  return last.response.status === 200 ? { response: last.response } : { finding: refusal(last.response, where) };
}

function urlOf({ bucket, prefix }: Place, token: string | undefined, { endpoint, addressing }: S3Options): URL {
  const url = new URL(endpoint);
  if (addressing === "host") url.hostname = `${bucket}.${url.hostname}`;
  else url.pathname = `${url.pathname.replace(/\/$/, "")}/${encoded(bucket)}`;
  const parameters: (readonly [string, string])[] = [
    ["encoding-type", "url"],
    ["list-type", "2"],
    ["max-keys", String(pageSize)],
    ["prefix", prefix],
  ];
  if (token !== undefined) parameters.push(["continuation-token", token]);
  url.search = canonicalQuery(parameters);
  return url;
}

/** That the store does not let us look says nothing of what lies there; that there is no such bucket does. */
function refusal({ status, body }: HttpResponse, where: string): Finding {
  const { code, message } = readStoreError(new TextDecoder().decode(body));
  const said = escapeControls(`${code} ${message}`.trim()).slice(0, 200);
  const detail = `${where} answers ${status}${said === "" ? "" : `: ${said}`}`;
  if (code === "NoSuchBucket") return { is: "down", reason: "late", detail };
  return { is: "unknown", reason: status === 401 || status === 403 ? "permission" : "lookup_failed", detail };
}

function placeOf(target: string): Place | undefined {
  const [, bucket, glob] = /^s3:\/\/([a-z0-9][a-z0-9._-]{1,62})\/(.+)$/s.exec(target) ?? [];
  if (bucket === undefined || glob === undefined) return undefined;
  const compiled = compilePattern(`^(?s:${patternText(glob)})$`);
  return "problem" in compiled
    ? undefined
    : { bucket, prefix: glob.split(/[*?]/, 1)[0] ?? "", pattern: compiled.pattern };
}

/** `*` stands for a part of a name, `**` for any part of a key, `?` for one character. */
function patternText(glob: string): string {
  return glob.replaceAll(/\*\*|[*?]|[\\^$.|+()[\]{}]/g, (part) => {
    if (part === "**") return ".*";
    if (part === "*") return "[^/]*";
    return part === "?" ? "[^/]" : `\\${part}`;
  });
}

function unknown(reason: "lookup_failed" | "permission" | "parse", detail: string): Readonly<{ finding: Finding }> {
  return { finding: { is: "unknown", reason, detail } };
}

function refused(reason: "parse", detail: string): ObjectsFound {
  return { ok: false, ...unknown(reason, detail) };
}
