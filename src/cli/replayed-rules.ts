import { z } from "zod";
import { type RuleJudgement, type RuleTurn, ruleTurns } from "../alerting/replay/rule-turns.ts";
import type { ConfiguredRule } from "../alerting/rules/configured-rule.ts";
import { AppError } from "../core/errors.ts";
import { askDaemon, type DaemonAccess } from "../platform/channels/daemon-client.ts";

const turnsAtOnce = 20;
const mostTurns = 50_000;
const seriesSchema = z.object({
  labels: z.record(z.string(), z.string()),
  points: z.array(z.tuple([z.number(), z.number()])),
});
const answerSchema = z.object({ series: z.array(z.array(seriesSchema)) });

/** The rules with these ids. @throws {AppError} ERR_USAGE when the config has no such rule. */
export function chosenRules(rules: readonly ConfiguredRule[], ids: readonly string[]): readonly ConfiguredRule[] {
  const unknown = ids.find((id) => !rules.some((rule) => rule.id === id));
  if (unknown !== undefined) throw new AppError("ERR_USAGE", `There is no rule "${unknown}" in the config.`);
  return rules.filter(({ id }) => ids.includes(id));
}

/** What the rules would have been judged on within a span, oldest first. @throws {AppError} when that is too much, or nobody answers. */
export async function judgementsOf(
  access: DaemonAccess,
  rules: readonly ConfiguredRule[],
  { fromMs, toMs }: Readonly<{ fromMs: number; toMs: number }>,
): Promise<readonly RuleJudgement[]> {
  const turns = rules.flatMap((rule) => ruleTurns(rule, fromMs, toMs)).sort((a, b) => a.atMs - b.atMs);
  if (turns.length > mostTurns)
    throw new AppError(
      "ERR_USAGE",
      `There are more than ${mostTurns} judgements; choose fewer rules, or a shorter --since.`,
    );
  const judgements: RuleJudgement[] = [];
  for (let index = 0; index < turns.length; index += turnsAtOnce)
    judgements.push(...(await answered(access, turns.slice(index, index + turnsAtOnce))));
  return judgements;
}

async function answered(access: DaemonAccess, turns: readonly RuleTurn[]): Promise<readonly RuleJudgement[]> {
  const queries = turns.flatMap((turn) => turn.queries.map((query) => ({ ...query, matchers: [...query.matchers] })));
  const answer = await askDaemon(access, "/api/v1/series", { method: "POST", body: { queries } });
  const { series } = answerSchema.parse(answer);
  let next = 0;
  return turns.map(({ rule, atMs, queries: own }) => {
    const inputs = series.slice(next, next + own.length);
    next += own.length;
    return { rule, atMs, inputs };
  });
}
