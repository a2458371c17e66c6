import fc from "fast-check";
import type { AlertReceiver } from "../../src/alerting/alerting-config.ts";
import { reportChange } from "../../src/alerting/changes/change-actions.ts";
import { actOnIncident, type IncidentDeed } from "../../src/alerting/escalation/incident-actions.ts";
import { endMaintenance, startMaintenance } from "../../src/alerting/maintenance/maintenance-actions.ts";
import { expireSilence, setSilence } from "../../src/alerting/silences/silence-actions.ts";
import type { Check } from "../../src/core/check.ts";
import type { Finding } from "../../src/core/finding.ts";
import {
  type AlertingWorld,
  alertingConfigOf,
  checkOf,
  downFinding,
  type RawSections,
  receiverOf,
  slowFinding,
  unknownFinding,
} from "./alerting-world.ts";

const minuteMs = 60_000;
const steady = { flapDetection: false } as const;
const services = [
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

const onlyA = { title: "A", reach: { critical: ["voice", "ops"], warning: ["ops"] } };

const sections = {
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

/** The cast with another threshold, without one of them. */
export const editedCast = cast
  .filter(({ id }) => id !== "search")
  .map((check) => (check.id === "page" ? { ...check, failureThreshold: 2, successThreshold: 1 } : check));

/** The config that a story begins with, and what people make of it meanwhile. */
export const configs = [
  alertingConfigOf(cast, sections, receivers),
  alertingConfigOf(editedCast, sections, receivers),
  alertingConfigOf(cast, { ...sections, services: [], maintenance: {}, policies: {} }, receivers),
  alertingConfigOf(cast, { ...sections, route: { ...sections.route, receiver: "dev", routes: {} } }, receivers),
  alertingConfigOf(
    cast,
    {
      ...sections,
      people: { a: onlyA, c: { title: "C", reach: { critical: ["mail"] } } },
      schedules: { ops: { ...sections.schedules.ops, members: ["c", "a"] } },
      policies: {
        chain: {
          steps: [
            { at: "0m", notify: ["oncall/ops"] },
            { at: "3m", notify: ["person/c"] },
          ],
        },
      },
    },
    receivers,
  ),
] as const;

const by = { by: "a", via: "cli" } as const;

function silence(world: AlertingWorld, name: string, value: string, waitMs: number): void {
  world.perform(
    setSilence({
      matchers: [{ name, operator: "=", value }],
      startsAtMs: world.nowMs + waitMs,
      endsAtMs: world.nowMs + waitMs + 15 * minuteMs,
      createdBy: "li",
      comment: "racks",
    }),
  );
}

function onIncidents(world: AlertingWorld, deed: IncidentDeed): void {
  for (const { id } of world.engine.snapshot().incidents) world.perform(actOnIncident(id, deed, by));
}

const acts = {
  silenceShop: (world) => silence(world, "service", "shop", 0),
  silenceHost: (world) => silence(world, "check", "h1", 3 * minuteMs),
  expireSilences: (world) => {
    for (const { id } of world.engine.snapshot().silences) world.perform(expireSilence(id, "li"));
  },
  maintainShop: (world) => void world.perform(startMaintenance({ name: "shop", lastsMs: 12 * minuteMs, by: "li" })),
  endMaintenance: (world) => {
    for (const name of ["shop", "host"]) world.perform(endMaintenance(name, "li"));
  },
  acknowledge: (world) => onIncidents(world, { kind: "acknowledge" }),
  snooze: (world) => onIncidents(world, { kind: "snooze", untilMs: world.nowMs + 4 * minuteMs }),
  assign: (world) => onIncidents(world, { kind: "assign", person: "b" }),
  deploy: (world) => void world.perform(reportChange({ atMs: world.nowMs, text: "v2", by: "pipeline" })),
} satisfies Readonly<Record<string, (world: AlertingWorld) => void>>;

/** One thing that happens in a story. */
export type StoryStep =
  | Readonly<{ do: "run"; check: number; findings: readonly Finding[] }>
  | Readonly<{ do: "wait"; ms: number }>
  | Readonly<{ do: "jump"; ms: number }>
  | Readonly<{ do: "restart" }>
  | Readonly<{ do: "reload"; config: number }>
  | Readonly<{ do: "act"; act: keyof typeof acts }>;

/** How often each thing happens; what is left out does not. */
export type StoryMix = Readonly<Partial<Record<StoryStep["do"], number>>>;

const findings = fc.constantFrom<readonly Finding[]>(
  [],
  [],
  [downFinding],
  [downFinding],
  [downFinding],
  [unknownFinding],
  [slowFinding],
);
const kinds: Readonly<Record<StoryStep["do"], fc.Arbitrary<StoryStep>>> = {
  run: fc.record({ do: fc.constant("run" as const), check: fc.nat(cast.length - 1), findings }),
  wait: fc.record({
    do: fc.constant("wait" as const),
    ms: fc.constantFrom(1000, 12_000, 40_000, 2 * minuteMs, 6 * minuteMs, 27 * minuteMs),
  }),
  jump: fc.record({
    do: fc.constant("jump" as const),
    ms: fc.constantFrom(-90 * minuteMs, -5 * minuteMs, 5 * minuteMs, 90 * minuteMs),
  }),
  restart: fc.constant({ do: "restart" as const }),
  reload: fc.record({ do: fc.constant("reload" as const), config: fc.nat(configs.length - 1) }),
  act: fc.record({
    do: fc.constant("act" as const),
    act: fc.constantFrom(...(Object.keys(acts) as (keyof typeof acts)[])),
  }),
};

/** All that can happen. */
export const anything: StoryMix = { run: 8, wait: 5, jump: 1, restart: 2, reload: 1, act: 2 };

/** Stories of up to 60 steps. */
export function stories(mix: StoryMix = anything): fc.Arbitrary<readonly StoryStep[]> {
  const chosen = (Object.entries(mix) as [StoryStep["do"], number][]).map(([kind, weight]) => ({
    weight,
    arbitrary: kinds[kind],
  }));
  return fc.array(fc.oneof(...chosen), { maxLength: 60, size: "max" });
}

/** Lets one thing happen, and the engine do what is due then: a daemon is awake within milliseconds, after a start or a change of its clock, too. */
export function happen(world: AlertingWorld, step: StoryStep): void {
  begin(world, step);
  world.advance(0);
}

function begin(world: AlertingWorld, step: StoryStep): void {
  if (step.do === "run") world.run(cast[step.check] ?? checkOf("none"), ...step.findings);
  else if (step.do === "wait") world.advance(step.ms);
  else if (step.do === "jump") {
    world.nowMs += step.ms;
    world.apply(world.engine.flush(world.nowMs));
  } else if (step.do === "restart") world.restart();
  else if (step.do === "reload") world.reload(configs[step.config] ?? configs[0]);
  else acts[step.act](world);
}

/** Ends a story well: the first config, all targets up, nobody silenced, and time for everything to have its say. */
export function endWell(world: AlertingWorld): void {
  world.reload(configs[0]);
  acts.expireSilences(world);
  acts.endMaintenance(world);
  for (const check of cast) world.calm(check);
  world.advance(60 * minuteMs);
}
