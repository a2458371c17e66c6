import type { Series, SeriesQuery } from "../../core/checks/series.ts";
import type { EpochMs } from "../../core/time/time.ts";

/** A rule that finds nothing for so long is mistyped, or what it judges is never sent. */
const patienceMs = 15 * 60_000;

type Sighting = Readonly<{ sinceMs: EpochMs; metrics: readonly string[]; hasData: boolean }>;

/** A rule that has found nothing, and the metrics that it asks for. */
export type BlindRule = Readonly<{ rule: string; metrics: readonly string[] }>;

/** Knows which rules have found no series since they were first judged: such a rule is quiet whatever happens. */
export class RuleData {
  readonly #sightings = new Map<string, Sighting>();

  /** A rule was judged on the answers to its queries; one that asks for other metrics than before begins anew. */
  note(
    { rule, queries }: Readonly<{ rule: string; queries: readonly SeriesQuery[] }>,
    inputs: readonly (readonly Series[])[],
    nowMs: EpochMs,
  ): void {
    const before = this.#sightings.get(rule);
    const metrics = [...new Set(queries.map(({ metric }) => metric))];
    const isKnown = before?.metrics.join() === metrics.join();
    if (isKnown && before.hasData) return;
    const hasData = inputs.some((series) => series.length > 0);
    if (!isKnown || hasData) this.#sightings.set(rule, { sinceMs: nowMs, metrics, hasData });
  }

  /** Those of the rules that found nothing for a quarter of an hour. */
  blind(rules: readonly string[], nowMs: EpochMs): readonly BlindRule[] {
    return rules.flatMap((rule) => {
      const sighting = this.#sightings.get(rule);
      if (sighting === undefined || sighting.hasData || nowMs - sighting.sinceMs < patienceMs) return [];
      return [{ rule, metrics: sighting.metrics }];
    });
  }
}
