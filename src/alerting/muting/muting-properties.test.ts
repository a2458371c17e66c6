import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  AlertingWorld,
  alertingConfigOf,
  checkOf,
  downFinding,
  receiverOf,
  slowFinding,
} from "../../../test/support/alerting-world.ts";
import type { Finding } from "../../core/finding.ts";
import type { Change } from "../../core/store.ts";
import { reportChange } from "../changes/change-actions.ts";
import { endMaintenance, startMaintenance } from "../maintenance/maintenance-actions.ts";
import { expireSilence, setSilence } from "../silences/silence-actions.ts";

const minuteMs = 60_000;
const one = { failureThreshold: 1 };
const checks = [
  checkOf("a", { ...one, service: "shop", labels: { host: "h1" } }),
  checkOf("b", { ...one, service: "shop", severity: "warning", labels: { host: "h2" } }),
  checkOf("c", { ...one, service: "pay", labels: { host: "h1" } }),
  checkOf("d", { ...one, tier: "os", labels: { host: "h1" } }),
];
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
      copy: {
        matchers: ["service=pay"],
        receiver: "dev",
        continue: true,
        group_by: ["check"],
        active_time_intervals: ["odd"],
      },
      quiet: { matchers: ["service=~pay|shop"], mute_time_intervals: ["quarter"], group_by: ["service"] },
    },
  },
};
const receivers = { ops: receiverOf(true, true), dev: receiverOf(true) };
const config = alertingConfigOf(checks, sections, receivers);
const { route } = sections;
const others = [
  { ...sections, maintenance: {}, inhibit_rules: {} },
  { ...sections, maintenance: { all: { matchers: ["env=production"], cron: "*/30 * * * *", lasts: "20m" } } },
  { ...sections, route: { ...route, receiver: "dev", routes: { copy: route.routes.copy } } },
].map((changed) => alertingConfigOf(checks, changed, receivers));

const matcher = (name: string, value: string) => ({ name, operator: "=", value }) as const;
const silenceFor = (world: AlertingWorld, name: string, value: string, waitMs: number): unknown =>
  world.perform(
    setSilence({
      matchers: [matcher(name, value)],
      startsAtMs: world.nowMs + waitMs,
      endsAtMs: world.nowMs + waitMs + 15 * minuteMs,
      createdBy: "li",
      comment: "racks",
    }),
  );
/** What people and pipelines do meanwhile. */
const acts: readonly ((world: AlertingWorld) => unknown)[] = [
  (world) => silenceFor(world, "service", "shop", 0),
  (world) => silenceFor(world, "host", "h1", 3 * minuteMs),
  (world) => silenceFor(world, "tier", "os", 0),
  (world) => world.engine.snapshot().silences.map(({ id }) => world.perform(expireSilence(id, "li"))),
  (world) => world.perform(startMaintenance({ name: "shop", lastsMs: 12 * minuteMs, by: "pipeline" })),
  (world) => world.perform(endMaintenance("shop", "pipeline")),
  (world) => world.perform(startMaintenance({ name: "host", by: "li" })),
  (world) => world.perform(endMaintenance("short", "li")),
  (world) => world.perform(reportChange({ atMs: world.nowMs, text: "v2", by: "pipeline" })),
];

const endsWindowEarly = 7;

type Step =
  | Readonly<{ kind: "act"; act: number }>
  | Readonly<{ kind: "run"; check: number; findings: readonly Finding[] }>
  | Readonly<{ kind: "wait"; ms: number }>
  | Readonly<{ kind: "restart" }>
  | Readonly<{ kind: "reload"; config: number }>;

const findings = fc.constantFrom<readonly Finding[]>([], [], [downFinding], [downFinding], [slowFinding]);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("run" as const), check: fc.nat(3), findings }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("wait" as const),
      ms: fc.constantFrom(5000, 30_000, 2 * minuteMs, 4 * minuteMs, 11 * minuteMs, 23 * minuteMs),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("restart" as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("act" as const), act: fc.nat(acts.length - 1) }) },
);
const story = fc.array(step, { maxLength: 60, size: "max" });
const reload: fc.Arbitrary<Step> = fc.record({
  kind: fc.constant("reload" as const),
  config: fc.nat(others.length),
});
const storyWithReloads = fc.array(fc.oneof({ weight: 12, arbitrary: step }, { weight: 2, arbitrary: reload }), {
  maxLength: 60,
  size: "max",
});

