import type { OutboxRow } from "../../core/alerting/outbox.ts";
import { isOwnTrouble } from "../../core/alerting/own-trouble.ts";
import type { ShadowNotice } from "../../core/alerting/shadow-notice.ts";
import type { Action } from "../pipeline/action.ts";
import type { PipelineState } from "../pipeline/pipeline-state.ts";

const keepMs = 14 * 86_400_000;
/** Of each side, so that a storm of one does not push out what the other said. */
const mostKept = 5000;

/** Notes what was told of alerts, each occurrence once; answers how many were new. What is older than two weeks or too much goes. */
export function noteShadow(notices: readonly ShadowNotice[]): Action<number> {
  return ({ state, nowMs }) => {
    const { shadowNotices } = state;
    const fresh = notices.filter((notice) => shadowNotices.get(shadowKey(notice)) === undefined);
    for (const notice of fresh) shadowNotices.set(shadowKey(notice), notice);
    if (fresh.length > 0) dropOld(state, nowMs);
    return { outcome: fresh.length };
  };
}

/** What a message that would have been sent tells of alerts that fire; of this daemon itself no other system knows. */
export function noticesOf({ notification, receiver }: OutboxRow, atMs: number): readonly ShadowNotice[] {
  if (notification.intent !== "firing") return [];
  const firing = notification.alerts.filter((alert) => alert.status === "firing" && !isOwnTrouble(alert));
  return firing.map(({ fingerprint, labels, startsAtMs }) => {
    return { side: "here", fingerprint, labels, startsAtMs, atMs, receiver };
  });
}

/** Key of a notice: one per side and occurrence of an alert. */
export function shadowKey({ side, fingerprint, startsAtMs }: ShadowNotice): string {
  return `${side}/${fingerprint}/${startsAtMs}`;
}

function dropOld({ shadowNotices }: PipelineState, nowMs: number): void {
  for (const side of ["here", "there"] as const) {
    const newestFirst = shadowNotices
      .values()
      .filter((notice) => notice.side === side)
      .toSorted((a, b) => b.atMs - a.atMs);
    for (const [index, notice] of newestFirst.entries())
      if (index >= mostKept || nowMs - notice.atMs > keepMs) shadowNotices.delete(shadowKey(notice));
  }
}
