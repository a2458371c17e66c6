import type { Finding } from "../../core/checks/finding.ts";
import type { ProbeContext, ProbeIo } from "../../core/checks/probe.ts";
import type { Observation } from "../../core/checks/result.ts";
import { displayOf, urlOf } from "../../core/http/address.ts";
import { CookieJar } from "../../core/http/cookies.ts";
import { headerOf } from "../../core/http/header-of.ts";
import { reachOf } from "../../core/http/reach.ts";
import { type Visited, type VisitPlan, visit } from "../../core/http/visit.ts";
import type { HttpResponse } from "../../core/ports/http-probing.ts";
import { decodeText } from "../../core/text/charset.ts";
import { escapeControls } from "../../core/text/printable.ts";
import { tlsSamples } from "../../core/tls/tls-samples.ts";
import { type Collected, collectResources, namesOf } from "./collect-resources.ts";
import { evidenceOf } from "./evidence.ts";
import { fetchResources, type Scene, skipped } from "./fetch-resources.ts";
import { mostDecodedPixels } from "./judge-whole.ts";
import { imagesSamples } from "./metrics.ts";
import type { ImagesOptions } from "./options.ts";
import type { Outcome } from "./outcome.ts";
import { findingsOf } from "./verdict.ts";

const maxRedirects = 5;

/** What a run saw. */
export type Looked = Readonly<{ observation: Observation; visited: Visited; outcomes: readonly Outcome[] }>;

/** Observes the target once: fetches the page, collects what it loads, and fetches and judges each of that; `pin` is the address of one host. */
export async function lookAtImages(
  options: ImagesOptions,
  io: ProbeIo,
  context: ProbeContext,
  pin?: VisitPlan["pin"],
): Promise<Looked> {
  const cookies = new CookieJar();
  const visited = await visitPage({ options, io, context, cookies, pin });
  const finding = visited.finding ?? pageFinding(visited.last.response);
  const { response, remote, tls } = visited.last;
  const shown = tls === undefined ? [] : tlsSamples(tls);
  if (finding !== undefined || response === undefined) {
    const trail = { visited, html: "", outcomes: [], unreadSheets: [], isPartial: true };
    const findings = finding === undefined ? [] : [finding];
    return { observation: { findings, samples: shown, evidence: evidenceOf(trail) }, visited, outcomes: [] };
  }
  // Many requests are under way from here on; at the deadline the whole run is late, and no single phase of it.
  context.phase("dialogue");
  const startedMs = io.monotonicMs();
  const scene: Scene = {
    options,
    io,
    context,
    cookies,
    pin,
    page: visited.urls.at(-1) ?? urlOf(context.target.address),
    pageReach: options.proxy === undefined && remote !== undefined ? reachOf(remote.address) : undefined,
    decoder:
      options.decode === "full"
        ? io.imageDecoding.open(Math.min(options.max_pixels, mostDecodedPixels), context.signal)
        : undefined,
    spent: { bytes: 0 },
  };
  const type = headerOf(response.headers, "content-type");
  const html = decodeText(response.body, type, response.cut).decodings[0]?.text ?? "";
  const collected = await collectResources(html, scene);
  const outcomes = await judgeAll(collected, scene);
  scene.decoder?.close();
  const durationMs = io.monotonicMs() - startedMs;
  const { inline, ignored } = collected;
  const measured = { outcomes, inline, ignored, receivedBytes: scene.spent.bytes, durationMs };
  const unreadSheets = collected.sheets.filter(({ judgement }) => judgement.state !== "good");
  for (const { resource } of unreadSheets) context.note(`style sheet ${displayOf(resource.url)} could not be read`);
  context.note(`${outcomes.length} ${namesOf(options.kinds)}, ${inline} inline, ${ignored} without an address to ask`);
  const isPartial = response.cut || collected.cut;
  const observation = {
    findings: [...missing(collected, options, type), ...findingsOf(outcomes, options)],
    samples: [...imagesSamples(measured), ...shown],
    evidence: evidenceOf({ visited, html, outcomes, unreadSheets, isPartial }),
  };
  return { observation, visited, outcomes };
}

type PageVisit = Pick<Scene, "options" | "context" | "cookies" | "pin"> & Readonly<{ io: ProbeIo }>;

function visitPage({ options, io, context, cookies, pin }: PageVisit): Promise<Visited> {
  return visit(
    { url: urlOf(context.target.address), method: "GET", ownHeaders: true },
    {
      options,
      further: [
        ["accept", "text/html,application/xhtml+xml,*/*;q=0.8"],
        ["accept-encoding", "gzip, deflate, br"],
      ],
      bodyLimitBytes: options.page_limit,
      followRedirects: true,
      maxRedirects,
      cookies,
      ...(pin && { pin }),
    },
    {
      io,
      signal: context.signal,
      phase: (phase) => context.phase(phase),
      note: (line) => context.note(line),
    },
  );
}

function pageFinding(response: HttpResponse | undefined): Finding | undefined {
  if (response === undefined || (response.status >= 200 && response.status <= 299)) return undefined;
  const detail = `the page answers with status ${response.status} ${escapeControls(response.statusText)}`.trimEnd();
  return { is: "down", reason: "status", phase: "transfer", detail };
}

/** Sheets were judged when they were read; they are not asked for twice. */
async function judgeAll(collected: Collected, scene: Scene): Promise<readonly Outcome[]> {
  const { max_images: most } = scene.options;
  const known = new Map(collected.sheets.map((outcome) => [outcome.resource.url.href, outcome]));
  const asked = collected.resources.slice(0, most).filter(({ url }) => !known.has(url.href));
  const fetched = new Map((await fetchResources(asked, scene)).map((outcome) => [outcome.resource, outcome]));
  return collected.resources.map(
    (resource) =>
      known.get(resource.url.href) ??
      fetched.get(resource) ??
      skipped(resource, `there are more than ${most} (max_images)`),
  );
}

function missing(collected: Collected, { min, kinds }: ImagesOptions, type: string | undefined): readonly Finding[] {
  const found = collected.resources.length + (kinds.includes("image") ? collected.inline : 0);
  if (found >= min) return [];
  const isHtml = type === undefined || /html/i.test(type);
  const typed = isHtml ? "" : `; its type is ${escapeControls(type.slice(0, 60))}, not text/html`;
  const detail = `the page names ${found} ${namesOf(kinds)}, expected at least ${min}${typed}`;
  return [{ is: "down", reason: "image_missing", detail }];
}
