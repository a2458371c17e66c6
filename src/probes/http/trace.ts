const traceBytes = 16;
const spanBytes = 8;

/** One trace of a run; every request is a span of its own. */
export type Trace = Readonly<{ id: string; header(): string }>;

/** Begins a trace with a fresh id; `random` gives numbers in [0, 1). @see https://www.w3.org/TR/trace-context/ */
function beginTrace(random: () => number): Trace {
  const id = hexOf(traceBytes, random);
  return { id, header: () => `00-${id}-${hexOf(spanBytes, random)}-01` };
}

/** Never all zeros, which the standard does not allow. */
function hexOf(bytes: number, random: () => number): string {
  const digits = Array.from({ length: bytes }, () =>
    Math.floor(random() * 256)
      .toString(16)
      .padStart(2, "0"),
  ).join("");
  return /^0+$/.test(digits) ? `${digits.slice(0, -1)}1` : digits;
}

/** The trace that a run's options ask for. */
export function traceOf(
  { traceparent }: Readonly<{ traceparent: boolean }>,
  io: Readonly<{ random(): number }>,
): Trace | undefined {
  return traceparent ? beginTrace(() => io.random()) : undefined;
}
