import type { Told } from "../../core/alerting/alert-group.ts";
import type { Intent } from "../../core/alerting/notification.ts";
import type { EpochMs } from "../../core/time/time.ts";
import { placeIn } from "./told.ts";

/** An alert of a group that fires, with the moment it began. */
export type FiringMember = Readonly<{ fingerprint: string; startsAtMs: EpochMs }>;

/** What a group holds at a flush and what it has told. */
export type FlushFacts = Readonly<{
  firing: readonly FiringMember[];
  /** Told alerts that fire on but are routed elsewhere or muted by now: they keep the group alive and make it say nothing. */
  silentCount: number;
  /** An alert that was told with its cause is told on its own from now on. */
  someReleased: boolean;
  /** An alert that was told for information is explained by something else by now. */
  someOfAnotherCause: boolean;
  resolved: readonly string[];
  told: Told | undefined;
  /** Whether any integration of the receiver wants to hear of recovery. */
  sendResolved: boolean;
  repeatIntervalMs: number;
  nowMs: EpochMs;
}>;

/** Why a group is told now, in Alertmanager's words where it has them; undefined when there is nothing to say. */
export type FlushReason =
  | "first notification"
  | "new alerts added"
  | "fired again"
  | "no longer explained"
  | "another cause"
  | "all alerts resolved"
  | "some alerts resolved"
  | "repeat interval elapsed";

/** Kind of message that goes with each reason. */
export const intentOf: Readonly<Record<FlushReason, Intent>> = {
  "first notification": "firing",
  "new alerts added": "firing",
  "fired again": "firing",
  "no longer explained": "firing",
  "another cause": "update",
  "all alerts resolved": "resolved",
  "some alerts resolved": "update",
  "repeat interval elapsed": "firing",
};

/**
 * Decides whether a group is told something now. Only alerts that were told as firing count as resolved, and an alert that began
 * again after it was told is told again even where its recovery never was.
 * @see https://github.com/prometheus/alertmanager/blob/main/notify/notify.go (DedupStage.needsUpdate)
 */
export function decideFlush({ firing, resolved, told, ...facts }: FlushFacts): FlushReason | undefined {
  if (facts.someReleased) return "no longer explained";
  if (told === undefined) return firing.length > 0 ? "first notification" : undefined;
  const wasTold = (member: string): boolean => placeIn(told, member) !== undefined;
  if (firing.some((member) => !wasTold(member.fingerprint)))
    return told.firing.length === 0 ? "first notification" : "new alerts added";
  if (firing.some((member) => isAnotherOccurrence(member, told))) return "fired again";
  if (facts.someOfAnotherCause) return "another cause";
  if (firing.length === 0 && facts.silentCount === 0) return told.firing.length > 0 ? "all alerts resolved" : undefined;
  if (facts.sendResolved && resolved.some(wasTold)) return "some alerts resolved";
  if (firing.length === 0) return undefined;
  return told.atMs + facts.repeatIntervalMs <= facts.nowMs ? "repeat interval elapsed" : undefined;
}

/** True when the group told of this alert as firing, but of an earlier occurrence. */
export function isAnotherOccurrence({ fingerprint, startsAtMs }: FiringMember, told: Told): boolean {
  const place = placeIn(told, fingerprint);
  const toldSinceMs = place === undefined ? undefined : told.firingSinceMs?.[place];
  return toldSinceMs !== undefined && toldSinceMs !== startsAtMs;
}
