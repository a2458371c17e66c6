import { beforeEach, describe, expect, it } from "vitest";
import { FakeClock } from "../../../test/support/fakes/fake-clock.ts";
import { MemoryStore } from "../../../test/support/fakes/memory-store.ts";
import { anAlert } from "../../../test/support/samples/notifications.ts";
import { checkOf, stateOf } from "../../../test/support/samples/sample-checks.ts";
import { alertingConfigOf } from "../../../test/support/worlds/alerting-world.ts";
import { createAlertingEngine } from "../../alerting/pipeline/alerting-engine.ts";
import { openReports } from "../../alerting/reports/report-times.ts";
import { reportsSchema } from "../../alerting/reports/reports-schema.ts";
import type { OutboxRow } from "../../core/alerting/outbox.ts";
import { AppError } from "../../core/errors.ts";
import { type Change, emptyChange } from "../../core/store.ts";
import { Reporting, type ReportingConfig } from "./reporting.ts";

const minuteMs = 60_000;
const hourMs = 3_600_000;
const chat = { kind: "chat", endpoint: "chat", sendResolved: true, interrupts: false };
/** Two chats, one that rings, and one that hands alerts to a program. */
const integrations = [chat, { ...chat, interrupts: true }, { ...chat, alertsOnly: true }, { ...chat, endpoint: "two" }];
const receivers = {
  ops: { integrations, deliverWithinMs: { critical: 60_000, warning: 60_000, info: 60_000 }, fallback: [] },
};
/** The fake clock starts at 02:00 UTC. */
let clock: FakeClock;
let store: MemoryStore;
let made: OutboxRow[];
let logged: unknown[];

beforeEach(() => {
  clock = new FakeClock();
  store = new MemoryStore(clock);
  made = [];
  logged = [];
});

function configOf(reports: object): ReportingConfig {
  const alerting = alertingConfigOf([checkOf({ id: "shop" })], {}, receivers);
  return {
    alerting,
    loaded: { hostsWithoutBackup: ["db-1"], backupChecks: ["shop"] },
    reports: openReports(reportsSchema.parse(reports), alerting.muting, "UTC"),
  };
}

function start(reports: object, watchedSinceMs = clock.now() - 2 * hourMs): Reporting {
  const config = configOf(reports);
  const engine = createAlertingEngine(config.alerting, { ids: { next: () => "e" } });
  const checkStates = [stateOf(checkOf({ id: "shop" }), { sinceMs: watchedSinceMs })];
  let ids = 0;
  const reporting = new Reporting(
    {
      clock,
      log: { ...console, warn: (...line: unknown[]) => void logged.push(line) },
      ids: { next: () => `id-${(ids += 1)}` },
      engine: { snapshot: () => ({ ...engine.snapshot(), checkStates }), escalation: () => engine.escalation() },
      store,
      commit: (change: Change) => {
        made.push(...change.outbox);
        void store.commit(change);
      },
    },
    config,
  );
  reporting.start();
  return reporting;
}

async function pass(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += minuteMs) {
    await clock.advance(minuteMs);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const waiting = async (): Promise<number> => (await store.facts()).outboxPending;

describe("app/daemon/reporting", () => {
  it("tells a report when it is due, once a day, to what people read", async () => {
    start({ morning: { at: "03:00", to: ["ops"] } });

    await pass(59 * minuteMs);
    expect(made).toEqual([]);
    await pass(2 * minuteMs);
    await pass(24 * hourMs);

    expect(made.map(({ notification, integration }) => [notification.intent, integration])).toEqual([
      ["meta", 0],
      ["meta", 3],
      ["meta", 0],
      ["meta", 3],
    ]);
    expect(await waiting()).toBe(4);
    expect(made[0]?.notification.text?.title).toBe("Morning report 11-23 Mon");
    expect(made[0]?.notification.text?.lines.slice(-2)).toEqual([
      "Machines without a backup check: 1 (db-1)",
      "Backups: 1/1",
    ]);
  });

  it("calls what is over as its messages did, long after its alerts have left memory", async () => {
    const endedAtMs = clock.now() - hourMs;
    const ended = anAlert({ status: "resolved", startsAtMs: endedAtMs - hourMs, endsAtMs: endedAtMs });
    const incident = {
      id: "i",
      groupKey: "g",
      receiver: "ops",
      groupLabels: { alertname: "CheckDown" },
      status: "resolved",
      severity: "critical",
      openedAtMs: endedAtMs - hourMs,
      resolvedAtMs: endedAtMs,
      members: [ended.fingerprint],
      timeline: [],
    } as const;
    await store.commit({ ...emptyChange, incidents: [incident], endedAlerts: [ended] });
    start({ morning: { at: "03:00", to: ["ops"] } });

    await pass(61 * minuteMs);

    expect(made[0]?.notification.text?.lines.join("\n")).toContain("Critical: Checkout – wrong status, 00:00, for 1 h");
  });

  it("tells once what was due while nothing ran, however often it starts", async () => {
    for (let starts = 0; starts < 3; starts += 1) {
      const reporting = start({ morning: { at: "01:00", to: ["ops"] } });
      await pass(2 * minuteMs);
      reporting.stop();
    }

    expect(await waiting()).toBe(2);
  });

  it("tells at its first start nothing of a time in which nothing was watched, and the next report when it is due", async () => {
    start({ morning: { at: "01:00", to: ["ops"] }, noon: { at: "03:00", to: ["ops"] } }, clock.now());

    await pass(2 * hourMs);

    expect(made.map(({ notification }) => notification.groupKey)).toEqual(["report/noon", "report/noon"]);
  });

  it("tells nothing any more that was due long ago, and nothing without reports", async () => {
    start({ morning: { at: "19:00", to: ["ops"] } });
    start({});

    await pass(2 * hourMs);

    expect(made).toEqual([]);
  });

  it("tries again every minute while the store cannot be asked, and tells then", async () => {
    const incidents = store.incidentsBetween.bind(store);
    store.incidentsBetween = () => Promise.reject(new AppError("ERR_STORAGE_IO", "disk"));
    start({ morning: { at: "03:00", to: ["ops"] } });

    await pass(63 * minuteMs);
    expect(made).toEqual([]);
    expect(logged.length).toBeGreaterThan(1);
    store.incidentsBetween = incidents;
    await pass(2 * minuteMs);

    expect(made).toHaveLength(2);
  });

  it("takes up reports of another config, and stops telling those that are gone", async () => {
    const reporting = start({ morning: { at: "03:00", to: ["ops"] } });

    reporting.use(configOf({ noon: { at: "04:00", to: ["ops"] } }));
    await pass(3 * hourMs);

    expect(made.map(({ notification }) => notification.groupKey)).toEqual(["report/noon", "report/noon"]);
  });
});
