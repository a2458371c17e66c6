import { formatDuration } from "../../core/time/duration.ts";
import type { Integration, Receiver, Receivers } from "../delivery/config/receivers.ts";
import type { Lint } from "./lint-routes.ts";

/** A call rings for half a minute, and whether it was taken is known some seconds later. */
const timeToRingMs = 45_000;

/** Finds notifiers whose options can hardly work, each once, and receivers that leave a telephone no time to ring. */
export function lintReceivers(receivers: Receivers): readonly Lint[] {
  return [...receivers.values()].flatMap((receiver) => [
    ...receiver.integrations.flatMap((integration, index) => doubtsOf(receiver, integration, index)),
    ...haste(receiver),
  ]);
}

function doubtsOf({ name }: Receiver, { members }: Integration, index: number): readonly Lint[] {
  const doubts = new Set(members.flatMap(({ notifier }) => notifier.doubt ?? []));
  return [...doubts].map((message) => ({ path: ["receivers", name, "to", index], message }));
}

function haste({ name, integrations, deliverWithinMs, fallback }: Receiver): readonly Lint[] {
  const isAskedAfter = integrations.some(
    ({ interrupts, members }) => interrupts && members.some(({ notifier }) => notifier.fate !== undefined),
  );
  const shortestMs = Math.min(...Object.values(deliverWithinMs));
  if (!isAskedAfter || fallback.length === 0 || shortestMs >= timeToRingMs) return [];
  const message = `${formatDuration(shortestMs)} leaves a telephone no time to ring and a carrier none to deliver: the fallback is told as well, nearly always; give it ${formatDuration(timeToRingMs)} or more`;
  return [{ path: ["receivers", name, "deliver_within"], message }];
}
