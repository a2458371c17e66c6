import { reportChange } from "../../../src/alerting/changes/change-actions.ts";
import { actOnIncident, type IncidentDeed } from "../../../src/alerting/escalation/incident-actions.ts";
import { removeOverride, setOverride } from "../../../src/alerting/escalation/oncall/override-actions.ts";
import { endMaintenance, startMaintenance } from "../../../src/alerting/maintenance/maintenance-actions.ts";
import { expireSilence, setSilence } from "../../../src/alerting/silences/silence-actions.ts";
import type { AlertingWorld } from "../worlds/alerting-world.ts";
import { type Company, judge } from "./steps.ts";

const minuteMs = 60_000;
const by = { by: "a", via: "cli" } as const;

/** Silences what has a label, for a quarter of an hour. */
export function silence(world: AlertingWorld, name: string, value: string, waitMs: number): void {
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

/** What people and pipelines do while a story goes on. */
export const deeds = {
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
  giveBack: (world) => onIncidents(world, { kind: "unacknowledge" }),
  close: (world) => onIncidents(world, { kind: "resolve" }),
  assign: (world) => onIncidents(world, { kind: "assign", person: "b" }),
  putOnCall: (world) =>
    void world.perform(setOverride({ schedule: "ops", person: "a", toMs: world.nowMs + 9 * minuteMs, by: "b" })),
  takeOffCall: (world) => {
    for (const { id } of world.engine.snapshot().overrides) world.perform(removeOverride(id, "b"));
  },
  deploy: (world) => void world.perform(reportChange({ atMs: world.nowMs, text: "v2", by: "pipeline" })),
} satisfies Readonly<Record<string, (world: AlertingWorld) => void>>;

/** Ends a story well: the first config, all targets up, nobody silenced, and time for everything to have its say. */
export function endWell(world: AlertingWorld, { checks, configs, rules = [] }: Company): void {
  world.reload(configs[0]);
  deeds.expireSilences(world);
  deeds.endMaintenance(world);
  for (const check of checks) world.calm(check);
  for (let minute = 0; minute < 8 && rules.length > 0; minute += 1) {
    for (const rule of rules) judge(world, rule, 0);
    world.advance(minuteMs);
  }
  world.advance(60 * minuteMs);
}
