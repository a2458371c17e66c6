import type { RateLimit } from "../../../core/alerting/notifier.ts";

/** Tokens left at a moment of the monotonic clock; fractions grow back over time. */
export type Bucket = Readonly<{ tokens: number; atMs: number }>;

/** A full bucket. */
export function fullBucket(limit: RateLimit, nowMs: number): Bucket {
  return { tokens: limit.count, atMs: nowMs };
}

/** Tokens that there are at a moment. */
export function tokensAt(bucket: Bucket, limit: RateLimit, nowMs: number): number {
  const grown = ((nowMs - bucket.atMs) * limit.count) / limit.perMs;
  return Math.min(limit.count, bucket.tokens + Math.max(0, grown));
}

/** Takes one token, or says how long until there is one; over any `perMs` at most twice `count` are given, `count` on average. */
export function takeToken(
  bucket: Bucket,
  limit: RateLimit,
  nowMs: number,
): Readonly<{ bucket: Bucket; taken: boolean; waitMs: number }> {
  const tokens = tokensAt(bucket, limit, nowMs);
  if (tokens >= 1) return { bucket: { tokens: tokens - 1, atMs: nowMs }, taken: true, waitMs: 0 };
  const waitMs = Math.ceil(((1 - tokens) * limit.perMs) / limit.count);
  return { bucket: { tokens, atMs: Math.max(bucket.atMs, nowMs) }, taken: false, waitMs };
}
