import { z } from "zod";

/** A change that is too much: a fall below, or a rise above, an amount (−0.3 is 30 % less). */
export type Change = Readonly<{ direction: "fall" | "rise"; amount: number }>;

const form = /^([<>])\s*([+-]?\d+(?:\.\d+)?)%$/;

/** `"< -30%"` or `"> 200%"`. */
export const changeSchema = z
  .string()
  .meta({ pattern: form.source, examples: ["< -30%", "> 200%"] })
  .transform((text, context): Change => {
    const match = form.exec(text.trim());
    const amount = Number(match?.[2]) / 100;
    const direction = match?.[1] === "<" ? "fall" : "rise";
    if (match === null) {
      context.addIssue({ code: "custom", message: 'write a change as "< -30%" or "> 200%"' });
      return z.NEVER;
    }
    if (direction === "fall" ? amount >= 0 || amount < -1 : amount <= 0) {
      const message =
        direction === "fall"
          ? 'a fall is between 0% and -100%, such as "< -30%"'
          : 'a rise is more than 0%, such as "> 200%"';
      context.addIssue({ code: "custom", message });
      return z.NEVER;
    }
    return { direction, amount };
  });

/** True when the value has changed by more. */
export function isBeyond(limit: Change | undefined, value: number): boolean {
  if (limit === undefined) return false;
  return limit.direction === "fall" ? value < limit.amount : value > limit.amount;
}

/** True when `limit` goes the same way as `milder`, and further. */
export function isGraver(limit: Change, milder: Change): boolean {
  return limit.direction === milder.direction && Math.abs(limit.amount) > Math.abs(milder.amount);
}
