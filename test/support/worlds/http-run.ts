import type { ProbeContext, ProbeIo, ProbeKind } from "../../../src/core/checks/probe.ts";
import type { Observation } from "../../../src/core/checks/result.ts";
import type { Json } from "../../../src/core/json.ts";
import type { Resolver } from "../../../src/core/ports/resolver.ts";
import { systemAssets } from "../../../src/platform/assets.ts";
import { systemClock } from "../../../src/platform/clock.ts";
import { createDeadlines } from "../../../src/platform/deadlines.ts";
import { createGrpcCalls } from "../../../src/platform/grpc/grpc-calls.ts";
import { createHttpProbing } from "../../../src/platform/http/http-probing.ts";
import { systemDatagrams } from "../../../src/platform/net/datagrams.ts";
import { createDialer } from "../../../src/platform/net/dialer.ts";
import { createWires } from "../../../src/platform/net/wires.ts";
import { createPacer } from "../../../src/platform/pacer.ts";
import { systemCertificateFiles } from "../../../src/platform/tls/certificate-files.ts";
import { Handshakes } from "../../../src/platform/tls/handshakes.ts";
import { http } from "../../../src/probes/http/http.ts";
import { type Run, startRun } from "../../../src/scheduler/runner.ts";
import { builtDatabases } from "../daemons/database-port.ts";
import { probeIo } from "./probe-harness.ts";

/** Every name leads to loopback; literals pass through. */
export const loopback: Resolver = {
  resolve(host, family) {
    if (/^127(?:\.\d+){3}$/.test(host)) return Promise.resolve({ ok: true, addresses: [{ address: host, family: 4 }] });
    const isV6 = host.includes(":");
    if (family === "6" || isV6) return Promise.resolve({ ok: true, addresses: [{ address: "::1", family: 6 }] });
    return Promise.resolve({ ok: true, addresses: [{ address: "127.0.0.1", family: 4 }] });
  },
};

/** Ports of the real network, with names that lead to loopback. */
const loopbackPorts: Partial<ProbeIo> = {
  monotonicMs: () => systemClock.monotonicMs(),
  resolver: loopback,
  dialer: createDialer(systemClock),
  datagrams: systemDatagrams,
  databases: builtDatabases,
  random: () => Math.random(),
  assets: systemAssets,
  pacer: createPacer(systemClock),
  deadlines: createDeadlines(systemClock),
  certificateFiles: systemCertificateFiles,
  wires: createWires(createDialer(systemClock), systemClock),
  http: createHttpProbing(createDialer(systemClock), systemClock),
  grpc: createGrpcCalls(createDialer(systemClock), new Handshakes(systemClock)),
};
export const loopbackIo = probeIo(loopbackPorts);

/** What a run is given besides its target and options. */
export type NetworkRun = Readonly<{
  startedAtMs?: number | undefined;
  memory?: Json | undefined;
  ports?: Partial<ProbeIo>;
  timeZone?: string | undefined;
  expected?: ProbeContext["expected"];
}>;

/** Starts a run of a probe over the real network under the real runner; its `cancel` moves the deadline to now. */
export function startNetworkRun(
  kind: ProbeKind,
  address: string,
  options: Readonly<Record<string, unknown>> = {},
  { startedAtMs, memory, ports = {}, ...given }: NetworkRun = {},
): Run {
  const { canonical, display } = kind.locate(address);
  return startRun(
    {
      key: { check: "c", target: "t", location: "default", slotMs: 0 },
      trigger: "manual",
      target: { id: "t", address: canonical, display, labels: {} },
      probe: kind.open(options, probeIo({ ...loopbackPorts, ...ports })),
      timeoutMs: 20_000,
      memory,
      ...given,
      startedAtMs: startedAtMs ?? systemClock.now(),
    },
    systemClock,
  );
}

/** Starts a run of the http probe. */
export function startHttpRun(
  address: string,
  options: Readonly<Record<string, unknown>> = {},
  startedAtMs?: number,
): Run {
  return startNetworkRun(http, address, options, { startedAtMs });
}

/** Makes one run to its end. */
export async function runHttpProbe(
  address: string,
  options: Readonly<Record<string, unknown>> = {},
  startedAtMs?: number,
): Promise<Observation & Readonly<{ verdict: string; phasesMs: Readonly<Record<string, number>> }>> {
  const { result } = await startHttpRun(address, options, startedAtMs).outcome;
  return result;
}

/** `is reason` of each finding, in order. */
export function reasonsOf({ findings }: Observation): readonly string[] {
  return findings.map(({ is, reason }) => `${is} ${reason}`);
}

/** Value of a sample; undefined when it is absent. */
export function sampleOf(
  { samples }: Observation,
  metric: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined {
  return samples.find(
    (sample) =>
      sample.metric === metric && Object.entries(labels).every(([name, value]) => sample.labels[name] === value),
  )?.value;
}
