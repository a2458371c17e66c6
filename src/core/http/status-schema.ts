import { z } from "zod";

/** Status codes from one to another, both included. */
export type StatusRange = Readonly<{ from: number; to: number }>;

/** A status code or a range of them; becomes a range. */
export const statusSchema = z
  .union([
    z.int().min(100).max(599),
    z.string().regex(/^[1-5]\d\d-[1-5]\d\d$/, 'write a code (200) or a range ("200-299")'),
  ])
  .transform((status): StatusRange => {
    if (typeof status === "number") return { from: status, to: status };
    return { from: Number(status.slice(0, 3)), to: Number(status.slice(4)) };
  })
  .refine(({ from, to }) => from <= to, "the range is empty: write the lower code first");

/** True when one of the ranges holds the status. */
export function hasStatus(ranges: readonly StatusRange[], status: number): boolean {
  return ranges.some(({ from, to }) => status >= from && status <= to);
}
