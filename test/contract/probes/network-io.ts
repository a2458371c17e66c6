import type { ProbeIo } from "../../../src/core/checks/probe.ts";
import { systemAssets } from "../../../src/platform/assets.ts";
import { systemClock } from "../../../src/platform/clock.ts";
import { createDeadlines } from "../../../src/platform/deadlines.ts";
import { createResolver } from "../../../src/platform/dns/resolver.ts";
import { createGrpcCalls } from "../../../src/platform/grpc/grpc-calls.ts";
import { createHttpProbing } from "../../../src/platform/http/http-probing.ts";
import { systemDatagrams } from "../../../src/platform/net/datagrams.ts";
import { createDialer } from "../../../src/platform/net/dialer.ts";
import { createWires } from "../../../src/platform/net/wires.ts";
import { createPacer } from "../../../src/platform/pacer.ts";
import { SystemPings } from "../../../src/platform/ping/system-pings.ts";
import { ChildPrograms } from "../../../src/platform/processes/child-programs.ts";
import { systemCertificateFiles } from "../../../src/platform/tls/certificate-files.ts";
import { Handshakes } from "../../../src/platform/tls/handshakes.ts";
import { builtDatabases } from "../../support/daemons/database-port.ts";
import { builtDecoding } from "../../support/daemons/decoding-port.ts";
import { probeIo } from "../../support/worlds/probe-harness.ts";

/** A program that every machine has. */
export const inBin = (name: string, ...args: readonly string[]) => ({
  command: [`/bin/${name}`, ...args],
  directories: ["/bin"],
});

/** The ports as the daemon has them. */
export const networkIo = (): ProbeIo =>
  probeIo({
    resolver: createResolver({ clock: systemClock }),
    datagrams: systemDatagrams,
    databases: builtDatabases,
    imageDecoding: builtDecoding,
    random: () => 0.5,
    assets: systemAssets,
    pacer: createPacer(systemClock),
    deadlines: createDeadlines(systemClock),
    certificateFiles: systemCertificateFiles,
    wires: createWires(createDialer(systemClock), systemClock),
    grpc: createGrpcCalls(createDialer(systemClock), new Handshakes(systemClock)),
    http: createHttpProbing(createDialer(systemClock), systemClock),
    programs: new ChildPrograms(systemClock),
    pings: new SystemPings(new ChildPrograms(systemClock)),
    monotonicMs: () => systemClock.monotonicMs(),
  });
