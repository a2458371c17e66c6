import type { AlertReceiver } from "../../../src/alerting/alerting-config.ts";
import { alertingConfigOf, checkOf, type RawSections, receiverOf } from "../worlds/alerting-world.ts";
import { deeds } from "./deeds.ts";
import type { Company } from "./steps.ts";

const one = { failureThreshold: 1 };
const services = [
  { id: "shop", title: "shop", hosts: ["h1"], needs: [], links: {}, policy: "chain" },
  { id: "pay", title: "pay", hosts: [], needs: [], links: {} },
];
const checks = [
  checkOf("h1", { ...one, tier: "os", severity: "warning", probe: "host" }),
  checkOf("h2", { ...one, tier: "os", severity: "warning", probe: "host" }),
  checkOf("search", { ...one, service: "shop", severity: "warning" }),
  checkOf("page", { ...one, service: "shop" }),
  checkOf("pay", { ...one, service: "pay", severity: "warning" }),
];
const [chat] = receiverOf(true).integrations;
const call = { kind: "voice", endpoint: "voice", sendResolved: false, interrupts: true };
const receivers: Readonly<Record<string, AlertReceiver>> = {
  ops: receiverOf(true),
  dev: receiverOf(true, false),
  duty: { ...receiverOf(true), integrations: [...(chat === undefined ? [] : [chat]), call] },
};
const hours = Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, "0"));
const sections = {
  services,
  time_intervals: {
    nights: [{ times: hours.map((hour) => ({ start: `${hour}:05`, end: `${hour}:30` })) }],
    naps: [{ times: hours.map((hour) => ({ start: `${hour}:10`, end: `${hour}:14` })) }],
  },
  people: { a: { title: "A", reach: { critical: ["duty"], warning: ["ops"] } } },
  policies: {
    chain: {
      steps: [
        { at: "1m", notify: ["dev"] },
        { at: "4m", notify: ["person/a"] },
      ],
    },
  },
  inhibit_rules: { worse: { source: ["severity=critical"], target: ["severity=warning"], equal: ["service"] } },
  route: {
    receiver: "ops",
    group_by: ["service"],
    group_wait: "10s",
    group_interval: "1m",
    repeat_interval: "25m",
    routes: {
      copy: { matchers: ["severity=warning"], receiver: "dev", continue: true, hold: "naps" },
      machines: { matchers: ["tier=os"], receiver: "duty", hold: "nights", group_by: ["check"] },
      shop: { matchers: ["service=shop"], hold: "nights" },
    },
  },
} satisfies RawSections;
const edited = (changes: RawSections) => alertingConfigOf(checks, { ...sections, ...changes }, receivers);
const { copy, machines, shop } = sections.route.routes;
const routed = (routes: Readonly<Record<string, unknown>>) => edited({ route: { ...sections.route, routes } });

/** Routes that hold what may wait for the end of an interval, before and beside others that do not. */
export const holdingCompany = {
  checks,
  configs: [
    edited({}),
    routed({ copy }),
    routed({ machines: { ...machines, receiver: "ops" }, shop: { ...shop, hold: "naps" } }),
    edited({
      services: [],
      route: { ...sections.route, routes: { all: { matchers: ["tier=~os|application"], hold: "nights" } } },
    }),
  ],
  deeds: {
    silenceShop: deeds.silenceShop,
    silenceHost: deeds.silenceHost,
    expireSilences: deeds.expireSilences,
    maintainShop: deeds.maintainShop,
    endMaintenance: deeds.endMaintenance,
    acknowledge: deeds.acknowledge,
    close: deeds.close,
  },
} satisfies Company;
