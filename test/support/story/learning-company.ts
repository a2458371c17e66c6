import type { AlertReceiver } from "../../../src/alerting/alerting-config.ts";
import { alertingConfigOf, checkOf, type RawSections, receiverOf } from "../worlds/alerting-world.ts";
import { deeds } from "./deeds.ts";
import type { Company } from "./steps.ts";

const one = { failureThreshold: 1 };
const services = [
  { id: "shop", title: "shop", hosts: ["h1"], needs: ["pay", "db"], links: {}, policy: "chain" },
  { id: "pay", title: "pay", hosts: ["h1"], needs: ["db"], links: {}, policy: "calm" },
  { id: "db", title: "db", hosts: [], needs: [], links: {}, policy: "loud" },
];
const checks = [
  checkOf("h1", { ...one, tier: "os", severity: "warning", probe: "host" }),
  checkOf("page", { ...one, service: "shop" }),
  checkOf("search", { ...one, service: "shop", severity: "warning" }),
  checkOf("pay", { ...one, service: "pay" }),
  checkOf("db", { ...one, service: "db", failureThreshold: 2 }),
  checkOf("orders", { ...one, tier: "business", service: "shop" }),
];
const mailbox = { kind: "email", endpoint: "mail", sendResolved: true, interrupts: false, isPersonal: true };
const chat = { kind: "log", endpoint: "chat", sendResolved: true, interrupts: false };
const call = { kind: "voice", endpoint: "voice", sendResolved: true, interrupts: true, isPersonal: true };
const through = (...integrations: AlertReceiver["integrations"]): AlertReceiver => ({
  ...receiverOf(true),
  integrations,
});
const receivers = {
  ops: receiverOf(true),
  mail: through(mailbox),
  team: through(chat, mailbox),
  phone: through(call, chat),
  siren: through({ ...call, isPersonal: false, endpoint: "siren" }),
  deaf: through({ ...chat, sendResolved: false }, mailbox),
};
const sections = {
  services,
  people: {
    a: { title: "A", reach: { critical: ["phone", "team"], warning: ["team"] } },
    b: { title: "B", reach: { critical: ["phone", "mail"], warning: ["mail"] } },
    l: { title: "L", reach: { critical: ["phone"], warning: ["mail", "deaf"] } },
  },
  schedules: {
    ops: { members: ["a", "b"], every: "1d", handoff: "12:00", starts: "2026-11-23", shadows: [{ person: "l" }] },
  },
  policies: {
    chain: {
      steps: [
        { at: "0m", notify: ["oncall/ops", "team"] },
        { at: "3m", notify: ["person/b", "siren"], when: { severities: ["critical"] } },
        { at: "5m", notify: ["ops"], when: { until: "resolved" } },
        { at: "9m", notify: ["oncall/ops+1", "person/l"] },
      ],
      // oxlint-disable-next-line no-thenable -- a key of the config
      then: { repeat: "20m" },
      acknowledgement_lasts: { critical: "6m", warning: "10m" },
    },
    calm: {
      steps: [
        { at: "1m", notify: ["oncall/ops", "deaf"] },
        { at: "4m", notify: ["team", "person/a"] },
      ],
    },
    loud: {
      steps: [
        { at: "0m", notify: ["siren", "person/l"] },
        { at: "2m", notify: ["oncall/ops"] },
      ],
      ring_again: "5m",
    },
  },
  inhibit_rules: { worse: { source: ["severity=critical"], target: ["severity=warning"], equal: ["service"] } },
  maintenance: { host: { matchers: ["tier=os"], cron: "10,50 * * * *", lasts: "7m", never_mute: [] } },
  route: {
    receiver: "ops",
    group_by: ["service"],
    group_wait: "10s",
    group_interval: "1m",
    repeat_interval: "25m",
    routes: {
      copy: { matchers: ["severity=critical"], receiver: "team", continue: true },
      pay: { matchers: ["service=pay"], receiver: "mail", continue: true, group_by: ["check"], group_wait: "0s" },
      calls: { matchers: ["check=page"], receiver: "siren", continue: true },
      business: { matchers: ["tier=business"], receiver: "deaf", group_by: [] },
    },
  },
} satisfies RawSections;
const edited = (changes: RawSections) => alertingConfigOf(checks, { ...sections, ...changes }, receivers);
const { copy, pay, business } = sections.route.routes;

/** Learners who read along, telephones with a chat beside, one siren for all, conditions of steps, causes and inhibition over one cast. */
export const learningCompany = {
  checks,
  configs: [
    edited({}),
    edited({ services: services.map((each) => ({ ...each, needs: [], hosts: [] })) }),
    edited({ route: { ...sections.route, receiver: "mail", routes: { copy, business } } }),
    edited({ route: { ...sections.route, receiver: "team", group_by: ["check"], routes: { pay } } }),
    edited({
      policies: { ...sections.policies, chain: { steps: [{ at: "1m", notify: ["person/l", "person/a"] }] } },
      inhibit_rules: {},
    }),
    edited({ correlation: { wait: "2m", skew: "0s", grace: "0s" } }),
  ],
  deeds,
} satisfies Company;
