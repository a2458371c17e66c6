import type { Alert } from "../../core/alerting/alert.ts";
import type { Told } from "../../core/alerting/alert-group.ts";
import type { EpochMs } from "../../core/time/time.ts";

/** Places of alerts in what was told as firing: a group of thousands asks for each of its alerts at every flush. */
const placesByTold = new WeakMap<Told, ReadonlyMap<string, number>>();

/** Where an alert stands in `told.firing`; undefined when it was not told as firing. */
export function placeIn(told: Told | undefined, fingerprint: string): number | undefined {
  if (told === undefined) return undefined;
  let places = placesByTold.get(told);
  if (places === undefined) {
    places = new Map(told.firing.map((member, place) => [member, place]));
    placesByTold.set(told, places);
  }
  return places.get(fingerprint);
}

/** When the told occurrence of an alert began; undefined when the alert was not told as firing. */
export function sinceOf(told: Told | undefined, fingerprint: string): EpochMs | undefined {
  const place = placeIn(told, fingerprint);
  return place === undefined ? undefined : (told?.firingSinceMs?.[place] ?? 0);
}

/** When an alert was explained, and told on its own again: news to a group that spoke before. */
export function newsOf({ explanation }: Alert): readonly EpochMs[] {
  if (explanation === undefined) return [];
  const { sinceMs, releasedAtMs } = explanation;
  return releasedAtMs === undefined ? [sinceMs] : [sinceMs, releasedAtMs];
}

/** Takes alerts out of what was told as firing. */
export function withoutTold(told: Told, gone: ReadonlySet<string>): Told {
  if (gone.size === 0) return told;
  const kept = told.firing.filter((fingerprint) => !gone.has(fingerprint));
  return { ...told, firing: kept, firingSinceMs: kept.map((fingerprint) => sinceOf(told, fingerprint) ?? 0) };
}

/** Adds alerts that another group told the same receiver; where both did, the later occurrence stays. */
export function withTold(told: Told | undefined, other: Told, adopted: readonly string[]): Told {
  const since = new Map<string, EpochMs>();
  for (const fingerprint of told?.firing ?? []) since.set(fingerprint, sinceOf(told, fingerprint) ?? 0);
  for (const fingerprint of adopted) {
    const otherMs = sinceOf(other, fingerprint);
    if (otherMs !== undefined) since.set(fingerprint, Math.max(otherMs, since.get(fingerprint) ?? 0));
  }
  return {
    atMs: Math.max(told?.atMs ?? 0, other.atMs),
    firing: [...since.keys()],
    firingSinceMs: [...since.values()],
    resolved: told?.resolved ?? [],
    count: Math.max(told?.count ?? 0, other.count ?? 0),
  };
}
