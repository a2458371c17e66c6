import type { AlertingConfig, AlertReceiver } from "../../../src/alerting/alerting-config.ts";
import { correlationSchema, openCorrelation } from "../../../src/alerting/correlation/correlation-schema.ts";
import { openEscalation } from "../../../src/alerting/escalation/escalation-config.ts";
import { schedulesSchema } from "../../../src/alerting/escalation/oncall/schedules-schema.ts";
import { peopleSchema } from "../../../src/alerting/escalation/people/people-schema.ts";
import { policiesSchema } from "../../../src/alerting/escalation/policies/policies-schema.ts";
import { inhibitRulesSchema } from "../../../src/alerting/muting/inhibit-rules-schema.ts";
import { maintenanceSchema } from "../../../src/alerting/muting/maintenance-schema.ts";
import { openMuting } from "../../../src/alerting/muting/muting-config.ts";
import { timeIntervalsSchema } from "../../../src/alerting/muting/time-intervals-schema.ts";
import type { Action } from "../../../src/alerting/pipeline/action.ts";
import { type AlertingEngine, createAlertingEngine } from "../../../src/alerting/pipeline/alerting-engine.ts";
import { routeSchema } from "../../../src/alerting/routing/route-schema.ts";
import { buildRouteTree } from "../../../src/alerting/routing/route-tree.ts";
import { openRules } from "../../../src/alerting/rules/configured-rule.ts";
import { rulesSchema } from "../../../src/alerting/rules/rules-schema.ts";
import type { OutboxRow } from "../../../src/core/alerting/outbox.ts";
import type { Decision } from "../../../src/core/alerting/stage.ts";
import type { Check } from "../../../src/core/checks/check.ts";
import { type Finding, headlineOf, verdictOf } from "../../../src/core/checks/finding.ts";
import { type Observation, type Result, subjectId } from "../../../src/core/checks/result.ts";
import type { Series } from "../../../src/core/checks/series.ts";
import type { Service } from "../../../src/core/service.ts";
import type { Change, Loaded } from "../../../src/core/store.ts";
import type { EpochMs } from "../../../src/core/time/time.ts";
import { isWorthKeeping } from "../../../src/storage/kept-rule-state.ts";
import { CountingIds } from "../fakes/fake-random.ts";

export const downFinding: Finding = { is: "down", reason: "status", detail: "502 Bad Gateway" };
export const unknownFinding: Finding = { is: "unknown", reason: "stall", detail: "the probe stalled" };
export const slowFinding: Finding = { is: "flaw", severity: "warning", reason: "slow", detail: "took 2 s" };

/** A check with one target, three runs to fail and one to recover. */
export function checkOf(id: string, changes: Partial<Check> = {}): Check {
  return {
    id,
    title: `Check ${id}`,
    probe: "http",
    tier: "application",
    severity: "critical",
    env: "production",
    labels: {},
    location: "default",
    targets: [{ id: `${id}-target`, address: `http://${id}/`, display: `http://${id}/`, labels: {} }],
    options: {},
    schedule: { kind: "every", everyMs: 30_000 },
    jitterMs: 0,
    timeoutMs: 10_000,
    retryIntervalMs: 15_000,
    failureThreshold: 3,
    successThreshold: 1,
    blindAfterMs: 900_000,
    ...changes,
  };
}

/** The result of one run of a check's first target. */
export function resultOf(check: Check, slotMs: EpochMs, findings: readonly Finding[] = []): Result {
  const headline = headlineOf(findings);
  return {
    check: check.id,
    target: check.targets[0]?.id ?? "",
    location: check.location,
    slotMs,
    trigger: "schedule",
    verdict: verdictOf(findings),
    findings,
    samples: [],
    startedAtMs: slotMs,
    durationMs: 10,
    phasesMs: {},
    ...(headline === undefined ? {} : { headline }),
  };
}

/** A receiver with the given integrations, each answering to recovery or not. */
export function receiverOf(...sendResolved: readonly boolean[]): AlertReceiver {
  return {
    integrations: sendResolved.map((resolved, index) => ({
      kind: "log",
      endpoint: `endpoint-${index}`,
      sendResolved: resolved,
      interrupts: false,
    })),
    deliverWithinMs: { critical: 60_000, warning: 900_000, info: 3_600_000 },
    fallback: [],
  };
}

