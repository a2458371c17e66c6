import type { Alert } from "../../core/alerting/alert.ts";
import type { EscalationStep } from "../../core/alerting/escalation.ts";
import { fingerprint, type Labels } from "../../core/labels.ts";
import type { EpochMs } from "../../core/time/time.ts";
import { severityOf } from "../alert-book/alert-severity.ts";
import type { AlertingConfig } from "../alerting-config.ts";
import { policyOf } from "../escalation/chain/consider-policy.ts";
import { unmetCondition } from "../escalation/policies/step-conditions.ts";
import { resolveReach } from "../escalation/telling/reach.ts";
import { groupKeyOf, groupLabelsOf } from "../grouping/group-key.ts";
import { Mutes } from "../muting/mutes.ts";
import { emptyEngineState } from "../pipeline/engine-state.ts";
import { matchRoutes } from "../routing/route-tree.ts";

/** Where one route would take an alert. */
export type WhatIfRoute = Readonly<{
  route: string;
  receiver: string;
  /** Kinds of notifiers that the receiver tells by. */
  kinds: readonly string[];
  group: string;
  groupWaitMs: number;
  repeatIntervalMs: number;
  /** The fallback hears of it when it was not delivered within so long. */
  deliverWithinMs: number;
  /** Why it would not be told at that moment; absent when it would. */
  mutedBecause?: string;
}>;

/** What a step of the policy would do while nobody takes the incident. */
export type WhatIfStep = Readonly<{
  /** After the incident has opened. */
  atMs: number;
  notify: readonly string[];
  /** Ids of the people it reaches. */
  people: readonly string[];
  receivers: readonly string[];
  /** What reaches nobody, and why. */
  nobody: readonly string[];
  /** Why the step would be passed over; absent when it would be taken. */
  skippedBecause?: string;
}>;

/** Where the config would take an alert, and whom its incident would reach; silences and other alerts play no part. */
export type WhatIf = Readonly<{
  routes: readonly WhatIfRoute[];
  /** Absent where no policy applies, or where nothing would be told, so that no incident opens. */
  policy?: Readonly<{ id: string; title: string; steps: readonly WhatIfStep[] }>;
  /** The policy that does not begin because nothing would be told at that moment. */
  waitingPolicy?: string;
}>;

/** Says what an alert with these labels would do that begins at a moment. */
export function whatIf(config: AlertingConfig, labels: Labels, atMs: EpochMs): WhatIf {
  const alert: Alert = {
    fingerprint: fingerprint(labels),
    labels,
    annotations: {},
    status: "firing",
    startsAtMs: atMs,
    updatedAtMs: atMs,
  };
  const mutes = new Mutes(emptyEngineState(config), atMs);
  const routes = matchRoutes(config.route, labels).map((route): WhatIfRoute => {
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
  const policy = policyOf(config, labels);
  const opens = routes.find(({ mutedBecause }) => mutedBecause === undefined);
  if (policy === undefined) return { routes };
  if (opens === undefined) return { routes, waitingPolicy: policy.id };
  const openedAtMs = atMs + opens.groupWaitMs;
  const steps = policy.steps.map((step) => stepOf(config, step, alert, openedAtMs));
  return { routes, policy: { id: policy.id, title: policy.title, steps } };
}

function stepOf(config: AlertingConfig, step: EscalationStep, alert: Alert, openedAtMs: EpochMs): WhatIfStep {
  const nowMs = openedAtMs + step.atMs;
  const severity = severityOf(alert.labels["severity"]);
  const reaches = step.notify.map((text) => resolveReach(text, severity, nowMs, config.escalation));
  const counted = reaches.flatMap(({ destinations }) => destinations.filter(({ isCopy }) => isCopy !== true));
  const skipped = unmetCondition(step, severity, [alert], { nowMs, intervals: config.muting.intervals });
  return {
    atMs: step.atMs,
    notify: step.notify,
    people: [...new Set(counted.flatMap(({ recipient }) => recipient ?? []))],
    receivers: [...new Set(counted.map(({ receiver }) => receiver))],
    nobody: reaches.flatMap(({ nobody }) => nobody ?? []),
    ...(skipped === undefined ? {} : { skippedBecause: skipped }),
  };
}
