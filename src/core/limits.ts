import { z } from "zod";
import type { Finding } from "./checks/finding.ts";
import type { Reason } from "./checks/reasons.ts";

/** How bad something is that a check judges, the worst first. */
export const degrees = ["down", "critical", "warning"] as const;
export type Degree = (typeof degrees)[number];

/** A limit for each degree. */
export const limitsSchema = z
  .strictObject({
    warning: z.number().optional().describe("Limit of a warning."),
    critical: z.number().optional().describe("Limit of a critical flaw."),
    down: z.number().optional().describe("Limit of an outage."),
  })
  .refine((limits) => Object.values(limits).some((limit) => limit !== undefined), "set warning, critical or down");

export type Limits = z.infer<typeof limitsSchema>;

/** A limit that a value crosses. */
export type Crossing = Readonly<{ degree: Degree; side: "above" | "below"; limit: number }>;

/** The worst limit that the value crosses; NaN is neither above nor below. */
export function crossingOf(
  value: number,
  { above, below }: Readonly<{ above?: Limits | undefined; below?: Limits | undefined }>,
): Crossing | undefined {
  for (const degree of degrees) {
    const most = above?.[degree];
    if (most !== undefined && value > most) return { degree, side: "above", limit: most };
    const least = below?.[degree];
    if (least !== undefined && value < least) return { degree, side: "below", limit: least };
  }
  return undefined;
}

/** The finding of that degree. */
export function findingOf(degree: Degree, reason: Reason, detail: string): Finding {
  return degree === "down" ? { is: "down", reason, detail } : { is: "flaw", severity: degree, reason, detail };
}

/** The finding of a value above a limit; `words` are given the worst that it crosses. */
export function judgeAbove(
  value: number,
  above: Limits,
  reason: Reason,
  words: (limit: number) => string,
): readonly Finding[] {
  const crossing = crossingOf(value, { above });
  return crossing === undefined ? [] : [findingOf(crossing.degree, reason, words(crossing.limit))];
}