/** Raw config sections, as they stand in YAML. */
export type RawSections = Readonly<{
  route?: unknown;
  rules?: unknown;
  time_intervals?: unknown;
  maintenance?: unknown;
  inhibit_rules?: unknown;
  correlation?: unknown;
  services?: readonly Service[];
  people?: unknown;
  schedules?: unknown;
  policies?: unknown;
  /** Policies of services, by service. */
  service_policies?: Readonly<Record<string, string>>;
}>;

/** An outage of everything takes a flush for every few hundred groups. */
const mostWakesAtOnce = 1000;
let configCount = 0;
const shop: Service = { id: "shop", title: "Shop", hosts: [], needs: [], links: {}, runbook: "http://wiki/shop" };

/** A config of checks, raw sections and receivers; by default everything goes to `ops` after no wait. */
export function alertingConfigOf(
  checks: readonly Check[],
  { route, rules, correlation, services, ...muting }: RawSections = {},
  receivers: Readonly<Record<string, AlertReceiver>> = { ops: receiverOf(true) },
): AlertingConfig {
  const mutingConfig = openMuting(
    {
      time_intervals: timeIntervalsSchema.parse(muting.time_intervals ?? {}),
      maintenance: maintenanceSchema.parse(muting.maintenance ?? {}),
      inhibit_rules: inhibitRulesSchema.parse(muting.inhibit_rules ?? {}),
    },
    { timeZone: "Asia/Shanghai" },
  );
  const policed = Object.entries(muting.service_policies ?? {}).map(
    ([id, policy]): Service => ({ ...shop, id, title: `Service ${id}`, policy }),
  );
  return {
    fingerprint: `config-${++configCount}`,
    env: "production",
    externalUrl: "http://watch.example.com",
    timeZone: "Asia/Shanghai",
    locale: "en",
    checks,
    services: new Map([...(services ?? [shop]), ...policed].map((service) => [service.id, service])),
    correlation: openCorrelation(correlationSchema.parse(correlation ?? {})),
    rules: openRules(rulesSchema.parse(rules ?? {})),
    route: buildRouteTree(routeSchema.parse(route ?? { receiver: "ops", group_wait: "0s" })),
    muting: mutingConfig,
    receivers: new Map(Object.entries(receivers)),
    escalation: openEscalation(
      {
        people: peopleSchema.parse(muting.people ?? {}),
        schedules: schedulesSchema.parse(muting.schedules ?? {}),
        policies: policiesSchema.parse(muting.policies ?? {}),
      },
      "Asia/Shanghai",
      mutingConfig.intervals,
    ),
  };
}

