import type { AlertReceiver } from "../../../src/alerting/alerting-config.ts";
import { alertingConfigOf, checkOf, type RawSections, receiverOf } from "../worlds/alerting-world.ts";
import { deeds } from "./deeds.ts";
import type { Company } from "./steps.ts";

const one = { failureThreshold: 1 };
const services = [
  { id: "shop", title: "shop", hosts: ["h1"], needs: ["pay"], links: {}, policy: "chain" },
  { id: "pay", title: "pay", hosts: [], needs: [], links: {}, policy: "calm" },
];
const checks = [
  checkOf("h1", { ...one, tier: "os", severity: "warning", probe: "host" }),
  checkOf("page", { ...one, service: "shop" }),
  checkOf("search", { ...one, service: "shop", severity: "warning" }),
  checkOf("pay", { ...one, service: "pay", failureThreshold: 2 }),
];
const mailbox = { kind: "email", endpoint: "mail", sendResolved: true, interrupts: false, isPersonal: true };
const chat = { kind: "log", endpoint: "chat", sendResolved: true, interrupts: false };
const call = { kind: "voice", endpoint: "voice", sendResolved: false, interrupts: true, isPersonal: true };
const through = (...integrations: AlertReceiver["integrations"]): AlertReceiver => ({
  ...receiverOf(true),
  integrations,
});
/** One mailbox for each person, a chat with one, and telephones of which one tells the end, too. */
const receivers = {
  ops: receiverOf(true),
  mail: through(mailbox),
  team: through(chat, mailbox),
  voice: through(call),
  duty: through({ ...call, sendResolved: true }, chat),
};
const chain = {
  steps: [
    { at: "0m", notify: ["person/b", "team"] },
    { at: "2m", notify: ["oncall/ops"] },
    { at: "5m", notify: ["person/c", "person/b", "duty"] },
  ],
  // oxlint-disable-next-line no-thenable -- a key of the config
  then: { repeat: "20m" },
  acknowledgement_lasts: { critical: "4m" },
};
const sections = {
  services,
  people: {
    a: { title: "A", reach: { critical: ["voice", "team"], warning: ["team"] } },
    b: { title: "B", reach: { critical: ["mail", "duty"], warning: ["mail"] } },
    c: { title: "C", reach: { critical: ["mail"], warning: ["mail", "team"] } },
  },
  schedules: { ops: { members: ["a", "c"], every: "1d", handoff: "12:00", starts: "2026-11-23" } },
  policies: { chain, calm: { steps: [{ at: "1m", notify: ["oncall/ops", "mail"] }] } },
  route: {
    receiver: "ops",
    group_by: ["service"],
    group_wait: "10s",
    group_interval: "1m",
    repeat_interval: "25m",
    routes: {
      copy: { matchers: ["severity=critical"], receiver: "team", continue: true },
      shop: { matchers: ["service=shop"], receiver: "mail", continue: true, group_by: ["check"] },
      calls: { matchers: ["check=page"], receiver: "duty", continue: true },
    },
  },
} satisfies RawSections;
const edited = (changes: RawSections) => alertingConfigOf(checks, { ...sections, ...changes }, receivers);
const { copy, shop } = sections.route.routes;

/** Persons behind one mailbox, in chats and at telephones; acknowledgements that run out; groups that tell the same receivers. */
export const personalCompany = {
  checks,
  configs: [
    edited({}),
    edited({ services: services.map((each) => ({ ...each, needs: [], hosts: [] })) }),
    edited({ route: { ...sections.route, receiver: "mail", routes: { copy } } }),
    edited({ route: { ...sections.route, receiver: "team", group_by: ["check"], routes: { shop } } }),
    edited({ policies: { ...sections.policies, chain: { steps: [{ at: "1m", notify: ["person/c", "person/a"] }] } } }),
  ],
  deeds: {
    silenceShop: deeds.silenceShop,
    silenceHost: deeds.silenceHost,
    expireSilences: deeds.expireSilences,
    acknowledge: deeds.acknowledge,
    snooze: deeds.snooze,
    giveBack: deeds.giveBack,
    close: deeds.close,
    assign: deeds.assign,
    putOnCall: deeds.putOnCall,
  },
} satisfies Company;
