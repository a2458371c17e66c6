import { z } from "zod";
import type { FiringSeverity, OptionFault } from "../../core/alerting/rule-kind.ts";
import type { Labels } from "../../core/labels.ts";
import { type Severity, severities } from "../../core/severity.ts";
import { parseSize } from "../../core/size.ts";
import { parseDuration } from "../../core/time/duration.ts";

const amountProblem = "write a number, a percentage such as 95%, a size or a duration";
const percentForm = /^-?\d+(?:\.\d+)?%$/;

/** A number, or one written as a percentage (a hundredth), a size (bytes) or a duration (seconds). */
export const amountSchema = z.union([z.number(), z.string()]).transform((amount, context) => {
  const read = typeof amount === "number" ? amount : readAmount(amount);
  if (read !== undefined) return read;
  context.addIssue({ code: "custom", message: amountProblem });
  return z.NEVER;
});

function readAmount(text: string): number | undefined {
  if (percentForm.test(text)) return Number(text.slice(0, -1)) / 100;
  const durationMs = parseDuration(text);
  return durationMs === undefined ? parseSize(text) : durationMs / 1000;
}

function unitOf(text: string): string {
  if (percentForm.test(text)) return "percent";
  return parseDuration(text) === undefined ? "bytes" : "seconds";
}

/** One value per severity, at least one of them. */
export function perSeverity<T extends z.ZodType>(amount: T, example: string) {
  return z
    .strictObject({
      info: amount.optional().describe("For an alert of severity `info`."),
      warning: amount.optional().describe("For one of severity `warning`."),
      critical: amount.optional().describe("For one of severity `critical`."),
    })
    .refine((limits) => Object.keys(limits).length > 0, `name at least one severity, such as ${example}`);
}

const writtenAmountSchema = z
  .union([z.number(), z.string()])
  .refine((amount) => typeof amount === "number" || readAmount(amount) !== undefined, amountProblem);

/** Limits as numbers, with the unit that all of them are written in: values are told in the same. */
const limitsSchema = perSeverity(writtenAmountSchema, "warning: 90%").transform((written) => {
  const limits: Partial<Record<Severity | "unit", number | string>> = {};
  const units = new Set<string | undefined>();
  for (const severity of severities) {
    const amount = written[severity];
    if (amount === undefined) continue;
    limits[severity] = typeof amount === "number" ? amount : (readAmount(amount) ?? Number.NaN);
    units.add(typeof amount === "number" ? undefined : unitOf(amount));
  }
  const [unit] = units;
  return { ...limits, ...(units.size === 1 && unit !== undefined ? { unit } : {}) } as WrittenLimits;
});

/** Options of a kind that compares a value with thresholds. */
export const limitShape = {
  above: limitsSchema.optional().describe("Per severity: holds while the value is greater."),
  below: limitsSchema.optional().describe("Per severity: holds while the value is smaller."),
  recover: amountSchema.optional().describe("What fires goes on until the value has come back to this one."),
};

type PerSeverity = Readonly<Partial<Record<Severity, number | undefined>>>;
type WrittenLimits = PerSeverity & Readonly<{ unit?: string }>;
export type Limits = Readonly<{
  above?: WrittenLimits | undefined;
  below?: WrittenLimits | undefined;
  recover?: number | undefined;
}>;

/** The unit that the limits are written in; undefined for bare numbers. */
export function unitOfLimits({ above, below }: Limits): string | undefined {
  return above?.unit ?? below?.unit;
}

/** Severities that the limits can give, mildest first. */
export function limitSeverities({ above, below }: Limits): readonly Severity[] {
  return severities.filter((severity) => above?.[severity] !== undefined || below?.[severity] !== undefined);
}

/** The gravest severity whose threshold the value is beyond; what fires goes on, at the mildest severity, until the value has come back to `recover`. */
export function judgeLimits(limits: Limits, value: number, labels: Labels, firing: FiringSeverity): Severity | "ok" {
  const { above, below, recover } = limits;
  const beyond = severities.findLast((severity) => {
    const upper = above?.[severity];
    const lower = below?.[severity];
    return (upper !== undefined && value > upper) || (lower !== undefined && value < lower);
  });
  if (beyond !== undefined) return beyond;
  if (recover === undefined || firing(labels) === undefined) return "ok";
  const isBack = above === undefined ? value >= recover : value <= recover;
  return isBack ? "ok" : (limitSeverities(limits)[0] ?? "ok");
}

/** What is wrong with limits that fit the schema one by one. */
export function limitFaults({ above, below, recover }: Limits, kind: string): OptionFault[] {
  const found: OptionFault[] = [];
  if (above === undefined && below === undefined)
    found.push({ path: [], message: `a ${kind} rule needs above or below, such as above: { warning: 90% }` });
  if (above !== undefined && !isOrdered(above, 1))
    found.push({ path: ["above"], message: "graver severities need greater thresholds: info < warning < critical" });
  if (below !== undefined && !isOrdered(below, -1))
    found.push({ path: ["below"], message: "graver severities need smaller thresholds: info > warning > critical" });
  return [...found, ...recoverFaults({ above, below, recover })];
}

function recoverFaults({ above, below, recover }: Limits): OptionFault[] {
  if (recover === undefined) return [];
  if (above !== undefined && below !== undefined)
    return [{ path: ["recover"], message: "recover goes with above or with below, not with both; write two rules" }];
  const first = severities.flatMap((severity) => above?.[severity] ?? below?.[severity] ?? [])[0];
  if (first === undefined) return [];
  if (above !== undefined && recover > first)
    return [{ path: ["recover"], message: `recover must not be above the mildest threshold ${first}` }];
  if (below !== undefined && recover < first)
    return [{ path: ["recover"], message: `recover must not be below the mildest threshold ${first}` }];
  return [];
}

/** True when every graver severity has a greater value (direction 1) or a smaller one (-1). */
export function isOrdered(limits: PerSeverity, direction: 1 | -1): boolean {
  const amounts = severities.flatMap((severity) => limits[severity] ?? []);
  return amounts.every((amount, index) => index === 0 || (amount - (amounts[index - 1] ?? amount)) * direction > 0);
}
