import type { Alert } from "../../core/alerting/alert.ts";
import type { InhibitionRule, InhibitionSide } from "./inhibition-rule.ts";

/** An alert that keeps another from being told, and by which rule. */
export type Inhibitor = Readonly<{ source: Alert; rule: string }>;

type Indexed = Readonly<{ rule: InhibitionRule; sourcesByKey: ReadonlyMap<string, readonly Alert[]> }>;

/**
 * Says which alerts inhibit which. An alert is inhibited by one that is itself told, or is inhibited by one that is, and so on: where
 * alerts inhibit each other in a circle, the one that began first is told.
 */
export class InhibitionGraph {
  readonly #indexed: readonly Indexed[];
  readonly #upstream = new Map<string, ReadonlyMap<string, Alert>>();

  /** `speaking`: alerts that fire and that no time keeps from being told; no others inhibit. */
  constructor(rules: readonly InhibitionRule[], speaking: readonly Alert[]) {
    const ordered = [...speaking].sort(earlierFirst);
    this.#indexed = rules.map((rule) => ({ rule, sourcesByKey: sourcesOf(rule, ordered) }));
  }

  /** The alert that keeps this one from being told; undefined when none does. */
  inhibitorOf(target: Alert): Inhibitor | undefined {
    let first: Inhibitor | undefined;
    for (const inhibitor of this.inhibitorsOf(target)) {
      first ??= inhibitor;
      if (!this.#upstreamOf(inhibitor.source).has(target.fingerprint)) return inhibitor;
    }
    if (first === undefined) return undefined;
    const circle = [...this.#upstreamOf(target).values()];
    const hasOutside = circle.some((alert) => !this.#upstreamOf(alert).has(target.fingerprint));
    return hasOutside || circle.some((alert) => earlierFirst(alert, target) < 0) ? first : undefined;
  }

  /** Every alert that inhibits this one directly, told itself or not. */
  *inhibitorsOf(target: Alert): Generator<Inhibitor> {
    for (const { rule, sourcesByKey } of this.#indexed) {
      const side = rule.sideOf(target.labels);
      if (!side.isTarget || side.key === undefined) continue;
      for (const source of sourcesByKey.get(side.key) ?? []) {
        if (source.fingerprint === target.fingerprint || isMutual(side, rule.sideOf(source.labels))) continue;
        yield { source, rule: rule.id };
      }
    }
  }

  /** All alerts that inhibit this one directly or through others; the alert itself is among them when it is part of a circle. */
  #upstreamOf(alert: Alert): ReadonlyMap<string, Alert> {
    const known = this.#upstream.get(alert.fingerprint);
    if (known !== undefined) return known;
    const found = new Map<string, Alert>();
    const waiting = [alert];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      for (const { source } of this.inhibitorsOf(next)) {
        if (found.has(source.fingerprint)) continue;
        found.set(source.fingerprint, source);
        waiting.push(source);
      }
    }
    this.#upstream.set(alert.fingerprint, found);
    return found;
  }
}

/** Alerts that are both source and target of one rule do not inhibit each other by it, nor themselves. */
function isMutual(target: InhibitionSide, source: InhibitionSide): boolean {
  return target.isSource && source.isTarget;
}

function sourcesOf(rule: InhibitionRule, alerts: readonly Alert[]): ReadonlyMap<string, readonly Alert[]> {
  const byKey = new Map<string, Alert[]>();
  for (const alert of alerts) {
    const { isSource, key } = rule.sideOf(alert.labels);
    if (!isSource || key === undefined) continue;
    const sources = byKey.get(key);
    if (sources === undefined) byKey.set(key, [alert]);
    else sources.push(alert);
  }
  return byKey;
}

function earlierFirst(a: Alert, b: Alert): number {
  return a.startsAtMs - b.startsAtMs || (a.fingerprint < b.fingerprint ? -1 : a.fingerprint === b.fingerprint ? 0 : 1);
}
