import { alertingConfigOf, checkOf, receiverOf } from "../worlds/alerting-world.ts";
import type { Company } from "./steps.ts";

const checks = [
  checkOf("a", { service: "shop", failureThreshold: 2, successThreshold: 2, blindAfterMs: 60_000 }),
  checkOf("b", { service: "shop", failureThreshold: 1, severity: "warning", blindAfterMs: 120_000 }),
  checkOf("c", { service: "pay", failureThreshold: 3, blindAfterMs: 60_000 }),
];
const busy = { kind: "threshold", metric: "load", above: { warning: 1, critical: 5 }, recover: 0.5 };
const rules = {
  busy: { ...busy, for: "30s", keep_firing_for: "1m" },
  odd: { kind: "threshold", metric: "load", above: { warning: 3 }, k_of_n: { k: 2, n: 4 }, on_nodata: "alert" },
};
const route = {
  receiver: "ops",
  group_by: ["service"],
  group_wait: "10s",
  group_interval: "1m",
  repeat_interval: "10m",
  routes: {
    copy: { matchers: ["service=pay"], receiver: "dev", continue: true, group_by: ["check"], group_wait: "0s" },
    pay: { matchers: ["service=pay"], group_by: ["alertname"] },
  },
};
const receivers = { ops: receiverOf(true, true), dev: receiverOf(false) };

/** Checks that may become blind, and two rules on one series. */
export const ruledCompany = {
  checks,
  configs: [
    alertingConfigOf(checks, { route, rules }, receivers),
    alertingConfigOf(checks, { route, rules: { busy } }, receivers),
  ],
  deeds: {},
  rules: Object.keys(rules),
} satisfies Company;
