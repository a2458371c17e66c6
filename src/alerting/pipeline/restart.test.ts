import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  AlertingWorld,
  alertingConfigOf,
  checkOf,
  downFinding,
  receiverOf,
  slowFinding,
  unknownFinding,
} from "../../../test/support/alerting-world.ts";
import type { Finding } from "../../core/finding.ts";
import type { Change } from "../../core/store.ts";

const route = {
  receiver: "ops",
  group_by: ["service"],
  group_wait: "10s",
  group_interval: "1m",
  repeat_interval: "10m",
  routes: {
    copy: { matchers: ["service=pay"], receiver: "dev", continue: true, group_by: ["check"], group_wait: "0s" },
    pay: { matchers: ["service=pay"], group_by: ["alertname"] },
  },
};
const checks = [
  checkOf("a", { service: "shop", failureThreshold: 2, successThreshold: 2, blindAfterMs: 60_000 }),
  checkOf("b", { service: "shop", failureThreshold: 1, severity: "warning", blindAfterMs: 120_000 }),
  checkOf("c", { service: "pay", failureThreshold: 3, blindAfterMs: 60_000 }),
];
const rules = {
  busy: {
    kind: "threshold",
    metric: "load",
    above: { warning: 1, critical: 5 },
    recover: 0.5,
    for: "30s",
    keep_firing_for: "1m",
  },
  odd: { kind: "threshold", metric: "load", above: { warning: 3 }, k_of_n: { k: 2, n: 4 }, on_nodata: "alert" },
};
const config = alertingConfigOf(checks, { route, rules }, { ops: receiverOf(true, true), dev: receiverOf(false) });

type Step =
  | Readonly<{ kind: "run"; check: number; findings: readonly Finding[] }>
  | Readonly<{ kind: "rule"; rule: "busy" | "odd"; value: number | undefined }>
  | Readonly<{ kind: "wait"; ms: number }>
  | Readonly<{ kind: "restart" }>;

const findings = fc.constantFrom<readonly Finding[]>(
  [],
  [],
  [downFinding],
  [downFinding],
  [unknownFinding],
  [slowFinding],
);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("run" as const), check: fc.nat(2), findings }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("rule" as const),
      rule: fc.constantFrom("busy" as const, "odd" as const),
      value: fc.constantFrom(0, 0.8, 2, 4, 6, undefined),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("wait" as const),
      ms: fc.constantFrom(0, 5000, 30_000, 120_000, 700_000),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("restart" as const) }) },
);
/** Found by chance: the copy's group ends and begins again while the incident of its alert goes on. */
const copyBeginsAgain: readonly Step[] = [
  { kind: "run", check: 2, findings: [unknownFinding] },
  { kind: "wait", ms: 120_000 },
  { kind: "run", check: 2, findings: [downFinding] },
  { kind: "run", check: 2, findings: [downFinding] },
  { kind: "run", check: 2, findings: [downFinding] },
  { kind: "run", check: 2, findings: [unknownFinding] },
  { kind: "wait", ms: 120_000 },
];
const story = fc.array(step, { maxLength: 60, size: "max" });

function play(steps: readonly Step[], onRestart: (world: AlertingWorld) => void): AlertingWorld {
  const world = new AlertingWorld(config);
  for (const one of steps) {
    if (one.kind === "run") world.run(checks[one.check] ?? checkOf("none"), ...one.findings);
    else if (one.kind === "wait") world.advance(one.ms);
    else if (one.kind === "restart") onRestart(world);
    else
      world.judge(
        one.rule,
        one.value === undefined ? [] : [{ labels: { host: "h1" }, points: [[world.nowMs, one.value]] }],
      );
  }
  return world;
}

/** Long enough for every blindness, hold and repeat to have had its say. */
function settle(world: AlertingWorld): void {
  world.advance(60_000);
  for (const check of checks) world.calm(check);
  for (let minute = 0; minute < 8; minute += 1) {
    for (const rule of Object.keys(rules)) world.judge(rule, [{ labels: { host: "h1" }, points: [[world.nowMs, 0]] }]);
    world.advance(60_000);
  }
  world.advance(1_200_000);
}

function isQuiet({ results: _r, audit: _a, ...change }: Change): boolean {
  return Object.values(change).every((part) => !Array.isArray(part) || part.length === 0);
}

describe("alerting/pipeline restart", () => {
  it("tells the same whether or not the daemon was restarted in between (I4)", () => {
    fc.assert(
      fc.property(story, (steps) => {
        const steady = play(steps, () => {});
        const restarted = play(steps, (world) => world.restart());

        expect(restarted.outbox).toEqual(steady.outbox);
      }),
      { numRuns: 150 },
    );
  });

  it("writes nothing at a start with the same config (P5)", () => {
    fc.assert(
      fc.property(story, (steps) => {
        play(steps, (world) => expect(isQuiet(world.restart())).toBe(true));
      }),
      { numRuns: 150 },
    );
  });

  it("tells the end of everything it told the beginning of, exactly once per occurrence and recipient (I2)", () => {
    fc.assert(
      fc.property(story, (steps) => {
        const world = play(steps, (one) => one.restart());
        settle(world);

        const open = new Map<string, number>();
        for (const row of world.outbox.filter(({ receiver }) => receiver === "ops")) {
          for (const alert of row.notification.alerts) {
            const key = `${row.notification.groupKey} ${row.integration} ${alert.fingerprint}`;
            if (alert.status === "firing") open.set(key, alert.startsAtMs);
            else expect(open.delete(key)).toBe(true);
          }
        }
        expect([...open.keys()]).toEqual([]);
        expect(world.loaded()).toMatchObject({ alerts: [], groups: [] });
        expect(world.engine.snapshot().incidents).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  it("never uses a dedup key twice, and counts sequences up within an incident (I7)", () => {
    fc.assert(
      fc.property(story, (steps) => {
        const world = play(steps, (one) => one.restart());
        settle(world);

        expect(new Set(world.outbox.map((row) => row.dedupKey)).size).toBe(world.outbox.length);
        expect(new Set(world.outbox.map((row) => row.id)).size).toBe(world.outbox.length);
        const times = world.outbox.map((row) => row.notification.createdAtMs);
        expect(times).toEqual([...times].sort((a, b) => a - b));
      }),
      { numRuns: 150, examples: [[copyBeginsAgain]] },
    );
  });

  it("tells every outage that lasts longer than the waits (I8)", () => {
    fc.assert(
      fc.property(story, fc.nat(2), (steps, index) => {
        const world = play(steps, (one) => one.restart());
        const check = checks[index] ?? checkOf("none");
        world.calm(check);
        world.advance(200_000);
        const before = world.outbox.length;

        for (let run = 0; run < 3; run += 1) world.run(check, downFinding);
        world.advance(70_000);

        const told = world.outbox.slice(before).flatMap((row) => row.notification.alerts);
        expect(
          told.some(
            ({ labels, status }) =>
              labels["check"] === check.id && labels["alertname"] === "CheckDown" && status === "firing",
          ),
        ).toBe(true);
      }),
      { numRuns: 150 },
    );
  });
});
