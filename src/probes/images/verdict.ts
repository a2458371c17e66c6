import type { Finding } from "../../core/checks/finding.ts";
import type { Reason } from "../../core/checks/reasons.ts";
import type { ImagesOptions, Limits } from "./options.ts";
import { byHost, isFailed, isMeasured, type Judgement, type Outcome, shownAddress } from "./outcome.ts";

const fewestForHostShare = 3;
const mostNamed = 3;

/**
 * One finding for each reason: an outage or a flaw as the thresholds have it for all that failed, a flaw for what
 * browsers show all the same, and unknown for what could not be measured.
 */
export function findingsOf(
  outcomes: readonly Outcome[],
  { flaw_when: flawWhen, down_when: downWhen }: Pick<ImagesOptions, "flaw_when" | "down_when">,
): readonly Finding[] {
  const measured = outcomes.filter(isMeasured);
  const isDown = hasReached(measured, downWhen);
  const { severity } = flawWhen;
  const isFlaw = hasReached(measured, hasLimit(flawWhen) ? flawWhen : { count: 1 });
  const failed = isDown || isFlaw ? grouped(outcomes, "failed") : [];
  return [
    ...failed.map(({ reason, detail }): Finding => {
      return isDown ? { is: "down", reason, detail } : { is: "flaw", severity, reason, detail };
    }),
    ...grouped(outcomes, "unknown").map(({ reason, detail }): Finding => ({ is: "unknown", reason, detail })),
    ...grouped(outcomes, "flawed").map(({ reason, detail }): Finding => {
      return { is: "flaw", severity: "warning", reason, detail };
    }),
  ];
}

function hasLimit({ count, share, host_share: hostShare }: Limits): boolean {
  return count !== undefined || share !== undefined || hostShare !== undefined;
}

/** Part of the measured that failed; 0 when nothing was measured. */
export function failedShare(measured: readonly Outcome[]): number {
  return measured.length === 0 ? 0 : measured.filter(isFailed).length / measured.length;
}

function hasReached(measured: readonly Outcome[], { count, share, host_share: hostShare }: Limits): boolean {
  const failures = measured.filter(isFailed).length;
  if (failures === 0) return false;
  if (count !== undefined && failures >= count) return true;
  if (share !== undefined && failedShare(measured) >= share) return true;
  if (hostShare === undefined) return false;
  return [...byHost(measured, Infinity).values()].some(
    (ofHost) => ofHost.length >= fewestForHostShare && failedShare(ofHost) >= hostShare,
  );
}

type Grouped = Readonly<{ reason: Reason; detail: string }>;

function grouped(outcomes: readonly Outcome[], state: "failed" | "flawed" | "unknown"): readonly Grouped[] {
  const such = outcomes.flatMap((outcome) => {
    const { judgement } = outcome;
    return judgement.state === state ? [{ outcome, judgement }] : [];
  });
  const groups = Map.groupBy(such, ({ judgement }) => judgement.reason);
  const asked = outcomes.filter(({ judgement }) => judgement.state !== "skipped").length;
  return [...groups].map(([reason, of]) => {
    const named = of.slice(0, mostNamed).map(({ outcome, judgement }) => words(outcome, judgement));
    const more = of.length > mostNamed ? `; and ${of.length - mostNamed} more` : "";
    return { reason, detail: `${of.length} of ${asked}: ${named.join("; ")}${more}` };
  });
}

function words({ resource }: Outcome, judgement: Exclude<Judgement, { state: "good" }>): string {
  const detail = judgement.detail.length > 160 ? `${judgement.detail.slice(0, 159)}…` : judgement.detail;
  return `${shownAddress(resource.url)} (${resource.reference.element}): ${detail}`;
}
