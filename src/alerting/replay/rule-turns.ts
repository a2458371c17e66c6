import type { Series, SeriesQuery } from "../../core/checks/series.ts";
import type { EpochMs } from "../../core/time/time.ts";
import type { ConfiguredRule } from "../rules/configured-rule.ts";
import { minuteMs, settleMs } from "../rules/selection.ts";

/** A judgement that a rule would have had, and what it would have asked for. */
export type RuleTurn = Readonly<{ rule: string; atMs: EpochMs; queries: readonly SeriesQuery[] }>;

/** The same with the answers. */
export type RuleJudgement = Readonly<{ rule: string; atMs: EpochMs; inputs: readonly (readonly Series[])[] }>;

/** The judgements of a rule within a span, once a minute at most: more often it is asked of the same minutes. */
export function ruleTurns(
  { id, intervalMs, rule }: ConfiguredRule,
  fromMs: EpochMs,
  toMs: EpochMs,
): readonly RuleTurn[] {
  const stepMs = Math.max(minuteMs, intervalMs);
  const firstMs = Math.ceil((fromMs - settleMs) / stepMs) * stepMs + settleMs;
  const count = Math.max(0, Math.floor((toMs - firstMs) / stepMs) + 1);
  return Array.from({ length: count }, (_, index) => {
    const atMs = firstMs + index * stepMs;
    return { rule: id, atMs, queries: rule.needs(atMs) };
  });
}
