import type { Metric, Sample } from "../../../core/checks/metric.ts";
import type { Labels } from "../../../core/labels.ts";
import type { Files } from "../../../core/ports/files.ts";
import type { HostFacts } from "../../../core/ports/host-facts.ts";
import type { EpochMs } from "../../../core/time/time.ts";
import { counter, gauge, type HostSource } from "../collector.ts";
import type { HostOptions, WindowsCollectorName } from "../options.ts";
import { numberIn, type Row, type Rows } from "./answer.ts";
import type { QueryName } from "./queries.ts";

/** What collectors on Windows may look at in one run: the runtime's own knowledge, and what PowerShell told in this run. */
export interface WindowsSource {
  readonly startedAtMs: EpochMs;
  readonly facts: HostFacts;
  readonly filesystem: Files["filesystem"];
  /** As on Linux, from the directories of Windows. */
  readonly command: HostSource["command"];
  /** Rows of a query that the collector named; the failure where PowerShell gave no answer in this run. */
  told(query: QueryName): Rows;
}

/** What one collector found: without PowerShell's part there is a failure beside what the runtime knows. */
export type WindowsCollected = Readonly<{ samples: readonly Sample[]; failure?: string }>;

export type WindowsCollect = (source: WindowsSource) => WindowsCollected | Promise<WindowsCollected>;

/** Reads one group of metrics, under windows_exporter's name of that group. */
export interface WindowsCollector {
  readonly name: WindowsCollectorName;
  readonly metrics: readonly Metric[];
  readonly queries: readonly QueryName[];
  open(options: HostOptions): WindowsCollect;
}

/** A column of WMI and the metric that it is. */
export type Column = Readonly<{ column: string; metric: Metric; scale: number }>;

type Extra = Readonly<{ labels?: readonly string[]; history?: boolean; scale?: number }>;

/** A column that only grows. */
export function counterColumn(column: string, name: string, help: string, { scale = 1, ...extra }: Extra = {}): Column {
  return { column, metric: counter(name, help, extra), scale };
}

/** A column that goes up and down. */
export function gaugeColumn(column: string, name: string, help: string, { scale = 1, ...extra }: Extra = {}): Column {
  return { column, metric: gauge(name, help, extra), scale };
}

/** A sample for each column that holds a number. */
export function columnSamples(columns: readonly Column[], row: Row, labels: Labels): readonly Sample[] {
  return columns.flatMap(({ column, metric, scale }) => {
    const value = numberIn(row, column);
    return value === undefined ? [] : [{ metric: metric.name, labels, value: value * scale }];
  });
}

/** The samples of each row; a failure where the query failed. */
export function fromRows(found: Rows, samplesOf: (row: Row) => readonly Sample[]): WindowsCollected {
  return found.ok ? { samples: found.rows.flatMap(samplesOf) } : { samples: [], failure: found.detail };
}

/** Both findings as one. */
export function joined(first: WindowsCollected, second: WindowsCollected): WindowsCollected {
  const failure = first.failure ?? second.failure;
  return { samples: [...first.samples, ...second.samples], ...(failure === undefined ? {} : { failure }) };
}
