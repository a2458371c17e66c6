import { z } from "zod";
import { cronSeries } from "./cron.ts";
import { cronSchema } from "./cron-schema.ts";
import type { EpochMs } from "./time.ts";

const dayMs = 86_400_000;
/** How far back the latest due moments are looked for: from days to years, for expressions that are seldom due. */
const spansMs = [3 * dayMs, 15 * dayMs, 70 * dayMs, 800 * dayMs];
const weekdays = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
const form =
  /^(daily|weekdays|weekends|sunday|monday|tuesday|wednesday|thursday|friday|saturday) ([01]\d|2[0-3]):([0-5]\d)$/;

function cronOf(text: string): string | undefined {
  const [, days = "", hour, minute] = form.exec(text) ?? [];
  if (days === "") return undefined;
  const named: Readonly<Record<string, string>> = { daily: "*", weekdays: "1-5", weekends: "0,6" };
  return `${Number(minute)} ${Number(hour)} * * ${named[days] ?? weekdays.indexOf(days)}`;
}

/** When something is due: `daily 05:00`, `weekdays 05:00`, `monday 05:00`, or a cron expression; becomes cron. */
export const dueSchema: z.ZodType<string, string> = z.string().transform((text, context) => {
  const cron = cronOf(text.trim().toLowerCase());
  if (cron !== undefined) return cron;
  if (cronSchema.safeParse(text).success) return text;
  const message = `"${text}" names no due time; write "daily 05:00", "monday 05:00", or a cron expression such as "0 5 * * *"`;
  context.addIssue({ code: "custom", message });
  return z.NEVER;
});

/** The latest due moments at or before `nowMs`, newest first, at most `count`. */
export function latestDue(expression: string, timeZone: string, nowMs: EpochMs, count: number): readonly EpochMs[] {
  const next = cronSeries(expression, timeZone);
  let found: EpochMs[] = [];
  for (const spanMs of spansMs) {
    found = [];
    for (let atMs = next(nowMs - spanMs); atMs !== undefined && atMs <= nowMs; atMs = next(atMs)) found.push(atMs);
    if (found.length >= count) break;
  }
  return found.toReversed().slice(0, count);
}
