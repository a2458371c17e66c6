import type { AlertReceiver } from "../../../src/alerting/alerting-config.ts";
import type { OutboxRow } from "../../../src/core/alerting/outbox.ts";
import { AlertingWorld, alertingConfigOf, checkOf, type RawSections, receiverOf } from "./alerting-world.ts";

export const minuteMs = 60_000;

/** A check of the shop that is critical and fails at its first bad run. */
export const checkout = checkOf("checkout", { service: "shop", failureThreshold: 1 });

/** One channel that wakes people and does not tell recovery. */
const voice: AlertReceiver = {
  integrations: [{ kind: "voice", endpoint: "voice", sendResolved: false, interrupts: true }],
  deliverWithinMs: { critical: 60_000, warning: 900_000, info: 3_600_000 },
  fallback: [],
};

/** Who is told in these stories: a is on call until 30 November 08:00, then b; the lead is told last. */
export const crew = {
  people: {
    a: { title: "Person A", reach: { critical: ["voice", "chat"], warning: ["chat"] } },
    b: { title: "Person B", reach: { critical: ["voice", "chat"], warning: ["chat"] } },
    lead: { title: "Lead", reach: { critical: ["voice"] } },
  },
  schedules: { ops: { members: ["a", "b"], every: "1w", handoff: "monday 08:00", starts: "2026-11-23" } },
  policies: {
    p1: {
      steps: [
        { at: "0m", notify: ["chat", "oncall/ops"] },
        { at: "5m", notify: ["oncall/ops"] },
        { at: "10m", notify: ["oncall/ops+1"] },
        { at: "20m", notify: ["person/lead"] },
      ],
      // oxlint-disable-next-line no-thenable -- a key of the config
      then: { repeat: "60m" },
      acknowledgement_lasts: { critical: "1h" },
    },
  },
  service_policies: { shop: "p1" },
  route: { receiver: "chat", group_wait: "0s", group_by: ["service"] },
} satisfies RawSections;

export const crewReceivers: Readonly<Record<string, AlertReceiver>> = {
  chat: receiverOf(true),
  mail: receiverOf(true),
  voice,
};

/** A world with the crew; parts of its config can be replaced. */
export function crewWorld(changes: RawSections = {}, checks = [checkout]): AlertingWorld {
  return new AlertingWorld(alertingConfigOf(checks, { ...crew, ...changes }, crewReceivers));
}

/** What was sent, as `+5 voice→a firing escalated`: minutes since a moment, destination, intent and why. */
export function sentSince(rows: readonly OutboxRow[], sinceMs: number): readonly string[] {
  return rows.map(({ receiver, notification }) => {
    const { recipient, createdAtMs, intent, because } = notification;
    const minutes = Math.round((createdAtMs - sinceMs) / minuteMs);
    return `+${minutes} ${receiver}${recipient === undefined ? "" : `→${recipient}`} ${intent} ${because}`;
  });
}
