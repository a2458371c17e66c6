import { describe, expect, it } from "vitest";
import { budgetStates, gravestState, isRefused } from "../lanes/budget-state.ts";
import { budgetSchema } from "./budget-schema.ts";

describe("alerting/delivery/config/budget-schema", () => {
  it("gives what costs money a hundred messages a day, and the rest no budget", () => {
    const paid = { per_day: 100, warn_at: 0.75, keep_for_critical: 0.2 };

    expect(budgetSchema(true).parse(undefined)).toEqual(paid);
    expect(budgetSchema(true).parse({ per_month: 500 })).toEqual({ ...paid, per_month: 500 });
    expect(budgetSchema(false).parse(undefined)).toBeUndefined();
    expect(budgetSchema(false).parse({ per_month: 5000, warn_at: "90%" })).toMatchObject({ warn_at: 0.9 });
  });

  it.each([{ per_day: 0 }, { per_day: 1.5 }, { warn_at: "120%" }, { per_week: 3 }, {}])("refuses %o", (budget) => {
    expect(budgetSchema(false).safeParse(budget).success).toBe(false);
  });
});

describe("alerting/delivery/budget-state", () => {
  const budget = { per_day: 10, per_month: 40, warn_at: 0.5, keep_for_critical: 0.2 };

  it.each([
    [4, "free"],
    [5, "scarce"],
    [7, "scarce"],
    [8, "critical_only"],
    [9, "critical_only"],
    [10, "used_up"],
  ] as const)("is, of ten with %i used, %s", (used, level) => {
    const [state] = budgetStates(budget, { day: used, month: used });

    expect(state).toEqual({ period: "day", used, limit: 10, level });
  });

  it("keeps nothing back of a budget of a few messages", () => {
    const few = { ...budget, per_day: 3 };

    expect(budgetStates(few, { day: 2, month: 2 })[0]?.level).toBe("scarce");
  });

  it("refuses by the graver of both periods, ordinary messages before critical ones", () => {
    const states = budgetStates(budget, { day: 0, month: 32 });

    expect(gravestState(states)).toMatchObject({ period: "month", level: "critical_only" });
    expect(gravestState(budgetStates(budget, { day: 0, month: 0 }))).toBeUndefined();
    expect(states.map((state) => [isRefused(state, false), isRefused(state, true)])).toEqual([
      [false, false],
      [true, false],
    ]);
  });
});
