import { validate as isCron } from "node-cron";
import { z } from "zod";

/** A cron expression of five fields: minute, hour, day of month, month, day of week. */
export const cronSchema = z.string().refine((text) => fieldsOf(text).length <= 5 && isCron(text), {
  error: ({ input }) => {
    const text = String(input);
    // node-cron refuses 31 February, too, in the words of a mistyped expression.
    const [minute, hour, , ...rest] = fieldsOf(text);
    if (rest.length === 2 && isCron([minute, hour, "1", ...rest].join(" ")) && isDayOfMonth(fieldsOf(text)[2] ?? ""))
      return `"${text}" names a day that never comes, such as 30 February`;
    return `"${text}" is no cron expression of five fields, such as "0 2 * * *" for 02:00 each day`;
  },
});

function fieldsOf(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}

function isDayOfMonth(field: string): boolean {
  return isCron(`0 0 ${field} * *`);
}
