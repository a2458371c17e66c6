import type { Alert } from "../../core/alert.ts";
import { fingerprint, type Labels } from "../../core/labels.ts";
import type { EpochMs } from "../../core/time.ts";
import { severityOf } from "../alert-book/alert-severity.ts";
import type { AlertingConfig } from "../alerting-config.ts";
import { groupKeyOf, groupLabelsOf } from "../grouping/group-key.ts";
import { Mutes } from "../muting/mutes.ts";
import { emptyEngineState } from "../pipeline/engine-state.ts";
import { matchRoutes } from "../routing/route-tree.ts";

/** Where one route would take an alert. */
export type WhatIfRoute = Readonly<{
  route: string;
  receiver: string;
  /** Kinds of notifiers that the receiver tells by; none: nobody would hear of it. */
  kinds: readonly string[];
  group: string;
  groupWaitMs: number;
  repeatIntervalMs: number;
  /** The fallback hears of it when it was not delivered within so long. */
  deliverWithinMs: number;
  /** Why it would not be told at that moment; absent when it would. */
  mutedBecause?: string;
}>;

/** Says where the config would take an alert that begins at a moment; silences and other alerts play no part. */
export function whatIf(config: AlertingConfig, labels: Labels, atMs: EpochMs): readonly WhatIfRoute[] {
  const alert: Alert = {
    fingerprint: fingerprint(labels),
    labels,
    annotations: {},
    status: "firing",
    startsAtMs: atMs,
    updatedAtMs: atMs,
  };
  const mutes = new Mutes(emptyEngineState(config), atMs);
  return matchRoutes(config.route, labels).map((route) => {
    const receiver = config.receivers.get(route.receiver);
    const mute = mutes.of(alert, route);
    return {
      route: route.id,
      receiver: route.receiver,
      kinds: receiver?.integrations.map(({ kind }) => kind) ?? [],
      group: groupKeyOf(route, groupLabelsOf(route, labels)),
      groupWaitMs: route.groupWaitMs,
      repeatIntervalMs: route.repeatIntervalMs,
      deliverWithinMs: receiver?.deliverWithinMs[severityOf(labels["severity"])] ?? 0,
      ...(mute === undefined ? {} : { mutedBecause: mute.because }),
    };
  });
}
