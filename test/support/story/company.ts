import type { AlertReceiver } from "../../../src/alerting/alerting-config.ts";
import type { Check } from "../../../src/core/checks/check.ts";
import { checkOf, type RawSections, receiverOf } from "../worlds/alerting-world.ts";

const minuteMs = 60_000;
const steady = { flapDetection: false } as const;
/** What the host carries, and what needs what. */
export const services = [
  { id: "shop", title: "shop", hosts: ["h1"], needs: ["pay"], links: {}, policy: "chain" },
  { id: "pay", title: "pay", hosts: ["h1"], needs: [], links: {} },
];

/** A company in small: a host, two services, orders; every threshold differs, and one of them may flap. */
export const cast: readonly Check[] = [
  checkOf("h1", { ...steady, tier: "os", severity: "warning", probe: "host", failureThreshold: 2 }),
  checkOf("page", { ...steady, service: "shop", failureThreshold: 3, successThreshold: 2 }),
  checkOf("search", { ...steady, service: "shop", severity: "warning", failureThreshold: 1 }),
  checkOf("pay", { ...steady, service: "pay", failureThreshold: 2, failureWindow: 4 }),
  checkOf("orders", { ...steady, tier: "business", service: "shop", failureThreshold: 1, blindAfterMs: minuteMs }),
  checkOf("wobbly", { service: "pay", severity: "warning", failureThreshold: 1 }),
];

/** A person whom nothing but a call and a chat reaches. */
export const onlyA = { title: "A", reach: { critical: ["voice", "ops"], warning: ["ops"] } };

/** All else that the config says at first. */
export const sections = {
  services,
  people: {
    a: onlyA,
    b: { title: "B", reach: { critical: ["voice", "mail"], warning: ["mail"] } },
  },
  schedules: { ops: { members: ["a", "b"], every: "1d", handoff: "12:00", starts: "2026-11-23" } },
  policies: {
    chain: {
      steps: [
        { at: "0m", notify: ["ops", "oncall/ops"] },
        { at: "5m", notify: ["oncall/ops"] },
        { at: "12m", notify: ["person/b"] },
      ],
      acknowledgement_lasts: { critical: "15m" },
    },
  },
  maintenance: { host: { matchers: ["tier=os"], cron: "10,50 * * * *", lasts: "7m", never_mute: [] } },
  inhibit_rules: { worse: { source: ["alertname=CheckDown"], target: ["alertname=CheckFlaw"], equal: ["check"] } },
  time_intervals: { quarter: [{ times: [{ start: "10:15", end: "10:30" }] }] },
  route: {
    receiver: "ops",
    group_by: ["service"],
    group_wait: "10s",
    group_interval: "1m",
    repeat_interval: "25m",
    routes: {
      copy: { matchers: ["service=pay"], receiver: "dev", continue: true, group_by: ["check"], group_wait: "0s" },
      quiet: { matchers: ["check=search"], mute_time_intervals: ["quarter"], group_by: ["check"] },
    },
  },
} satisfies RawSections;
/** Where messages go in these stories; only steps send by `voice` and `mail`. */
export const receivers: Readonly<Record<string, AlertReceiver>> = {
  ops: receiverOf(true, true),
  dev: receiverOf(true),
  mail: {
    ...receiverOf(true),
    integrations: [{ kind: "email", endpoint: "mail", sendResolved: true, interrupts: false, isPersonal: true }],
  },
  voice: {
    ...receiverOf(false),
    integrations: [{ kind: "voice", endpoint: "voice", sendResolved: false, interrupts: true }],
  },
};
