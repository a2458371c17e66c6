import type { Alert, AlertEnding, Explanation } from "../../core/alerting/alert.ts";
import { shortNumber } from "../../core/message/short-number.ts";
import type { EpochMs } from "../../core/time/time.ts";
import { TrackedMap } from "../tracked-map.ts";
import type { AlertDemand } from "./alert-demand.ts";

/** An alert that began or ended, and why. */
export type AlertTransition = Readonly<{ alert: Alert; kind: "fired" | "resolved"; because: string }>;

/** Why what is no longer demanded ends: `kind` for people where it did not recover, the sentence for the trail. */
export type End = Readonly<{ kind?: AlertEnding; because: string }>;

/**
 * Knows every alert and who wants it to fire. An alert fires while at least one source demands it (two targets that differ only
 * in a hidden query share one alert), and stays here after it is resolved until `forget`.
 */
export class AlertBook {
  readonly #alerts = new TrackedMap<Alert>();
  readonly #demandsBySource = new Map<string, Map<string, AlertDemand>>();
  readonly #sourcesByFingerprint = new Map<string, Set<string>>();
  #ended: Alert[] = [];
  readonly #symptomsByRoot = new Map<string, Set<string>>();

  get(fingerprint: string): Alert | undefined {
    return this.#alerts.get(fingerprint);
  }

  /** Grows with every alert that is written. */
  get version(): number {
    return this.#alerts.version;
  }

  /** Fingerprints of what was written since a version; undefined where that is too long ago to know. */
  changedSince(version: number): ReadonlySet<string> | undefined {
    return this.#alerts.changedSince(version);
  }

  fingerprints(): readonly string[] {
    return this.#alerts.keys();
  }

  all(): readonly Alert[] {
    return this.#alerts.values();
  }

