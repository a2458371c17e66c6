import type { Alert, ChainLink, Explanation } from "../../core/alerting/alert.ts";
import { alertLine } from "../../core/message/alert-words.ts";
import type { Moment, Story } from "../../core/message/story.ts";
import type { Locale } from "../../core/message/words.ts";
import { compareSeverity } from "../../core/severity.ts";
import { tiers } from "../../core/tier.ts";
import type { EpochMs } from "../../core/time/time.ts";
import { severityOf } from "../alert-book/alert-severity.ts";
import { isActive, linkOf } from "./explanations.ts";
import { tierOf } from "./failing-nodes.ts";

const mostSteps = 5;

/** Tells the way to the most noticed of the explained alerts, and the cause that one of them has lost just now; empty without either. */
export function storyOf(
  alerts: readonly Alert[],
  locale: Locale,
  nowMs: EpochMs,
): Pick<Story, "chain" | "impact" | "formerCause"> {
  const moment = (link: ChainLink, atMs?: EpochMs): Moment => momentOf(link, locale, atMs);
  const firing = mostNoticed(alerts.filter((alert) => alert.status === "firing" && isActive(alert)));
  const noticed = firing ?? mostNoticed(alerts.filter(isActive));
  const lost = lostNow(alerts, nowMs);
  const cause = lost?.chain[0];
  return {
    ...(noticed?.explanation === undefined ? {} : chainOf([...noticed.explanation.chain, linkOf(noticed)], locale)),
    ...(cause === undefined ? {} : { formerCause: moment(cause, lost?.endedAtMs ?? nowMs) }),
  };
}

/** The explanation that was lost last, now; ahead of now where the clock went back a little. */
function lostNow(alerts: readonly Alert[], nowMs: EpochMs): Explanation | undefined {
  let lost: Explanation | undefined;
  let atMs = nowMs;
  for (const { explanation } of alerts) {
    const releasedAtMs = explanation?.releasedAtMs ?? 0;
    if (releasedAtMs < atMs || releasedAtMs === lost?.releasedAtMs) continue;
    lost = explanation;
    atMs = releasedAtMs;
  }
  return lost;
}

/** Tells a way from the cause to what people notice, the last of it. */
export function chainOf(links: readonly ChainLink[], locale: Locale): Pick<Story, "chain" | "impact"> {
  const impact = links.at(-1)?.fingerprint;
  if (impact === undefined) return {};
  return { chain: shortened(links).map((link) => momentOf(link, locale)), impact };
}

function momentOf(link: ChainLink, locale: Locale, atMs = link.atMs): Moment {
  return { atMs, text: alertLine(link, locale), fingerprint: link.fingerprint };
}

/** Of a long way the cause and what is nearest to people. */
function shortened(links: readonly ChainLink[]): readonly ChainLink[] {
  return links.length <= mostSteps ? links : [...links.slice(0, 1), ...links.slice(1 - mostSteps)];
}

/** The nearest to the business, then the gravest, then the oldest. */
export function mostNoticed(alerts: readonly Alert[]): Alert | undefined {
  return alerts.toSorted(
    (a, b) =>
      tiers.indexOf(tierOf(a.labels)) - tiers.indexOf(tierOf(b.labels)) ||
      compareSeverity(severityOf(b.labels["severity"]), severityOf(a.labels["severity"])) ||
      a.startsAtMs - b.startsAtMs,
  )[0];
}
