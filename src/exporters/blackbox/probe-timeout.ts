const withoutScrapeTimeoutSeconds = 120;

/**
 * Time a probe may take, in milliseconds: the scrape's own timeout less the offset, or the module's where that is shorter.
 * A problem says why the header cannot be read.
 * @see https://github.com/prometheus/blackbox_exporter/blob/master/prober/handler.go (getTimeout)
 */
export function probeTimeoutMs(
  header: string | undefined,
  moduleTimeoutMs: number,
  offsetMs: number,
): Readonly<{ timeoutMs: number } | { problem: string }> {
  let scrapeSeconds = withoutScrapeTimeoutSeconds;
  if (header !== undefined && header !== "") {
    const seconds = header.trim() === header ? Number(header) : Number.NaN;
    if (Number.isNaN(seconds)) {
      return { problem: `strconv.ParseFloat: parsing "${header.slice(0, 100)}": invalid syntax` };
    }
    if (seconds !== 0) scrapeSeconds = seconds;
  }
  const mostMs = scrapeSeconds * 1000 - offsetMs;
  if ((moduleTimeoutMs > 0 && moduleTimeoutMs < mostMs) || mostMs < 0) return { timeoutMs: moduleTimeoutMs };
  return { timeoutMs: mostMs };
}
