import type { Visited } from "../../core/http/visit.ts";
import type { Json } from "../../core/json.ts";
import { escapeControls } from "../../core/text/printable.ts";
import { byHost, isFailed, type Outcome, shownAddress } from "./outcome.ts";

const mostListed = 25;
const mostHosts = 10;
const detailCharacters = 160;

/** What a run leaves behind for people to look at. */
export type Trail = Readonly<{
  visited: Visited;
  html: string;
  outcomes: readonly Outcome[];
  /** Style sheets that could not be read, so that images they name were not seen. */
  unreadSheets: readonly Outcome[];
  /** Not all of the page was read, or not all it names. */
  isPartial: boolean;
}>;

/** Evidence of a run that was not all well, at most about 16 KiB; it holds no body, no cookie and no query. */
export function evidenceOf({ visited, html, outcomes, unreadSheets, isPartial }: Trail): Json {
  const { last, urls, addresses } = visited;
  const lines = new LineCounter(html);
  const bad = outcomes.filter(({ judgement }) => judgement.state !== "good" && judgement.state !== "skipped");
  const skipped = outcomes.filter(({ judgement }) => judgement.state === "skipped");
  return {
    urls: urls.slice(0, 12).map(shownAddress),
    addresses: addresses.slice(0, 16),
    ...(last.response && { status: last.response.status, page_bytes: last.response.body.length }),
    page_partial: isPartial,
    failing: bad.slice(0, mostListed).map((outcome) => listed(outcome, lines)),
    failing_total: bad.length,
    ...(skipped.length > 0 && {
      skipped_total: skipped.length,
      skipped: skipped.slice(0, 5).map(({ resource, judgement }) => ({
        url: shownAddress(resource.url),
        why: judgement.state === "skipped" ? judgement.detail : "",
      })),
    }),
    ...(unreadSheets.length > 0 && { unread_sheets: unreadSheets.slice(0, 5).map((sheet) => listed(sheet, lines)) }),
    hosts: [...byHost(outcomes, mostHosts)].map(([host, ofHost]) => ({
      host,
      images: ofHost.length,
      failed: ofHost.filter(isFailed).length,
      cache_hits: ofHost.filter(({ cache }) => cache.result === "hit").length,
    })),
  };
}

function listed({ resource, judgement, cache }: Outcome, lines: LineCounter): Json {
  const { reference, sheet } = resource;
  const where = sheet === undefined ? { line: lines.lineOf(reference.offset) } : { sheet };
  return {
    url: shownAddress(resource.url),
    element: reference.element,
    ...where,
    ...("reason" in judgement && {
      reason: judgement.reason,
      detail: escapeControls(judgement.detail).slice(0, detailCharacters),
    }),
    ...(cache.lines.length > 0 && { cache: cache.lines }),
  };
}

/** Says on which line of the page, from 1, something stands. */
class LineCounter {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  lineOf(offset: number): number {
    let line = 1;
    for (let at = this.#text.indexOf("\n"); at !== -1 && at < offset; at = this.#text.indexOf("\n", at + 1)) line += 1;
    return line;
  }
}