/** An engine with the store it would have: every change is applied, and `restart` begins again from what was stored. */
export class AlertingWorld {
  nowMs: EpochMs = Date.UTC(2026, 10, 23, 2, 0, 0);
  readonly outbox: OutboxRow[] = [];
  /** Messages about no alert, such as those of maintenance. */
  readonly notices: OutboxRow[] = [];
  readonly decisions: Decision[] = [];
  engine: AlertingEngine;
  config: AlertingConfig;
  #slotMs = 0;
  readonly #onChange: (change: Change) => void;
  readonly #ids = new CountingIds();
  readonly #stored = {
    checkStates: new Map<string, Loaded["checkStates"][number]>(),
    ruleStates: new Map<string, Loaded["ruleStates"][number]>(),
    alerts: new Map<string, Loaded["alerts"][number]>(),
    groups: new Map<string, Loaded["groups"][number]>(),
    incidents: new Map<string, Loaded["incidents"][number]>(),
    records: new Map<string, Loaded["records"][number]>(),
  };

  /** `onChange` sees every change, in order. */
  constructor(config: AlertingConfig, onChange: (change: Change) => void = () => {}) {
    this.config = config;
    this.#onChange = onChange;
    this.engine = createAlertingEngine(config, { ids: this.#ids });
    this.apply(this.engine.restore(this.loaded(), this.nowMs));
  }

  /** Runs a check's first target once, now. */
  run(check: Check, ...findings: readonly Finding[]): boolean {
    return this.observe(check, { findings });
  }

  /** Takes what a run of a check's first target has observed, now. */
  observe(
    check: Check,
    { findings, silentOn, evidence }: Pick<Observation, "findings" | "silentOn" | "evidence">,
  ): boolean {
    this.nowMs += 1;
    this.#slotMs = Math.max(this.#slotMs + 1, this.nowMs);
    const seen = { ...(silentOn && { silentOn }), ...(evidence !== undefined && { evidence }) };
    const result = { ...resultOf(check, this.#slotMs, findings), ...seen };
    const { change, confirms } = this.engine.onResults([result], this.nowMs);
    this.apply(change);
    return confirms.some(({ confirming }) => confirming);
  }

  /** Runs until the check is down. */
  fail(check: Check): void {
    for (let run = 0; run < check.failureThreshold; run += 1) this.run(check, downFinding);
  }

  /** Runs for so long that the check is up and does not flap. */
  calm(check: Check): void {
    for (let run = 0; run < 20; run += 1) this.run(check);
  }

  /** Moves time on and wakes the engine whenever it wants to be woken. */
  advance(byMs: number): void {
    const endMs = this.nowMs + byMs;
    let wakes = 0;
    for (
      let wakeMs = this.engine.nextWakeMs();
      wakeMs !== undefined && wakeMs <= endMs;
      wakeMs = this.engine.nextWakeMs()
    ) {
      wakes = wakeMs <= this.nowMs ? wakes + 1 : 0;
      if (wakes > mostWakesAtOnce) throw new Error("The engine wants to be woken again and again in one moment");
      this.nowMs = Math.max(this.nowMs, wakeMs);
      this.apply(this.engine.flush(this.nowMs));
    }
    this.nowMs = endMs;
  }

  /** Judges one rule on series whose newest value is given. */
  judge(rule: string, series: readonly Series[]): void {
    this.apply(this.engine.onRuleInputs(rule, [series], this.nowMs));
  }

  /** Does what somebody asks for; returns the answer. */
  perform<T>(action: Action<T>): T {
    const { outcome, change } = this.engine.perform(action, this.nowMs);
    this.apply(change);
    return outcome;
  }

  reload(config: AlertingConfig): void {
    this.config = config;
    this.apply(this.engine.reload(config, this.nowMs));
  }

  /** Forgets everything that was not stored; returns the change the start made. */
  restart(config: AlertingConfig = this.config): Change {
    this.config = config;
    this.engine = createAlertingEngine(config, { ids: this.#ids });
    const change = this.engine.restore(this.loaded(), this.nowMs);
    this.apply(change);
    return change;
  }

  /** What was told, as `receiver: reason firing/resolved`. */
  get told(): readonly string[] {
    return this.outbox.map(({ receiver, notification }) => {
      const firing = notification.alerts.filter((alert) => alert.status === "firing").length;
      return `${receiver}: ${notification.because} ${firing}/${notification.alerts.length - firing}`;
    });
  }

  loaded(): Loaded {
    return structuredClone({
      checkStates: [...this.#stored.checkStates.values()],
      ruleStates: [...this.#stored.ruleStates.values()],
      alerts: [...this.#stored.alerts.values()],
      groups: [...this.#stored.groups.values()],
      incidents: [...this.#stored.incidents.values()],
      records: [...this.#stored.records.values()],
    });
  }

  apply(change: Change): void {
    this.#onChange(change);
    const stored = this.#stored;
    for (const state of change.checkStates) stored.checkStates.set(subjectId(state), state);
    for (const { slotMs, ...key } of change.results) {
      const state = stored.checkStates.get(subjectId(key));
      if (state !== undefined && slotMs > state.lastSlotMs)
        stored.checkStates.set(subjectId(key), { ...state, lastSlotMs: slotMs });
    }
    for (const key of change.removedCheckStates) stored.checkStates.delete(subjectId(key));
    for (const state of change.ruleStates) {
      const key = `${state.rule}\n${state.fingerprint}`;
      if (isWorthKeeping(state)) stored.ruleStates.set(key, state);
      else stored.ruleStates.delete(key);
    }
    for (const alert of change.alerts) stored.alerts.set(alert.fingerprint, alert);
    for (const fingerprint of change.removedAlerts) stored.alerts.delete(fingerprint);
    for (const group of change.groups) stored.groups.set(group.key, group);
    for (const key of change.removedGroups) stored.groups.delete(key);
    for (const incident of change.incidents) stored.incidents.set(incident.id, incident);
    for (const key of change.removedRecords) stored.records.delete(key);
    for (const record of change.records) stored.records.set(record.key, record);
    this.decisions.push(...change.decisions);
    for (const row of change.outbox) (row.notification.text === undefined ? this.outbox : this.notices).push(row);
  }
}
