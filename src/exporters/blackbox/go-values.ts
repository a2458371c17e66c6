const unitMs: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};
/** Go counts nanoseconds in 63 bits. */
const longestMs = 2 ** 63 / 1e6;
const durationForm = /^[-+]?(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/;

/** Reads a duration as Go writes it (`1m30s`, `1.5s`), in milliseconds; undefined when it is none. @see https://pkg.go.dev/time#ParseDuration */
export function parseGoDuration(text: string): number | undefined {
  if (/^[-+]?0$/.test(text)) return 0;
  if (!durationForm.test(text)) return undefined;
  let totalMs = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g)) {
    totalMs += Number(amount) * (unitMs[unit ?? ""] ?? Number.NaN);
  }
  if (totalMs >= longestMs) return undefined;
  return text.startsWith("-") ? -totalMs : totalMs;
}

const exponents: Readonly<Record<string, number>> = { B: 0, K: 1, M: 2, G: 3, T: 4, P: 5, E: 6 };
const sizeForm = /^-?(?:(?:\d+\.?\d*|\.\d+)(?:B|[KMGTPE]i?B))+$/;

/** Reads a size with base-2 units (`10MB` is 10 · 1024²), in bytes; undefined when it is none. @see https://pkg.go.dev/github.com/alecthomas/units#ParseBase2Bytes */
export function parseBase2Bytes(text: string): number | undefined {
  if (text === "0") return 0;
  if (!sizeForm.test(text)) return undefined;
  let totalBytes = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+\.?\d*|\.\d+)(B|[KMGTPE])/g)) {
    totalBytes += Number(amount) * 1024 ** (exponents[unit ?? ""] ?? Number.NaN);
  }
  return text.startsWith("-") ? -totalBytes : totalBytes;
}
