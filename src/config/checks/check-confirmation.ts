import type { ProbeKind } from "../../core/checks/probe.ts";
import type { Problem } from "../../core/schema/problems.ts";
import type { ArrivalKeys, ScheduledKeys } from "./check-schema.ts";

type Keys = Pick<ScheduledKeys | ArrivalKeys, "failure_threshold" | "failure_window">;

/** What is wrong with the keys that say when a bad result is believed. */
export function confirmationProblems({ failure_threshold, failure_window }: Keys, kind: ProbeKind): Problem[] {
  const threshold = failure_threshold ?? kind.defaults.failureThreshold;
  if (failure_window === undefined || failure_window >= threshold) return [];
  const message = `${failure_window} runs cannot hold ${threshold} bad ones; failure_window must be at least failure_threshold`;
  return [{ path: ["failure_window"], message }];
}
