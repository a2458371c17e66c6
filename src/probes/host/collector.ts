import type { Metric, Sample } from "../../core/checks/metric.ts";
import type { Labels } from "../../core/labels.ts";
import type { Files } from "../../core/ports/files.ts";
import type { HostFacts } from "../../core/ports/host-facts.ts";
import type { StoredFiles } from "../../core/ports/stored-files.ts";
import type { EpochMs } from "../../core/time/time.ts";
import type { CollectorName, HostOptions } from "./options.ts";

/** What one collector found in one run. */
export type Collected =
  | Readonly<{ ok: true; samples: readonly Sample[] /** For the run's log. */; notes?: readonly string[] }>
  | Readonly<{ ok: false; reason: "permission" | "parse"; detail: string }>
  | Absent;

/** This machine has no such thing (no RAID, no sensors): success 0 as in node_exporter, but no trouble. */
type Absent = Readonly<{ ok: false; reason: "absent"; detail: string }>;

/** What collectors may look at in one run; a file is read once, however many collectors want it. */
export interface HostSource {
  readonly startedAtMs: EpochMs;
  readonly signal: AbortSignal;
  readonly facts: HostFacts;
  /** As the port says; `stuck` as soon as the signal aborts. */
  readonly filesystem: Files["filesystem"];
  /** Text of a file under procfs; undefined when it is not there or may not be read. */
  proc(path: string): string | undefined;
  /** Text of a file of the host's network, which is that of its first process, as `proc`. */
  net(path: string): string | undefined;
  /** The first 64 KiB of what `net` gives, as they are now. */
  netHead(path: string): string | undefined;
  /** What a link under procfs says, as it stands; undefined when it is not there or may not be read. */
  procLink(path: string): string | undefined;
  /** Text of a file under sysfs, as `proc`. */
  sys(path: string): string | undefined;
  /** Text of a file of a network device in sysfs, as `proc`; of the device that has the name now. */
  ofDevice(device: string, file: string): string | undefined;
  /** Text of a file of a process, as `proc`. */
  ofProcess(id: string, file: string): string | undefined;
  /** Text of a file under the host's root, as `proc`. */
  root(path: string): string | undefined;
  /** Ids of the processes; at most ten thousand. */
  processIds(): readonly string[];
  /** Names in a directory under procfs, as `sysNames`. */
  procNames(path: string): readonly string[];
  /** Runs one of the system's own programs for at most five seconds; its output is in English. */
  command(program: string, ...args: readonly string[]): Promise<CommandOutput>;
  /** Files on disks, which are not read in one go as the kernel's are. */
  readonly stored: Pick<StoredFiles, "find" | "text">;
  /** Names in a directory under sysfs; empty when it is not there, and cut off after a thousand. */
  sysNames(path: string): readonly string[];
  /** Where a link under sysfs leads; undefined when there is none. */
  sysLink(path: string): string | undefined;
}

/** What a program of the system wrote; `isMissing`: there is no such program here. */
export type CommandOutput = Readonly<{ ok: true; stdout: string } | { ok: false; isMissing: boolean; detail: string }>;

export type Collect = (source: HostSource) => Collected | Promise<Collected>;

/** Reads one group of metrics, under node_exporter's name of that group. */
export interface Collector {
  readonly name: CollectorName;
  readonly metrics: readonly Metric[];
  /** Makes the reading function; what it remembers between runs lives in its closure. */
  open(options: HostOptions): Collect;
}

type Extra = Readonly<{ labels?: readonly string[]; history?: boolean }>;

/** Declares a gauge of node_exporter. */
export function gauge(name: string, help: string, extra: Extra = {}): Metric {
  return { name, type: "gauge", help, labels: extra.labels ?? [], history: extra.history ?? false };
}

/** Declares a counter of node_exporter. */
export function counter(name: string, help: string, extra: Extra = {}): Metric {
  return { ...gauge(name, help, extra), type: "counter" };
}

const noLabels: Labels = {};

/** Makes a sample; without labels by default. */
export function sample(metric: string, value: number, labels: Labels = noLabels): Sample {
  return { metric, labels, value };
}

/** Success with these samples; a value that is no number makes the whole reading a parse failure. */
export function collected(samples: readonly Sample[]): Collected {
  const broken = samples.find((one) => !Number.isFinite(one.value));
  return broken === undefined ? { ok: true, samples } : malformed(`${broken.metric} is no number`);
}

/** Failure: the file is not there or may not be read. */
export function unreadable(path: string): Collected {
  return { ok: false, reason: "permission", detail: `${path} is not there or may not be read` };
}

/** Failure: nothing of this kind is in this machine. */
export function absent(what: string): Collected {
  return { ok: false, reason: "absent", detail: `this machine has no ${what}` };
}

/** The one number that a kernel file holds; undefined when the file is missing or holds something else. */
export function numberOf(text: string | undefined): number | undefined {
  const trimmed = text?.trim() ?? "";
  if (trimmed === "") return undefined;
  const value = Number(trimmed);
  return Number.isFinite(value) ? value : undefined;
}

/** Failure: the kernel said something that is not understood. */
export function malformed(detail: string): Collected {
  return { ok: false, reason: "parse", detail };
}
