import type { Locale } from "../../../core/message/words.ts";
import { count } from "../../../core/text/count.ts";
import type { BudgetOptions } from "../config/budget-schema.ts";

const periods = ["day", "month"] as const;
type Period = (typeof periods)[number];

/** Messages that are refused: none, those about nothing critical that fires, or all. */
export type BudgetLevel = "free" | "scarce" | "critical_only" | "used_up";

const levels: readonly BudgetLevel[] = ["free", "scarce", "critical_only", "used_up"];

/** How much of a budget is used, and what that means. */
export type BudgetState = Readonly<{ period: Period; used: number; limit: number; level: BudgetLevel }>;

/** The state of each period that has a limit. */
export function budgetStates(budget: BudgetOptions, used: Readonly<Record<Period, number>>): readonly BudgetState[] {
  const limits: Readonly<Record<Period, number | undefined>> = { day: budget.per_day, month: budget.per_month };
  return periods.flatMap((period): readonly BudgetState[] => {
    const limit = limits[period];
    if (limit === undefined) return [];
    return [{ period, used: used[period], limit, level: levelOf(budget, used[period], limit) }];
  });
}

function levelOf({ warn_at, keep_for_critical }: BudgetOptions, used: number, limit: number): BudgetLevel {
  if (used >= limit) return "used_up";
  // A budget of a few messages keeps none back, or ordinary ones would never go.
  if (used >= limit - Math.floor(limit * keep_for_critical)) return "critical_only";
  return used >= limit * warn_at ? "scarce" : "free";
}

/** The gravest of those that are worth a word. */
export function gravestState(states: readonly BudgetState[]): BudgetState | undefined {
  const scarce = states.filter(({ level }) => level !== "free");
  return scarce.toSorted((a, b) => levels.indexOf(b.level) - levels.indexOf(a.level))[0];
}

/** True when a message is not to be sent. */
export function isRefused({ level }: BudgetState, isUrgent: boolean): boolean {
  return level === "used_up" || (level === "critical_only" && !isUrgent);
}

const sayings: Readonly<Record<BudgetLevel, Readonly<Record<Locale, string>>>> = {
  free: { en: "is not used up", zh: "充足" },
  scarce: { en: "is nearly used up", zh: "即将用完" },
  critical_only: {
    en: "is used up but for what is kept for critical messages; others go to the fallback",
    zh: "只剩留给严重消息的部分,其余改走备用",
  },
  used_up: { en: "is used up; messages go to the fallback", zh: "已用完,消息改走备用" },
};

/** What is told of a state: the same words until the level changes. */
export function wordsOfState({ period, limit, level }: BudgetState): Readonly<Record<Locale, string>> {
  const { en, zh } = sayings[level];
  return {
    en: `the budget of ${count(limit, "message")} a ${period} ${en}`,
    zh: `每${period === "day" ? "天" : "月"} ${limit} 条的额度${zh}`,
  };
}
