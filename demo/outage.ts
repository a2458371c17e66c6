const firstAfterMs = 15_000;
const periodMs = 240_000;
const lastsMs = 60_000;

/** True while the demonstration API fails: first 15 s after the start, then every four minutes, one minute each time. */
export function isOutage(sinceStartMs: number): boolean {
  const sinceFirstMs = sinceStartMs - firstAfterMs;
  return sinceFirstMs >= 0 && sinceFirstMs % periodMs < lastsMs;
}

/** Orders of the last minute, which swing a little and break in while the API fails. */
export function ordersPerMinute(sinceStartMs: number): number {
  const usual = 20 + Math.round(4 * Math.sin(sinceStartMs / 30_000));
  return isOutage(sinceStartMs) ? Math.round(usual / 5) : usual;
}
