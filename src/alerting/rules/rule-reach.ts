import { formatDuration } from "../../core/time/duration.ts";
import type { ConfiguredRule } from "./configured-rule.ts";
import { minuteMs } from "./selection.ts";

/** Says which rules look further back than series are kept: they would wait for ever for what they compare with. */
export function checkRuleReach(
  rules: readonly ConfiguredRule[],
  keepSeriesMs: number,
): readonly Readonly<{ path: readonly string[]; message: string }>[] {
  return rules.flatMap(({ id, rule }) => {
    const oldestMs = Math.min(...rule.needs(0).map(({ fromMs }) => fromMs));
    const reachMs = -oldestMs - minuteMs;
    if (reachMs <= keepSeriesMs) return [];
    const [reach, kept] = [formatDuration(reachMs), formatDuration(keepSeriesMs)];
    return [
      { path: ["rules", id], message: `looks ${reach} back, but series are kept for ${kept}; see storage.keep_series` },
    ];
  });
}
