import type { ShadowNotice } from "../../core/alerting/shadow-notice.ts";
import type { Labels } from "../../core/labels.ts";

/** Labels that say what an alert is about, whatever its name is. */
const telling = ["instance", "service", "check", "host"] as const;

/** What both systems told of the same thing; `laterMs` is negative where this daemon was first. */
export type SharedNotice = Readonly<{ there: ShadowNotice; here: ShadowNotice; laterMs: number }>;

/** What the old system told and this daemon would have told. */
export type ShadowComparison = Readonly<{
  both: readonly SharedNotice[];
  /** What this daemon would have missed. */
  onlyThere: readonly ShadowNotice[];
  onlyHere: readonly ShadowNotice[];
}>;

/**
 * Holds what the two systems told against each other. Two notices are about the same thing when all of instance, service, check and host
 * that both have are equal, at least one is, and they were told within `withinMs` of each other; one may stand for several of the other side.
 */
export function compareShadow(notices: readonly ShadowNotice[], withinMs: number): ShadowComparison {
  const ordered = notices.toSorted((a, b) => a.atMs - b.atMs);
  const here = ordered.filter(({ side }) => side === "here");
  const there = ordered.filter(({ side }) => side === "there");
  const both = there.flatMap((old): readonly SharedNotice[] => {
    const [nearest] = here
      .filter((own) => isSame(own, old, withinMs))
      .toSorted((a, b) => Math.abs(a.atMs - old.atMs) - Math.abs(b.atMs - old.atMs));
    return nearest === undefined ? [] : [{ there: old, here: nearest, laterMs: nearest.atMs - old.atMs }];
  });
  const shared = new Set(both.map((pair) => pair.there));
  return {
    both,
    onlyThere: there.filter((old) => !shared.has(old)),
    onlyHere: here.filter((own) => !there.some((old) => isSame(own, old, withinMs))),
  };
}

function isSame(own: ShadowNotice, old: ShadowNotice, withinMs: number): boolean {
  return Math.abs(own.atMs - old.atMs) <= withinMs && isAboutTheSame(own.labels, old.labels);
}

function isAboutTheSame(a: Labels, b: Labels): boolean {
  const common = telling.filter((name) => a[name] !== undefined && b[name] !== undefined);
  return common.length > 0 && common.every((name) => a[name] === b[name]);
}
