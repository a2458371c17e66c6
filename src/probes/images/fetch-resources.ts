import { gather } from "../../core/checks/gather.ts";
import type { ProbeContext, ProbeIo } from "../../core/checks/probe.ts";
import type { Reason } from "../../core/checks/reasons.ts";
import { urlOf } from "../../core/http/address.ts";
import type { CookieJar } from "../../core/http/cookies.ts";
import { headerOf } from "../../core/http/header-of.ts";
import { isAsOpenAs, type Reach, reachOf } from "../../core/http/reach.ts";
import { type Visited, type VisitPlan, visit } from "../../core/http/visit.ts";
import type { HttpHeader, HttpResponse } from "../../core/ports/http-probing.ts";
import type { DecodingSession } from "../../core/ports/image-decoding.ts";
import type { Resolution, ResolvedAddress } from "../../core/ports/resolver.ts";
import { cacheFacts } from "./cache-facts.ts";
import { judgeContent } from "./judge-content.ts";
import { judgeWhole } from "./judge-whole.ts";
import type { ImagesOptions } from "./options.ts";
import type { Judgement, Outcome } from "./outcome.ts";
import type { ResourceKind } from "./page/reference.ts";
import type { Resource } from "./page/resolve-references.ts";

const mostAtOnce = 12;
const mediaHeadBytes = 64 * 1024;
const maxRedirects = 5;

/** What the requests of one run share. */
export type Scene = Readonly<{
  options: ImagesOptions;
  io: Pick<ProbeIo, "resolver" | "http" | "monotonicMs">;
  context: ProbeContext;
  cookies: CookieJar;
  /** The one address of a host that is looked at. */
  pin: VisitPlan["pin"];
  /** Address that the page was found at after its redirects. */
  page: URL;
  /** From where the page can be reached; undefined when a proxy stands before it. */
  pageReach: Reach | undefined;
  /** Unpacks images where that is wanted. */
  decoder?: DecodingSession | undefined;
  /** Bytes that were received; shared, so that the limit holds for all. */
  spent: { bytes: number };
}>;

/** One outcome, and the answer where there was one. */
export type Fetched = Readonly<{ outcome: Outcome; response?: HttpResponse }>;

/** Asks for every resource and judges it; the order of the outcomes is that of the resources. */
export async function fetchResources(
  resources: readonly Resource[],
  scene: Scene,
  onAnswer: (fetched: Fetched) => void = () => {},
): Promise<readonly Outcome[]> {
  const outcomes = new Map<Resource, Outcome>();
  const limits = { perHost: scene.options.concurrency, total: mostAtOnce };
  const work = async (resource: Resource): Promise<void> => {
    const fetched = await fetchResource(resource, scene);
    outcomes.set(resource, fetched.outcome);
    onAnswer(fetched);
  };
  await gather(resources, ({ url }) => url.host, work, { limits, signal: scene.context.signal });
  return resources.map((resource) => outcomes.get(resource) ?? skipped(resource, "the deadline came before its turn"));
}

/** The outcome of something that was not asked for. */
export function skipped(resource: Resource, detail: string): Outcome {
  return { resource, judgement: { state: "skipped", detail }, sizeBytes: 0, durationMs: 0, cache: { lines: [] } };
}

