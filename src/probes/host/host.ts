import { z } from "zod";
import type { Finding } from "../../core/checks/finding.ts";
import type { Metric, Sample } from "../../core/checks/metric.ts";
import { defineProbe } from "../../core/checks/probe.ts";
import type { Observation } from "../../core/checks/result.ts";
import type { KernelFiles } from "../../core/ports/files.ts";
import { type Collect, gauge, type HostSource, sample } from "./collector.ts";
import { collectors } from "./collectors/index.ts";
import { judgeMustRun } from "./judge-must-run.ts";
import { linuxSource, type Reading } from "./linux-source.ts";
import { type HostOptions, hostOptionsSchema } from "./options.ts";
import { WindowsHost, windowsMetrics } from "./windows/run-windows.ts";

const duration: Metric = gauge(
  "node_scrape_collector_duration_seconds",
  "node_exporter: Duration of a collector scrape.",
  { labels: ["collector"] },
);
const success: Metric = gauge("node_scrape_collector_success", "node_exporter: Whether a collector succeeded.", {
  labels: ["collector"],
});

const ownMetrics: readonly Metric[] = [
  ...collectors.flatMap((collector) => collector.metrics),
  duration,
  success,
  ...windowsMetrics,
];

const addressSchema = z
  .string()
  .regex(/^[a-zA-Z0-9][a-zA-Z0-9._-]{0,252}$/, "the target of a host check is this machine's name, such as localhost");

/**
 * Reads the health of the machine it runs on: on Linux from procfs and sysfs under node_exporter's names, on Windows by the runtime and
 * one PowerShell under windows_exporter's. @see https://github.com/prometheus/node_exporter https://github.com/prometheus-community/windows_exporter
 */
export const host = defineProbe({
  kind: "host",
  title: "This machine",
  tier: "os",
  trigger: "schedule",
  defaults: { intervalMs: 15_000, timeoutMs: 10_000, failureThreshold: 1 },
  address: addressSchema,
  defaultAddress: "localhost",
  display: (address) => address,
  // One owner for all of them, so that there is one PowerShell however many checks look at the machine; no address looks like this.
  hostOf: () => "this machine",
  options: hostOptionsSchema,
  // Text files hold metrics of any name.
  metrics: "dynamic",
  metricsOf: () => ownMetrics,
  create(options, io) {
    const opened = open(options);
    const windows = new WindowsHost(options, io);
    let kernel: KernelFiles | undefined;
    return {
      async run(context) {
        context.phase("local");
        const platform = io.hostFacts.platform();
        if (platform === "win32") return windows.run(context);
        if (platform !== "linux") return { findings: [unsupported(platform)], samples: [] };
        kernel ??= io.files.keepKernelFiles();
        const observation = await run({ context, io, options, kernel }, opened);
        if (!context.signal.aborted) kernel.closeUnused();
        return observation;
      },
      async close() {
        kernel?.close();
        windows.close();
      },
    };
  },
});

type Failure = Readonly<{ reason: "permission" | "parse"; detail: string }>;
type Opened = Readonly<{ name: string; collect: Collect }>;

function open(options: HostOptions): readonly Opened[] {
  const wanted: ReadonlySet<string> = new Set([
    ...options.collectors,
    ...options.more_collectors,
    ...(options.must_run.length === 0 ? [] : ["systemd"]),
  ]);
  return collectors
    .filter((collector) => wanted.has(collector.name))
    .map((collector) => ({ name: collector.name, collect: collector.open(options) }));
}

/** Collectors read one after the other: parallel reads of procfs contend in the kernel. */
async function run(reading: Reading, opened: readonly Opened[]): Promise<Observation> {
  const { context, io, options } = reading;
  const source = linuxSource(reading);
  const samples: Sample[] = [];
  const failed: Failure[] = [];
  const missing: Failure[] = [];
  for (const { name, collect } of opened) {
    if (context.signal.aborted) break;
    const startedMs = io.monotonicMs();
    const found = await collect(source);
    samples.push(sample(duration.name, (io.monotonicMs() - startedMs) / 1000, { collector: name }));
    samples.push(sample(success.name, found.ok ? 1 : 0, { collector: name }));
    if (found.ok) {
      samples.push(...found.samples);
      for (const line of found.notes ?? []) context.note(`collector ${name}: ${line}`);
    } else if (found.reason === "absent") missing.push({ reason: "permission", detail: found.detail });
    else {
      failed.push({ reason: found.reason, detail: found.detail });
      context.note(`collector ${name}: ${found.detail}`);
    }
  }
  const [first] = [...failed, ...missing];
  // Some collectors ask the kernel without procfs; what they find does not hide that procfs is not where it should be.
  if (
    first === undefined ||
    ((failed.length === 0 || failed.length + missing.length < opened.length) && !isNoProcfs(source))
  )
    return { findings: judged(options, samples), samples };
  return { findings: [blind(first, options.procfs)], samples };
}

/** Where nothing tells of services, none is missing: that is said instead. */
function judged(options: HostOptions, samples: readonly Sample[]): readonly Finding[] {
  if (options.must_run.length === 0) return [];
  if (samples.some(({ metric }) => metric === "node_systemd_unit_state"))
    return judgeMustRun(options.must_run, samples);
  const detail = "must_run is not judged: systemctl tells of no services here";
  return [{ is: "flaw", severity: "warning", reason: "threshold", detail }];
}

function isNoProcfs(source: HostSource): boolean {
  return ["stat", "loadavg", "meminfo"].every((path) => source.proc(path) === undefined);
}

function unsupported(platform: string): Finding {
  return {
    is: "unknown",
    reason: "driver_missing",
    phase: "local",
    detail: `the host probe reads Linux and Windows, and this machine is ${platform}; watch it by its own exporter`,
  };
}

function blind(failure: Failure, procfs: string): Finding {
  const detail = `no collector could read ${procfs}: ${failure.detail}`;
  return { is: "unknown", reason: failure.reason, phase: "local", detail };
}
