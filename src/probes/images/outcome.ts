import type { Reason } from "../../core/checks/reasons.ts";
import { displayOf } from "../../core/http/address.ts";
import { escapeControls } from "../../core/text/printable.ts";
import type { Resource } from "./page/resolve-references.ts";

/** `flawed`: browsers show it all the same; `unknown`: we could not measure; `skipped`: it was not asked for. */
export const outcomeStates = ["good", "flawed", "failed", "unknown", "skipped"] as const;

/** What is to be said about one image. */
export type Judgement = Readonly<
  | { state: "good" }
  | { state: "flawed" | "failed" | "unknown"; reason: Reason; detail: string }
  | { state: "skipped"; detail: string }
>;

/** What a cache on the way said about itself. */
export type CacheFacts = Readonly<{
  /** Seconds since the answer left its origin. */
  ageSeconds?: number;
  result?: "hit" | "miss";
  /** Header lines that a CDN's support asks for. */
  lines: readonly string[];
}>;

/** One image, what came of asking for it, and what it cost. */
export type Outcome = Readonly<{
  resource: Resource;
  judgement: Judgement;
  sizeBytes: number;
  durationMs: number;
  cache: CacheFacts;
}>;

/** An address of a page as people may see it: on one line, without query, at most 160 characters. */
export function shownAddress(url: URL): string {
  const text = escapeControls(displayOf(url));
  return text.length > 160 ? `${text.slice(0, 159)}…` : text;
}

/** Outcomes by host, the busiest first; after `most` hosts the rest is joined as `other`. */
export function byHost(outcomes: readonly Outcome[], most: number): ReadonlyMap<string, readonly Outcome[]> {
  const groups = Map.groupBy(outcomes, ({ resource }) => resource.url.host);
  const sorted = [...groups].toSorted((a, b) => b[1].length - a[1].length);
  const rest = sorted.slice(most).flatMap(([, of]) => of);
  return new Map([...sorted.slice(0, most), ...(rest.length > 0 ? [["other", rest] as const] : [])]);
}

/** True when something was asked for and answered, or should have been. */
export function isMeasured({ judgement }: Outcome): boolean {
  return judgement.state === "good" || judgement.state === "flawed" || judgement.state === "failed";
}

/** True when it counts as failing. */
export function isFailed({ judgement }: Outcome): boolean {
  return judgement.state === "failed";
}
