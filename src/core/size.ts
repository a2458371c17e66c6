import { z } from "zod";

const unitBytes: Readonly<Record<string, number>> = {
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
  TiB: 1024 ** 4,
};
const form = /^(\d+(?:\.\d+)?)(B|KB|MB|GB|TB|KiB|MiB|GiB|TiB)$/;

/** Reads `10MiB`, `1.5GB`, `512B`; undefined when the text is no size with a unit. */
export function parseSize(text: string): number | undefined {
  const match = form.exec(text);
  return match === null ? undefined : Math.round(Number(match[1]) * (unitBytes[match[2] ?? ""] ?? Number.NaN));
}

/** A size string with a unit in the config; becomes bytes. */
export function sizeSchema(range: Readonly<{ minBytes?: number; maxBytes?: number }> = {}): z.ZodType<number, string> {
  const { minBytes = 0, maxBytes = Number.MAX_SAFE_INTEGER } = range;
  return z
    .string()
    .meta({ pattern: form.source, examples: ["10MiB", "1GB"] })
    .transform((text, context) => {
      const sizeBytes = parseSize(text);
      if (sizeBytes === undefined || sizeBytes < minBytes || sizeBytes > maxBytes) {
        const message =
          sizeBytes === undefined
            ? `"${text}" is no size; write a number with a unit, such as 512KiB or 10MiB`
            : `"${text}" is out of range; it must be between ${minBytes}B and ${maxBytes}B`;
        context.addIssue({ code: "custom", message });
        return z.NEVER;
      }
      return sizeBytes;
    });
}

const wordUnits = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

/** Writes a size for people, in the greatest fitting unit and at most three digits: `1.9 GiB`. */
export function sizeWords(sizeBytes: number): string {
  let amount = Math.abs(sizeBytes);
  let unit = 0;
  while (amount >= 1024 && unit < wordUnits.length - 1) {
    amount /= 1024;
    unit += 1;
  }
  return `${sizeBytes < 0 ? "-" : ""}${Number(amount.toPrecision(3))} ${wordUnits[unit]}`;
}
