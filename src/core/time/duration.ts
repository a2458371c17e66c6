import { z } from "zod";

const unitMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};
const form = /^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d|w))+$/;
const part = /(\d+(?:\.\d+)?)(ms|s|m|h|d|w)/g;

/** Reads `1h30m`, `45s`, `250ms`, `7d`; undefined when the text is no duration with units. */
export function parseDuration(text: string): number | undefined {
  if (text.length > 64 || !form.test(text)) return undefined;
  let totalMs = 0;
  for (const [, amount, unit] of text.matchAll(part)) totalMs += Number(amount) * (unitMs[unit ?? ""] ?? Number.NaN);
  return Number.isFinite(totalMs) ? Math.round(totalMs) : undefined;
}

/** Writes milliseconds the shortest exact way that `parseDuration` reads back, for whole milliseconds. */
export function formatDuration(durationMs: number): string {
  if (durationMs === 0) return "0s";
  let rest = Math.round(durationMs);
  let text = "";
  for (const unit of ["w", "d", "h", "m", "s", "ms"]) {
    const size = unitMs[unit] ?? 1;
    const count = Math.floor(rest / size);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * size;
  }
  return text;
}

/** A duration string with a unit in the config; becomes milliseconds. */
export function durationSchema(range: Readonly<{ minMs?: number; maxMs?: number }> = {}): z.ZodType<number, string> {
  const { minMs = 0, maxMs = 10 * 365 * 86_400_000 } = range;
  return z
    .string()
    .meta({ pattern: form.source, examples: ["30s", "1h30m"] })
    .transform((text, context) => {
      const durationMs = parseDuration(text);
      if (durationMs === undefined) {
        context.addIssue({
          code: "custom",
          message: `"${text}" is no duration; write a number with a unit, such as 30s, 5m or 1h30m`,
        });
        return z.NEVER;
      }
      if (durationMs < minMs || durationMs > maxMs) {
        const bounds = `between ${formatDuration(minMs)} and ${formatDuration(maxMs)}`;
        context.addIssue({ code: "custom", message: `"${text}" is out of range; it must be ${bounds}` });
        return z.NEVER;
      }
      return durationMs;
    });
}
