import { z } from "zod";
import { ipFamilies } from "../../core/ports/resolver.ts";
import { durationSchema } from "../../core/time/duration.ts";

/** Durations from which something is a flaw. */
function durations(of: string, warning: string | undefined, critical: string | undefined) {
  const from = (degree: string, preset: string | undefined) => {
    const schema = durationSchema();
    const text = `${degree} above this ${of}.`;
    return preset === undefined ? schema.optional().describe(text) : schema.prefault(preset).describe(text);
  };
  return z.strictObject({ warning: from("Warn", warning), critical: from("Critical", critical) }).prefault({});
}

/** Options of an ntp check. */
export const optionsSchema = z.strictObject({
  offset: durations("difference between the server's clock and this machine's", "100ms", "1s").describe(
    "Flaws of a clock that is off, as far as the way there and back cannot explain it.",
  ),
  root_dispersion: durations("error that the server itself expects", "1s", undefined).describe(
    "Flaws of a server that is unsure.",
  ),
  max_stratum: z.int().min(1).max(15).default(15).describe("A server further from a reference clock is a warning."),
  leap: z
    .enum(["ignore", "info", "warning"])
    .default("info")
    .describe("What it means that the server announces a leap second."),
  family: z.enum(ipFamilies).default("any").describe("Address family to ask over."),
});

export type NtpOptions = z.infer<typeof optionsSchema>;