function play(steps: readonly Step[], onRestart: (world: AlertingWorld) => void): AlertingWorld {
  const world = new AlertingWorld(config);
  for (const next of steps) {
    if (next.kind === "run") world.run(checks[next.check] ?? checkOf("none"), ...next.findings);
    else if (next.kind === "wait") world.advance(next.ms);
    else if (next.kind === "act") acts[next.act]?.(world);
    else if (next.kind === "reload") world.reload(others[next.config] ?? config);
    else onRestart(world);
  }
  return world;
}

/** What each recipient was told as firing and not as resolved; fails when a recovery has no outage before it. */
function openTold(world: AlertingWorld): ReadonlySet<string> {
  const open = new Set<string>();
  for (const { receiver, integration, notification } of world.outbox) {
    for (const { fingerprint, status } of notification.alerts) {
      const key = `${receiver} ${integration} ${fingerprint}`;
      if (status === "firing") open.add(key);
      else expect(open.delete(key)).toBe(true);
    }
  }
  return open;
}

function isQuiet({ results: _r, audit: _a, ...change }: Change): boolean {
  return Object.values(change).every((part) => !Array.isArray(part) || part.length === 0);
}

describe("alerting/muting properties", () => {
  it("tells the end of everything it told the beginning of, exactly once, muted or not (I2)", () => {
    fc.assert(
      fc.property(storyWithReloads, (steps) => {
        const world = play(steps, (world) => world.restart());
        for (const check of checks) world.calm(check);
        world.advance(5 * minuteMs);

        expect([...openTold(world)]).toEqual([]);
        expect(world.loaded()).toMatchObject({ alerts: [], groups: [] });
        expect(world.engine.snapshot().incidents).toEqual([]);
        expect(new Set(world.outbox.map((row) => row.dedupKey)).size).toBe(world.outbox.length);
      }),
      { numRuns: 100 },
    );
  });

  it("never loses an outage that a mute held back: two hours later it is told, or its source is", () => {
    fc.assert(
      fc.property(storyWithReloads, fc.subarray([0, 1, 2, 3], { minLength: 1 }), (steps, down) => {
        const world = play(steps, (world) => world.restart());
        world.reload(config);
        for (const check of checks) world.calm(check);
        for (const index of down) world.run(checks[index] ?? checkOf("none"), downFinding);
        world.advance(120 * minuteMs);

        const open = openTold(world);
        const quiet = world.engine
          .snapshot()
          .alerts.filter(({ fingerprint }) => !open.has(`ops 0 ${fingerprint}`))
          .map(({ labels }) => labels["check"] ?? "");
        const hasHost = down.includes(3);
        const excused = [...(hasHost ? ["a", "c"] : []), ...(down.includes(0) ? ["b"] : [])];
        expect(excused).toEqual(expect.arrayContaining(quiet));
      }),
      { numRuns: 80 },
    );
  });

  it("tells the same whether or not the daemon was restarted in between (I4)", () => {
    fc.assert(
      fc.property(story, (steps) => {
        const steady = play(steps, () => {});
        const restarted = play(steps, (world) => world.restart());

        expect(restarted.outbox).toEqual(steady.outbox);
        expect(restarted.notices).toEqual(steady.notices);
      }),
      { numRuns: 100 },
    );
  });

  it("writes nothing at a start with the same config (P5)", () => {
    fc.assert(
      fc.property(story, (steps) => {
        play(steps, (world) => expect(isQuiet(world.restart())).toBe(true));
      }),
      { numRuns: 100 },
    );
  });

  it("tells no outage while it is muted", () => {
    fc.assert(
      fc.property(story, (steps) => {
        const untouched = steps.filter((step) => step.kind !== "act" || step.act !== endsWindowEarly);
        const world = play(untouched, (world) => world.restart());

        for (const { notification, receiver } of world.outbox) {
          const minute = new Date(notification.createdAtMs).getUTCMinutes();
          const hour = new Date(notification.createdAtMs).getUTCHours();
          for (const { labels, status } of notification.alerts) {
            if (status === "resolved") continue;
            if (labels["service"] === "shop") expect(minute % 20).toBeGreaterThanOrEqual(7);
            if (labels["tier"] === "os") expect(minute >= 10 && minute < 25).toBe(false);
            if (receiver === "ops" && labels["service"] !== undefined && hour === 2)
              expect(minute >= 15 && minute < 30).toBe(false);
          }
        }
      }),
      { numRuns: 100 },
    );
  });
});
