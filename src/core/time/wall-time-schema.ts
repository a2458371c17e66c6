import { z } from "zod";
import type { WallMs } from "./wall-time.ts";

/** A wall time of the config such as "2026-12-24 10:00", or with a T between; a day alone is its beginning. */
export const wallTimeSchema = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2})?$/, 'write a day, or a day and a time, as in "2026-12-24 10:00"')
  .transform((text, context): WallMs => {
    const iso = `${text.slice(0, 10)}T${text.slice(11) || "00:00"}`;
    const wallMs = Date.parse(`${iso}:00Z`);
    if (!Number.isNaN(wallMs) && new Date(wallMs).toISOString().startsWith(iso)) return wallMs;
    context.addIssue({ code: "custom", message: `"${text}" is not in the calendar` });
    return z.NEVER;
  });
