import type { Check, CheckTarget } from "../../core/checks/check.ts";
import { type Metric, type Sample, undeclaredMetric } from "../../core/checks/metric.ts";
import type { ProbeKind } from "../../core/checks/probe.ts";
import { type Result, subjectId } from "../../core/checks/result.ts";
import type { SeriesPoint, SeriesQuery } from "../../core/checks/series.ts";
import { instanceOf, sharedDisplays } from "../../core/checks/target-instance.ts";
import type { Labels } from "../../core/labels.ts";

type Wanted = Readonly<{ asIncrease: boolean }>;
type Subject = Readonly<{
  labels: Labels;
  /** The labels as they stand in the id of a series. */
  labelsText: string;
  kept: ReadonlyMap<string, SeriesPoint["kind"]>;
}>;

const identityNames: ReadonlySet<string> = new Set(["check", "tier", "instance", "env", "location", "service"]);
/** Series that every check has. */
export const runMetrics = ["probe_success", "probe_duration_seconds"] as const;

/** Picks the samples that the series store keeps: those declared with `history`, those that a rule names, and success and duration of every run. */
export class HistoryPoints {
  readonly #kinds: ReadonlyMap<string, ProbeKind>;
  readonly #subjects = new Map<string, Subject>();

  constructor(kinds: readonly ProbeKind[]) {
    this.#kinds = new Map(kinds.map((kind) => [kind.kind, kind]));
  }

  /** Takes the configured checks and what rules ask of the store. */
  setChecks(checks: readonly Check[], queries: readonly SeriesQuery[]): void {
    const wanted = new Map<string, Wanted>();
    for (const { metric, aggregate } of queries) {
      wanted.set(metric, { asIncrease: wanted.get(metric)?.asIncrease === true || aggregate === "increase" });
    }
    this.#subjects.clear();
    const keptByKind = new Map<string, Subject["kept"]>();
    for (const check of checks) {
      const kept = keptByKind.get(check.probe) ?? this.#keptOf(check, wanted);
      if (this.#kinds.get(check.probe)?.metrics !== "dynamic") keptByKind.set(check.probe, kept);
      const shared = sharedDisplays(check.targets);
      for (const target of check.targets) {
        const id = subjectId({ check: check.id, target: target.id, location: check.location });
        const labels = subjectLabels(check, target, shared.has(target.display));
        this.#subjects.set(id, { labels, labelsText: textOf(labels), kept });
      }
    }
  }

  /** The points of one result; an unknown result measured nothing and has none. */
  of(result: Result): readonly SeriesPoint[] {
    const subject = this.#subjects.get(subjectId(result));
    if (subject === undefined || result.verdict === "unknown") return [];
    const points = [
      pointOf(subject, { metric: runMetrics[0], labels: {}, value: result.verdict === "up" ? 1 : 0 }, "gauge", result),
      pointOf(subject, { metric: runMetrics[1], labels: {}, value: result.durationMs / 1000 }, "gauge", result),
    ];
    for (const sample of result.samples) {
      const kept = keptAs(sample, subject.kept.get(sample.metric));
      if (kept !== undefined && Number.isFinite(sample.value)) points.push(pointOf(subject, sample, kept, result));
    }
    return points;
  }

  #keptOf(check: Check, wanted: ReadonlyMap<string, Wanted>): ReadonlyMap<string, SeriesPoint["kind"]> {
    const declared = new Map(
      (this.#kinds.get(check.probe)?.metricsOf(check.options) ?? []).map((each) => [each.name, each]),
    );
    const kept = new Map<string, SeriesPoint["kind"]>();
    for (const metric of declared.values())
      if (metric.history) kept.set(metric.name, kindOf(metric, wanted.get(metric.name)));
    for (const [name, want] of wanted) {
      kept.set(name, kindOf(declared.get(name) ?? foreignMetric(name), want));
    }
    return kept;
  }
}

/** What a foreign source says of the type of a series counts before its name. */
function keptAs(sample: Sample, kept: SeriesPoint["kind"] | undefined): SeriesPoint["kind"] | undefined {
  if (kept === undefined && sample.isKept !== true) return undefined;
  if (sample.type === "counter") return "counter";
  return kept ?? kindOf(undeclaredMetric(sample), undefined);
}

// Nothing says what type a foreign metric has: it counts as one where its name or a rule says so.
function foreignMetric(name: string): Metric {
  const metric = undeclaredMetric({ metric: name, labels: {}, value: 0 });
  return metric.type === "counter" ? metric : { ...metric, type: "untyped" };
}

// The kernel's counters are untyped; whoever asks for their increase knows that they grow.
function kindOf(metric: Metric, wanted: Wanted | undefined): SeriesPoint["kind"] {
  return metric.type === "counter" || (metric.type === "untyped" && wanted?.asIncrease === true) ? "counter" : "gauge";
}

function pointOf(subject: Subject, sample: Sample, kind: SeriesPoint["kind"], result: Result): SeriesPoint {
  const isBare = Object.keys(sample.labels).length === 0;
  // One object for all series of a subject that have no labels of their own: it goes to the storage thread once per message.
  const labels = isBare ? subject.labels : { ...subject.labels, ...freed(sample.labels) };
  return {
    metric: sample.metric,
    labels,
    value: sample.value,
    atMs: sample.atMs ?? result.startedAtMs,
    series: `${sample.metric}${isBare ? subject.labelsText : textOf(labels)}`,
    kind,
  };
}

/** A sample's labels, as `/metrics` writes them: they win over the check's own, and of those that say whose series it is they become `exported_…`. */
function freed(labels: Labels): Labels {
  const names = Object.keys(labels);
  if (!names.some((name) => identityNames.has(name))) return labels;
  const free: Record<string, string> = {};
  for (const name of names.sort()) {
    let written = identityNames.has(name) ? `exported_${name}` : name;
    while (written !== name && Object.hasOwn(labels, written)) written = `exported_${written}`;
    free[written] = labels[name] ?? "";
  }
  return free;
}

function textOf(labels: Labels): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function subjectLabels(check: Check, target: CheckTarget, isDisplayShared: boolean): Labels {
  return {
    ...check.labels,
    ...target.labels,
    check: check.id,
    tier: check.tier,
    instance: instanceOf(target, isDisplayShared),
    env: check.env,
    location: check.location,
    ...(check.service === undefined ? {} : { service: check.service }),
  };
}