async function fetchResource(resource: Resource, scene: Scene): Promise<Fetched> {
  const { options, io, context, spent } = scene;
  const leftBytes = options.max_total_bytes - spent.bytes;
  if (leftBytes <= 0) return { outcome: skipped(resource, "the bytes for this run are used up (max_total_bytes)") };
  const { kind } = resource.reference;
  const ownLimitBytes = limitOf(kind, options);
  const bodyLimitBytes = Math.min(ownLimitBytes, leftBytes);
  const startedMs = io.monotonicMs();
  const visited = await visit(
    { url: resource.url, method: "GET", ownHeaders: resource.url.origin === urlOf(context.target.address).origin },
    {
      options,
      further: furtherHeaders(resource, scene),
      bodyLimitBytes,
      followRedirects: true,
      maxRedirects,
      cookies: scene.cookies,
      ...(scene.pin && { pin: scene.pin }),
      admit: (addresses) => admitted(addresses, scene),
    },
    // The phases of many requests at once mean nothing: the run is in one phase for all of them.
    { io, signal: context.signal, phase: () => {}, note: () => {} },
  );
  const { response } = visited.last;
  const sizeBytes = response?.body.length ?? 0;
  spent.bytes += sizeBytes;
  const ranOut = response?.cut === true && bodyLimitBytes < ownLimitBytes;
  const cache = cacheFacts(response?.headers ?? []);
  const durationMs = io.monotonicMs() - startedMs;
  const byHead = ranOut
    ? skipped(resource, "the bytes for this run are used up (max_total_bytes)").judgement
    : judged(kind, visited, scene);
  const judgement = kind === "image" ? await judgeWhole(byHead, response, scene.decoder) : byHead;
  const outcome = { resource, judgement, sizeBytes, durationMs, cache };
  return { outcome, ...(response && { response }) };
}

function limitOf(kind: ResourceKind, options: ImagesOptions): number {
  if (kind === "media") return mediaHeadBytes;
  return kind === "stylesheet" ? options.page_limit : options.max_bytes;
}

const accepted: Readonly<Record<ResourceKind, string>> = {
  image: "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8",
  stylesheet: "text/css,*/*;q=0.1",
  script: "*/*",
  font: "*/*",
  media: "*/*",
};

function furtherHeaders({ url, reference }: Resource, { options, page }: Scene): readonly HttpHeader[] {
  const referer = options.referer ? refererFor(url, page) : undefined;
  return [
    ["accept", accepted[reference.kind]],
    ...(reference.kind === "media" ? [["range", `bytes=0-${mediaHeadBytes - 1}`] as const] : []),
    ...(referer === undefined ? [] : [["referer", referer] as const]),
  ];
}

/** The default of browsers. @see https://www.w3.org/TR/referrer-policy/#referrer-policy-strict-origin-when-cross-origin */
function refererFor(url: URL, page: URL): string | undefined {
  if (page.protocol === "https:" && url.protocol === "http:") return undefined;
  return url.origin === page.origin ? `${page.origin}${page.pathname}${page.search}` : `${page.origin}/`;
}

/** Keeps the addresses that the page's own visitors can reach. */
function admitted(addresses: readonly ResolvedAddress[], { options, pageReach }: Scene): Resolution {
  if (options.private_addresses || pageReach === undefined) return { ok: true, addresses };
  const open = addresses.filter(({ address }) => isAsOpenAs(reachOf(address), pageReach));
  if (open.length > 0) return { ok: true, addresses: open };
  const kind = reachOf(addresses[0]?.address ?? "").replace("_", "-");
  const detail = `leads to the ${kind} address ${addresses[0]?.address ?? "?"}, which visitors of the page cannot reach; it was not asked`;
  return { ok: false, finding: { is: "down", reason: "unreachable", detail } };
}

const brokenReasons: ReadonlyMap<Reason, Reason> = new Map([
  ["truncated", "image_broken"],
  ["body_too_large", "body_too_large"],
]);

function judged(kind: ResourceKind, { finding, last }: Visited, { options, context }: Scene): Judgement {
  const { response } = last;
  if (context.signal.aborted) return { state: "skipped", detail: "no whole answer at the deadline" };
  if (finding?.is === "unknown") return { state: "unknown", reason: finding.reason, detail: finding.detail };
  const missing: Reason = kind === "image" ? "image_missing" : "status";
  if (finding !== undefined) {
    const reason = brokenReasons.get(finding.reason) ?? missing;
    return { state: "failed", reason, detail: `${finding.reason}: ${finding.detail}` };
  }
  if (response === undefined) return { state: "failed", reason: missing, detail: "there was no answer" };
  if (response.status < 200 || response.status > 299) {
    return { state: "failed", reason: missing, detail: `status ${response.status}` };
  }
  const type = (headerOf(response.headers, "content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  return judgeContent(kind, { body: response.body, cut: response.cut, type }, options);
}
