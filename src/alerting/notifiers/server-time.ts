import type { NotifyIo } from "../../core/alerting/notifier.ts";
import { httpDateMs } from "../../core/http/http-date.ts";
import type { NotifyAnswer } from "../../core/ports/notify-http.ts";
import type { EpochMs } from "../../core/time/time.ts";

const worthTellingMs = 60_000;

/** The other end's clock by its `Date` header: signed with that, a message gets through although our own clock is wrong. */
function serverTimeMs(answer: NotifyAnswer): EpochMs | undefined {
  return answer.ok ? httpDateMs(answer.headers["date"] ?? "") : undefined;
}

export type SignedExchange = Readonly<{
  endpoint: string;
  /** Signs for this moment and posts. */
  post(signedAtMs: EpochMs): Promise<NotifyAnswer>;
  /** Whether the signature or its moment was refused, which one more signature may mend. */
  refusesSignature(answer: NotifyAnswer): boolean;
}>;

/** Posts, and once more by the other end's clock when the signature is refused; says so where the two clocks differ. */
export async function signedExchange({ endpoint, post, refusesSignature }: SignedExchange, io: NotifyIo) {
  const answer = await post(io.now());
  if (!refusesSignature(answer)) return answer;
  const theirsMs = serverTimeMs(answer) ?? io.now();
  const aheadMs = io.now() - theirsMs;
  if (Math.abs(aheadMs) > worthTellingMs) {
    io.log("warn", "notifier_clock_differs", { endpoint, ahead_seconds: Math.round(aheadMs / 1000) });
  }
  return await post(theirsMs);
}
