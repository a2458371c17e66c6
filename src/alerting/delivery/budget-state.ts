import type { BudgetOptions } from "./budget-schema.ts";

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

const sayings: Readonly<Record<BudgetLevel, string>> = {
  free: "is not used up",
  scarce: "is nearly used up",
  critical_only: "is used up but for what is kept for critical messages; others go to the fallback",
  used_up: "is used up; messages go to the fallback",
};

/** What is told of a state: the same words until the level changes. */
export function wordsOfState({ period, limit, level }: BudgetState): string {
  return `the budget of ${limit} messages a ${period} ${sayings[level]}`;
}
