import type { Observation } from "../../../src/core/checks/result.ts";
import type { Files } from "../../../src/core/ports/files.ts";
import type { HostFacts } from "../../../src/core/ports/host-facts.ts";
import type { PowerShell, ShellAnswer } from "../../../src/core/ports/power-shell.ts";
import { host } from "../../../src/probes/host/host.ts";
import { linuxFacts } from "./host-source.ts";
import { probeIo } from "./probe-harness.ts";

export const gib = 2 ** 30;
/** A Windows machine as Node sees it. */
export const windows: HostFacts = {
  ...linuxFacts,
  platform: () => "win32",
  uname: () => ({
    sysname: "Windows_NT",
    nodename: "WIN-1",
    release: "10.0.20348",
    version: "Windows Server 2022 Datacenter",
    machine: "x86_64",
  }),
  cpuTimes: () => [
    { userMs: 1000, systemMs: 700, idleMs: 8000, interruptMs: 200 },
    { userMs: 2000, systemMs: 10, idleMs: 9000, interruptMs: 20 },
  ],
  memory: () => ({ totalBytes: 32 * gib, freeBytes: 24 * gib }),
  uptimeSeconds: () => 86_400.25,
};
/** Its drives by what asking for their room gives. */
const drives: Readonly<Record<string, Awaited<ReturnType<Files["filesystem"]>>>> = {
  "C:\\": { sizeBytes: 100, freeBytes: 60, availableBytes: 50, files: 0, filesFree: 0 },
  "D:\\": { sizeBytes: 5, freeBytes: 0, availableBytes: 0, files: 0, filesFree: 0 },
  "Z:\\": "stuck",
};

/** A PowerShell that gives this answer. */
export function answering(answer: ShellAnswer | (() => ShellAnswer)): PowerShell {
  return {
    open: () => ({ ask: () => Promise.resolve(typeof answer === "function" ? answer() : answer), close: () => {} }),
  };
}

/** An answer as the script writes it. */
export function lineOf(rows: object, failed: object = {}): ShellAnswer {
  return { ok: true, line: JSON.stringify({ watchfire: 1, rows, failed }) };
}

/** The host probe on that machine. */
export function open(powerShell: PowerShell, options: object = {}, facts: HostFacts = windows) {
  const filesystem: Files["filesystem"] = (path) => Promise.resolve(drives[path] ?? "error");
  const files = { filesystem } as Files;
  return host.open(options, probeIo({ powerShell, files, hostFacts: facts, monotonicMs: () => 0 }));
}

/** Samples as a scrape shows them. */
export function shown(observation: Observation, prefix: string): readonly string[] {
  return observation.samples
    .filter(({ metric }) => metric.startsWith(prefix))
    .map(({ metric, labels, value }) => {
      const pairs = Object.entries(labels).map(([name, text]) => `${name}="${text}"`);
      return `${metric}{${pairs.join(",")}} ${value}`;
    });
}

export function failedCollectors({ samples }: Observation): readonly (string | undefined)[] {
  return samples
    .filter(({ metric, value }) => metric === "windows_exporter_collector_success" && value === 0)
    .map(({ labels }) => labels["collector"]);
}
