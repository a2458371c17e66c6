import { z } from "zod";
import { percentSchema } from "../../../core/percent.ts";

const messages = z.int().min(1).max(1_000_000);
/** Of what costs money by the message: more than a bad day needs, less than a loop costs. */
const paidPerDay = 100;

/** Option `budget` of a notifier: how many messages it may send; what costs money by the message has one unless told otherwise. */
export function budgetSchema(isPaid: boolean): z.ZodType<BudgetOptions | undefined> {
  const perDay = messages.describe(
    `Most messages in one day of \`time_zone\`${isPaid ? `; ${paidPerDay} where absent` : ""}.`,
  );
  const budget = z.strictObject({
    per_day: isPaid ? perDay.default(paidPerDay) : perDay.optional(),
    per_month: messages.optional().describe("Most messages in one calendar month."),
    warn_at: percentSchema.prefault("75%").describe("Share that is told as trouble of the daemon once it is used."),
    keep_for_critical: percentSchema
      .prefault("20%")
      .describe("Last share of it that goes to messages about something critical that fires, and to nothing else."),
  });
  const what = "How many messages may be sent; what is over it is refused as `budget` and goes to the fallback.";
  const hasLimit = budget.refine((each) => each.per_day !== undefined || each.per_month !== undefined, {
    message: "a budget needs `per_day` or `per_month`",
  });
  return isPaid ? hasLimit.prefault({}).describe(what) : hasLimit.optional().describe(what);
}

/** Option `budget` after parsing. */
export type BudgetOptions = Readonly<{
  per_day?: number | undefined;
  per_month?: number | undefined;
  warn_at: number;
  keep_for_critical: number;
}>;