  /** Sources that demand something now. */
  sources(): readonly string[] {
    return [...this.#demandsBySource.keys()];
  }

  /** Takes an alert over as the store had it. */
  load(alert: Alert): void {
    this.#alerts.load(alert.fingerprint, alert);
    this.#indexSymptom(alert.fingerprint, undefined, alert.explanation);
  }

  /** Drops an alert that is resolved and told. */
  forget(fingerprint: string): void {
    const alert = this.#alerts.get(fingerprint);
    if (alert !== undefined) this.#ended.push(alert);
    this.#indexSymptom(fingerprint, alert?.explanation, undefined);
    this.#alerts.delete(fingerprint);
  }

  /** Writes down what explains an alert, and no longer that it waits; returns it so. */
  explain(alert: Alert, explanation: Explanation): Alert {
    const { heldSinceMs: _over, ...rest } = alert;
    const explained: Alert = { ...rest, explanation };
    this.#indexSymptom(alert.fingerprint, alert.explanation, explanation);
    this.#alerts.set(alert.fingerprint, explained);
    return explained;
  }

  /** Writes down since when an alert waits for a pending cause; returns it so. */
  hold(alert: Alert, heldSinceMs: EpochMs): Alert {
    if (alert.heldSinceMs === heldSinceMs) return alert;
    const held: Alert = { ...alert, heldSinceMs };
    this.#alerts.set(alert.fingerprint, held);
    return held;
  }

  /** Alerts that this one explains, released ones included. */
  symptomsOf(root: string): readonly Alert[] {
    return [...(this.#symptomsByRoot.get(root) ?? [])].flatMap((fingerprint) => this.#alerts.get(fingerprint) ?? []);
  }

  /** Alerts that something explains, released ones included. */
  explained(): readonly Alert[] {
    return [...this.#symptomsByRoot.keys()].flatMap((root) => this.symptomsOf(root));
  }

  /** Replaces what a source demands; returns the alerts that began or ended by it, in the order of their fingerprints. */
  demand(source: string, demands: readonly AlertDemand[], nowMs: EpochMs, end: End): AlertTransition[] {
    const before = this.#demandsBySource.get(source);
    if (before === undefined && demands.length === 0) return [];
    const [only] = demands;
    // Ten thousand series of a rule go on firing at every judgement: nothing begins, nothing ends.
    if (demands.length === 1 && only !== undefined && before?.size === 1 && this.#isWanted(before, only)) {
      before.set(only.fingerprint, only);
      return [];
    }
    const wanted = new Map(demands.map((demand) => [demand.fingerprint, demand]));
    if (wanted.size === 0) this.#demandsBySource.delete(source);
    else this.#demandsBySource.set(source, wanted);
    const transitions: AlertTransition[] = [];
    for (const fingerprint of before?.keys() ?? []) {
      if (wanted.has(fingerprint)) continue;
      this.#noteTotal(fingerprint, before?.get(fingerprint));
      transitions.push(...this.#withdraw(source, fingerprint, nowMs, end));
    }
    for (const demand of wanted.values()) transitions.push(...this.#require(source, demand, nowMs));
    return transitions;
  }

  /** Ends firing alerts that no source demands: what they watched is no longer configured. */
  endOrphans(nowMs: EpochMs, endOf: (alert: Alert) => End): AlertTransition[] {
    const orphans = this.#alerts
      .values()
      .filter(({ fingerprint, status }) => status === "firing" && !this.#sourcesByFingerprint.has(fingerprint));
    return orphans.map((alert) => this.#resolve(alert, nowMs, endOf(alert)));
  }

  /** Brings value and annotations of a firing alert up to what its first source says now; returns the alert, changed or not. */
  refresh(fingerprint: string, nowMs: EpochMs): Alert | undefined {
    const alert = this.#alerts.get(fingerprint);
    const demand = this.#demandOf(fingerprint);
    if (alert === undefined || alert.status !== "firing" || demand === undefined || isSame(alert, demand)) return alert;
    const { value: _stale, ...rest } = alert;
    const fresh: Alert = { ...rest, ...valueOf(demand), annotations: demand.annotations, updatedAtMs: nowMs };
    this.#alerts.set(fingerprint, fresh);
    return fresh;
  }

  /** Alerts written and forgotten since the last call, and occurrences that are over. */
  takeChanges(): Readonly<{ changed: readonly Alert[]; removed: readonly string[]; ended: readonly Alert[] }> {
    const ended = this.#ended;
    this.#ended = [];
    return { ...this.#alerts.takeChanges(), ended };
  }

  #isWanted(before: ReadonlyMap<string, AlertDemand>, { fingerprint }: AlertDemand): boolean {
    return before.has(fingerprint) && this.#alerts.get(fingerprint)?.status === "firing";
  }

  #demandOf(fingerprint: string): AlertDemand | undefined {
    for (const source of this.#sourcesByFingerprint.get(fingerprint) ?? []) {
      const demand = this.#demandsBySource.get(source)?.get(fingerprint);
      if (demand !== undefined) return demand;
    }
    return undefined;
  }

  #require(source: string, demand: AlertDemand, nowMs: EpochMs): AlertTransition[] {
    const sources = this.#sourcesByFingerprint.get(demand.fingerprint) ?? new Set<string>();
    this.#sourcesByFingerprint.set(demand.fingerprint, sources.add(source));
    const known = this.#alerts.get(demand.fingerprint);
    if (known?.status === "firing") return [];
    // The beginning names the occurrence. It need not be later than the one before: the clock may have been set back.
    const startsAtMs = known?.startsAtMs === nowMs ? nowMs + 1 : nowMs;
    if (known !== undefined) this.#ended.push(known);
    this.#indexSymptom(demand.fingerprint, known?.explanation, undefined);
    const alert: Alert = {
      fingerprint: demand.fingerprint,
      labels: demand.labels,
      annotations: demand.annotations,
      status: "firing",
      startsAtMs,
      ...(demand.beganAtMs === undefined ? {} : { beganAtMs: Math.min(demand.beganAtMs, startsAtMs) }),
      ...(demand.unmeasured === undefined ? {} : { unmeasured: demand.unmeasured }),
      updatedAtMs: nowMs,
      ...valueOf(demand),
    };
    this.#alerts.set(alert.fingerprint, alert);
    return [{ alert, kind: "fired", because: firedBecause(demand) }];
  }

  #indexSymptom(fingerprint: string, before: Explanation | undefined, after: Explanation | undefined): void {
    if (before !== undefined && before.root !== after?.root) {
      const symptoms = this.#symptomsByRoot.get(before.root);
      symptoms?.delete(fingerprint);
      if (symptoms?.size === 0) this.#symptomsByRoot.delete(before.root);
    }
    if (after === undefined) return;
    const symptoms = this.#symptomsByRoot.get(after.root) ?? new Set<string>();
    this.#symptomsByRoot.set(after.root, symptoms.add(fingerprint));
  }

  /** What an outage came to is known at its end only, whatever was told last. */
  #noteTotal(fingerprint: string, last: AlertDemand | undefined): void {
    const alert = this.#alerts.get(fingerprint);
    const total = last?.annotations["impact_total"];
    if (alert === undefined || total === undefined || alert.annotations["impact_total"] === total) return;
    this.#alerts.set(fingerprint, { ...alert, annotations: { ...alert.annotations, impact_total: total } });
  }

  #withdraw(source: string, fingerprint: string, nowMs: EpochMs, end: End): AlertTransition[] {
    const sources = this.#sourcesByFingerprint.get(fingerprint);
    sources?.delete(source);
    if (sources !== undefined && sources.size > 0) return [];
    this.#sourcesByFingerprint.delete(fingerprint);
    const alert = this.#alerts.get(fingerprint);
    return alert?.status === "firing" ? [this.#resolve(alert, nowMs, end)] : [];
  }

  #resolve(alert: Alert, nowMs: EpochMs, { kind: ending, because }: End): AlertTransition {
    const resolved: Alert = {
      ...alert,
      annotations: { ...alert.annotations, resolution: because },
      status: "resolved",
      endsAtMs: Math.max(nowMs, alert.startsAtMs),
      ...(ending === undefined ? {} : { ending }),
      updatedAtMs: nowMs,
    };
    this.#alerts.set(alert.fingerprint, resolved);
    return { alert: resolved, kind: "resolved", because };
  }
}

/** With the value that it had then: what the alert says later is the newest. */
function firedBecause({ because, value, unmeasured }: AlertDemand): string {
  return value === undefined || unmeasured === true ? because : `${because}: ${shortNumber(value)}`;
}

function valueOf({ value }: AlertDemand): Readonly<{ value?: number }> {
  return value === undefined ? {} : { value };
}

function isSame(alert: Alert, demand: AlertDemand): boolean {
  if (alert.value !== demand.value) return false;
  const names = Object.keys(demand.annotations);
  if (names.length !== Object.keys(alert.annotations).length) return false;
  return names.every((name) => alert.annotations[name] === demand.annotations[name]);
}
