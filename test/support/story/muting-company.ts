import { reportChange } from "../../../src/alerting/changes/change-actions.ts";
import { endMaintenance, startMaintenance } from "../../../src/alerting/maintenance/maintenance-actions.ts";
import { type AlertingWorld, alertingConfigOf, checkOf, receiverOf } from "../worlds/alerting-world.ts";
import { deeds, silence } from "./deeds.ts";
import type { Company } from "./steps.ts";

const minuteMs = 60_000;
const one = { failureThreshold: 1 };
const checks = [
  checkOf("a", { ...one, service: "shop", labels: { host: "h1" } }),
  checkOf("b", { ...one, service: "shop", severity: "warning", labels: { host: "h2" } }),
  checkOf("c", { ...one, service: "pay", labels: { host: "h1" } }),
  checkOf("d", { ...one, tier: "os", labels: { host: "h1" } }),
];
const copy = {
  matchers: ["service=pay"],
  receiver: "dev",
  continue: true,
  group_by: ["check"],
  active_time_intervals: ["odd"],
};
const sections = {
  time_intervals: {
    quarter: [{ times: [{ start: "10:15", end: "10:30" }] }],
    odd: [{ times: [{ start: "10:05", end: "10:20" }] }, { times: [{ start: "10:40", end: "10:10" }] }],
  },
  maintenance: {
    short: { services: ["shop"], cron: "*/20 * * * *", lasts: "7m" },
    host: { matchers: ["tier=os"], cron: "10,50 * * * *", lasts: "15m", never_mute: [] },
  },
  inhibit_rules: {
    host: { source: ["tier=os"], target: ["tier=application"], equal: ["host"] },
    worse: { source: ["severity=critical"], target: ["severity=warning"], equal: ["service"] },
  },
  route: {
    receiver: "ops",
    group_by: ["tier"],
    group_wait: "10s",
    group_interval: "1m",
    repeat_interval: "25m",
    routes: {
      copy,
      quiet: { matchers: ["service=~pay|shop"], mute_time_intervals: ["quarter"], group_by: ["service"] },
    },
  },
};
const receivers = { ops: receiverOf(true, true), dev: receiverOf(true) };
const everything = { all: { matchers: ["env=production"], cron: "*/30 * * * *", lasts: "20m" } };

/** What people do where mutes are many. */
const mutingDeeds = {
  silenceShop: deeds.silenceShop,
  silenceHost: (world) => silence(world, "host", "h1", 3 * minuteMs),
  silenceMachines: (world) => silence(world, "tier", "os", 0),
  expireSilences: deeds.expireSilences,
  maintainShop: deeds.maintainShop,
  endShop: (world) => void world.perform(endMaintenance("shop", "pipeline")),
  maintainHost: (world) => void world.perform(startMaintenance({ name: "host", by: "li" })),
  endWindowEarly: (world) => void world.perform(endMaintenance("short", "li")),
  deploy: (world) => void world.perform(reportChange({ atMs: world.nowMs, text: "v2", by: "pipeline" })),
} satisfies Readonly<Record<string, (world: AlertingWorld) => void>>;

/** Silences, windows, intervals and inhibition over the same few alerts, with other mutes and routes as edits. */
export const mutingCompany = {
  checks,
  configs: [
    alertingConfigOf(checks, sections, receivers),
    alertingConfigOf(checks, { ...sections, maintenance: {}, inhibit_rules: {} }, receivers),
    alertingConfigOf(checks, { ...sections, maintenance: everything }, receivers),
    alertingConfigOf(
      checks,
      { ...sections, route: { ...sections.route, receiver: "dev", routes: { copy } } },
      receivers,
    ),
  ],
  deeds: mutingDeeds,
} satisfies Company;
