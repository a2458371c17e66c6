import { alertingConfigOf, checkOf, receiverOf } from "../worlds/alerting-world.ts";
import type { Company } from "./steps.ts";

const services = [
  { id: "shop", title: "shop", hosts: ["h1", "h2"], needs: ["pay"], links: {} },
  { id: "pay", title: "pay", hosts: ["h2"], needs: [], links: {} },
];
const checks = [
  checkOf("h1", { tier: "os", severity: "warning", probe: "host", failureThreshold: 1 }),
  checkOf("h2", { tier: "os", severity: "critical", probe: "host", failureThreshold: 2 }),
  checkOf("page", { service: "shop", failureThreshold: 1 }),
  checkOf("pay", { service: "pay", severity: "warning", failureThreshold: 2 }),
  checkOf("orders", { tier: "business", service: "shop", failureThreshold: 1 }),
  checkOf("visits", {
    tier: "business",
    service: "shop",
    severity: "warning",
    dependsOn: ["page"],
    failureThreshold: 1,
  }),
];
const sections = {
  services,
  maintenance: { h2: { matchers: ["check=h2"], cron: "*/20 * * * *", lasts: "7m", never_mute: [] } },
  route: {
    receiver: "ops",
    group_by: ["check"],
    group_wait: "10s",
    group_interval: "1m",
    repeat_interval: "25m",
    routes: {
      copy: { matchers: ["service=shop"], receiver: "dev", continue: true, group_by: ["service"], group_wait: "20s" },
      business: { matchers: ["tier=business"], receiver: "managers" },
    },
  },
};
const receivers = { ops: receiverOf(true), dev: receiverOf(true), managers: receiverOf(true) };
const redundant = (each: (typeof services)[number]) =>
  each.id === "shop" ? { ...each, redundancy: [{ id: "hosts", of: ["h1", "h2"], needed: 1 }] } : each;
const slow = { wait: "2m", skew: "0s", grace: "0s" };

/** Causes and symptoms over two hosts and all tiers, with other dependencies, other patience and other routes as edits. */
export const correlatingCompany = {
  checks,
  configs: [
    alertingConfigOf(checks, sections, receivers),
    alertingConfigOf(checks, { ...sections, services: [] }, receivers),
    alertingConfigOf(checks, { ...sections, maintenance: {}, correlation: slow }, receivers),
    alertingConfigOf(checks, { ...sections, route: { ...sections.route, routes: {} } }, receivers),
    alertingConfigOf(checks, { ...sections, services: services.map(redundant) }, receivers),
  ],
  deeds: {},
} satisfies Company;
