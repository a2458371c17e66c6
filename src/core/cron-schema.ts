import { validate as isCron } from "node-cron";
import { z } from "zod";

/** A cron expression of five fields: minute, hour, day of month, month, day of week. */
export const cronSchema = z.string().refine((text) => text.trim().split(/\s+/).length <= 5 && isCron(text), {
  error: (issue) =>
    `"${String(issue.input)}" is no cron expression of five fields, such as "0 2 * * *" for 02:00 each day`,
});
