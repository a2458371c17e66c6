import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  AlertingWorld,
  alertingConfigOf,
  checkOf,
  downFinding,
  receiverOf,
} from "../../../test/support/alerting-world.ts";
import type { Change } from "../../core/store.ts";
import { tiers } from "../../core/tier.ts";
import { checkCorrelation } from "./check-correlation.ts";

const minuteMs = 60_000;
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
const config = alertingConfigOf(checks, sections, receivers);
const others = [
  alertingConfigOf(checks, { ...sections, services: [] }, receivers),
  alertingConfigOf(
    checks,
    { ...sections, maintenance: {}, correlation: { wait: "2m", skew: "0s", grace: "0s" } },
    receivers,
  ),
  alertingConfigOf(checks, { ...sections, route: { ...sections.route, routes: {} } }, receivers),
];

type Step =
  | Readonly<{ kind: "run"; check: number; isDown: boolean }>
  | Readonly<{ kind: "wait"; ms: number }>
  | Readonly<{ kind: "restart" }>
  | Readonly<{ kind: "reload"; config: number }>;
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant("run" as const), check: fc.nat(5), isDown: fc.boolean() }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("wait" as const),
      ms: fc.constantFrom(1000, 12_000, 30_000, 2 * minuteMs, 8 * minuteMs, 26 * minuteMs),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("restart" as const) }) },
);
const story = fc.array(step, { maxLength: 60, size: "max" });
const reload: fc.Arbitrary<Step> = fc.record({ kind: fc.constant("reload" as const), config: fc.nat(3) });
const storyWithReloads = fc.array(fc.oneof({ weight: 12, arbitrary: step }, { weight: 1, arbitrary: reload }), {
  maxLength: 60,
  size: "max",
});

function play(
  steps: readonly Step[],
  onRestart: (world: AlertingWorld) => void,
  after: (world: AlertingWorld) => void = () => {},
): AlertingWorld {
  const world = new AlertingWorld(config);
  for (const next of steps) {
    if (next.kind === "run") world.run(checks[next.check] ?? checkOf("none"), ...(next.isDown ? [downFinding] : []));
    else if (next.kind === "wait") world.advance(next.ms);
    else if (next.kind === "reload") world.reload(others[next.config] ?? config);
    else onRestart(world);
    after(world);
  }
  return world;
}

function openTold(world: AlertingWorld): ReadonlySet<string> {
  const open = new Set<string>();
  for (const { receiver, notification } of world.outbox) {
    for (const { fingerprint, status } of notification.alerts) {
      if (status === "firing") open.add(`${receiver} ${fingerprint}`);
      else open.delete(`${receiver} ${fingerprint}`);
    }
  }
  return open;
}

/** A start may look at a group a few milliseconds earlier; whether it tells the same is asked of the messages. */
function isQuiet({ results: _r, audit: _a, groups: _g, ...change }: Change): boolean {
  return Object.values(change).every((part) => !Array.isArray(part) || part.length === 0);
}

describe("alerting/correlation properties", () => {
  it("keeps an alert from nobody but for a cause that fires and was told", () => {
    fc.assert(
      fc.property(storyWithReloads, (steps) => {
        play(
          steps,
          (world) => world.restart(),
          (world) => {
            world.apply(world.engine.flush(world.nowMs));
            const { alerts, groups } = world.engine.snapshot();
            const byFingerprint = new Map(alerts.map((alert) => [alert.fingerprint, alert]));
            for (const { explanation, status } of alerts) {
              if (status === "resolved" || explanation === undefined) continue;
              if (explanation.endedAtMs !== undefined || explanation.releasedAtMs !== undefined) continue;
              expect(byFingerprint.get(explanation.root)?.status).toBe("firing");
              expect(groups.some(({ told }) => told?.firing.includes(explanation.root))).toBe(true);
            }
          },
        );
      }),
      { numRuns: 150 },
    );
  });

  it("never explains by what is muted at that moment, nor by a higher tier, nor by itself", () => {
    fc.assert(
      fc.property(story, (steps) => {
        const world = play(steps, (world) => world.restart());

        for (const { explanation, fingerprint, labels } of world.outbox.flatMap(
          ({ notification }) => notification.alerts,
        )) {
          if (explanation === undefined) continue;
          const way = [...explanation.chain, { fingerprint, labels }];
          const ranks = way.map((link) => tiers.findIndex((tier) => tier === link.labels["tier"]));
          expect(ranks).toEqual(ranks.toSorted((a, b) => b - a));
          expect(new Set(way.map((link) => link.fingerprint)).size).toBe(way.length);
          const isMuted = new Date(explanation.sinceMs).getUTCMinutes() % 20 < 7;
          if (isMuted) expect(way.map((link) => link.labels["check"])).not.toContain("h2");
        }
      }),
      { numRuns: 150 },
    );
  });

  it("tells the end of all that it told, and leaves nothing behind (I2)", () => {
    fc.assert(
      fc.property(storyWithReloads, (steps) => {
        const world = play(steps, (world) => world.restart());
        for (const check of checks) world.calm(check);
        world.advance(30 * minuteMs);

        expect([...openTold(world)]).toEqual([]);
        expect(world.engine.snapshot()).toMatchObject({ alerts: [], groups: [], incidents: [] });
      }),
      { numRuns: 150 },
    );
  });

  it("loses no outage: what fires for an hour was told to somebody in the end", () => {
    fc.assert(
      fc.property(storyWithReloads, fc.subarray([0, 2, 3, 4, 5], { minLength: 1 }), (steps, down) => {
        const world = play(steps, (world) => world.restart());
        world.reload(config);
        for (const index of down)
          for (let run = 0; run < 2; run += 1) world.run(checks[index] ?? checkOf("none"), downFinding);
        world.advance(60 * minuteMs);

        const open = openTold(world);
        const told = new Set([...open].map((line) => line.split(" ")[1]));
        const firing = world.engine
          .snapshot()
          .alerts.filter(({ status, labels }) => status === "firing" && labels["check"] !== "h2");
        expect(firing.filter(({ fingerprint }) => !told.has(fingerprint))).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  it("tells the same whether or not the daemon was restarted in between (I4), and writes nothing at such a start (P5)", () => {
    fc.assert(
      fc.property(story, (steps) => {
        const steady = play(steps, () => {});
        const restarted = play(steps, (world) => expect(isQuiet(world.restart())).toBe(true));

        expect(restarted.outbox).toEqual(steady.outbox);
      }),
      { numRuns: 150 },
    );
  });

  it("finds every circle of dependencies, and none where things only depend downwards", () => {
    const pairs = fc.array(fc.tuple(fc.nat(7), fc.nat(7)), { maxLength: 14 });
    fc.assert(
      fc.property(pairs, (edges) => {
        const nodes = Array.from({ length: 8 }, (_, id) => ({
          ...checkOf(`c${id}`),
          dependsOn: edges.filter(([from]) => from === id).map(([, to]) => `c${to}`),
        }));
        const faults = checkCorrelation({ checks: nodes, rules: [], services: new Map() });

        expect(faults.length > 0).toBe(hasCircle(edges));
      }),
    );
  });
});

/** Takes nodes away that nothing is left below of; what stays is in a circle or above one. */
function hasCircle(edges: readonly (readonly [number, number])[]): boolean {
  let left = edges;
  for (;;) {
    const from = new Set(left.map(([node]) => node));
    const next = left.filter(([, to]) => from.has(to));
    if (next.length === left.length) return left.length > 0;
    left = next;
  }
}
