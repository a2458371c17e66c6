import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { systemClock } from "../src/platform/clock.ts";
import { createFiles } from "../src/platform/files/files.ts";
import { systemStoredFiles } from "../src/platform/files/stored-files.ts";
import { systemHostFacts } from "../src/platform/host-facts.ts";
import { host } from "../src/probes/host/host.ts";
import { probeContext, probeIo } from "../test/support/worlds/probe-harness.ts";
import { serveOrders } from "./support/worker-process.ts";

/** Reads the machine so often with the probe's default collectors, after some readings that do not count. */
export type HostOrder = Readonly<{ readings: number; warmUps: number; spacingMs: number }>;

/**
 * CPU of one reading, and what it gave. `blockMs`: the thread's own CPU in the longest of 99 of 100 readings, which is no less than what
 * one of them blocks it for, however busy the machine is; `delayMs`: by the clock, what the event loop was late at most in 99 of 100 moments.
 */
export type HostFigures = Readonly<{ cpuMs: number; blockMs: number; delayMs: number; series: number }>;

// The probe is given no way to start a program: a collector that wanted one would fail here.
const probe = host.open(
  {},
  probeIo({
    files: createFiles(systemClock),
    storedFiles: systemStoredFiles,
    hostFacts: systemHostFacts,
    monotonicMs: () => systemClock.monotonicMs(),
  }),
);

type Readings = Readonly<{ cpuMs: number; threadMs: readonly number[]; series: number }>;

async function read(times: number, spacingMs: number): Promise<Readings> {
  const threadMs: number[] = [];
  let cpuMicros = 0;
  let series = 0;
  for (let reading = 0; reading < times; reading += 1) {
    const before = process.cpuUsage();
    const threadBefore = process.threadCpuUsage();
    const { findings, samples } = await probe.run(probeContext({ startedAtMs: systemClock.now() }));
    const own = process.threadCpuUsage(threadBefore);
    const used = process.cpuUsage(before);
    if (findings.length > 0) throw new Error(`the probe found ${JSON.stringify(findings)}`);
    cpuMicros += used.user + used.system;
    threadMs.push((own.user + own.system) / 1000);
    series = samples.length;
    await sleep(spacingMs);
  }
  return { cpuMs: cpuMicros / 1000 / times, threadMs: threadMs.sort((a, b) => a - b), series };
}

serveOrders(async ({ readings, warmUps, spacingMs }: HostOrder): Promise<HostFigures> => {
  await read(warmUps, spacingMs);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const { cpuMs, threadMs, series } = await read(readings, spacingMs);
  delay.disable();
  const blockMs = threadMs[Math.ceil(threadMs.length * 0.99) - 1] ?? 0;
  return { cpuMs, series, blockMs, delayMs: delay.percentile(99) / 1e6 };
});
