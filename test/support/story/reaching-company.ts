import type { RawSections } from "../worlds/alerting-world.ts";
import { checkOf } from "../worlds/alerting-world.ts";
import type { ReachedConfig } from "./reached-world.ts";

const steady = { flapDetection: false } as const;

/** Checks of a company whose channels fail: two that page, one that warns, one that is told for information. */
export const reachedChecks = [
  checkOf("page", { ...steady, service: "shop", failureThreshold: 1 }),
  checkOf("pay", { ...steady, service: "shop", failureThreshold: 2 }),
  checkOf("disk", { ...steady, tier: "os", severity: "warning", failureThreshold: 1 }),
  checkOf("backup", { ...steady, tier: "os", severity: "info", failureThreshold: 1 }),
];

const people = {
  a: { title: "A", reach: { critical: ["phone", "post", "text"], warning: ["post"] } },
  b: { title: "B", reach: { critical: ["phone"], warning: ["post"] } },
};
const copy = { matchers: ["service=shop"], receiver: "dev", continue: true, group_by: ["check"], group_wait: "0s" };
/** Trouble of the daemon goes where nothing fails. */
const own = { matchers: ["alertname=WatchfireTrouble"], receiver: "admin", group_by: ["component"] };
const sections = {
  services: [{ id: "shop", title: "shop", hosts: [], needs: [], links: {}, policy: "chain" }],
  people,
  schedules: { ops: { members: ["a", "b"], every: "1d", handoff: "12:00", starts: "2026-11-23" } },
  policies: {
    chain: {
      steps: [
        { at: "0m", notify: ["ops", "oncall/ops"] },
        { at: "5m", notify: ["person/b"] },
      ],
    },
  },
  route: {
    receiver: "ops",
    group_by: ["tier"],
    group_wait: "5s",
    group_interval: "30s",
    repeat_interval: "10m",
    routes: { own, copy, night: { matchers: ["check=disk"], receiver: "bell" } },
  },
} satisfies RawSections;

const receivers = {
  ops: {
    to: [{ kind: "chat", name: "ops" }],
    deliver_within: { critical: "2m", warning: "4m" },
    fallback: ["bridge"],
  },
  bridge: { to: [{ kind: "chat", name: "bridge" }] },
  admin: { to: [{ kind: "chat", name: "admin" }] },
  dev: { to: [{ kind: "chat", name: "dev" }] },
  phone: { to: [{ kind: "call", name: "phone" }], deliver_within: { critical: "3m" }, fallback: ["bridge"] },
  // A bell that tells ends because it was asked to, beside a chat that tells none.
  bell: {
    to: [
      { kind: "call", name: "bell", send_resolved: true },
      { kind: "chat", name: "wall", send_resolved: false },
    ],
    deliver_within: { warning: "3m" },
    fallback: ["person/a", "bridge"],
  },
  post: { to: [{ kind: "mail", name: "post" }], deliver_within: { critical: "2m" }, fallback: ["bridge"] },
  // Without a number of its own.
  text: { to: [{ kind: "text", name: "text" }], deliver_within: { critical: "2m" }, fallback: ["bridge"] },
};

const configOf = (over: RawSections = {}, written: ReachedConfig["receivers"] = receivers): ReachedConfig => ({
  checks: reachedChecks,
  sections: { ...sections, ...over },
  receivers: written,
});
const { dev: _dev, ...withoutDev } = receivers;

/** The config of a story's begin and end, and what people make of it meanwhile. */
export const reachedConfigs: readonly [ReachedConfig, ...ReachedConfig[]] = [
  configOf(),
  configOf({ route: { ...sections.route, receiver: "bridge", routes: { own } } }),
  configOf({}, { ...receivers, ops: { ...receivers.ops, fallback: ["phone", "post"] } }),
  configOf({ policies: { chain: { steps: [{ at: "1m", notify: ["person/b", "phone"] }] } } }),
  configOf({ route: { ...sections.route, routes: { own } } }, withoutDev),
  configOf(
    { policies: { chain: { steps: [{ at: "0m", notify: ["person/a", "person/b"] }] } } },
    { ...receivers, phone: { ...receivers.phone, fallback: ["text", "oncall/ops"] } },
  ),
];

/** Names of the channels at the other end. */
export const reachedChannels = ["ops", "bridge", "dev", "phone", "bell", "wall", "post", "text"] as const;
