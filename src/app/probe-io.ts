import type { ProbeIo } from "../core/checks/probe.ts";
import type { Inbox } from "../core/ports/inbox.ts";
import { systemAssets } from "../platform/assets.ts";
import { systemClock } from "../platform/clock.ts";
import { DatabaseProcesses } from "../platform/databases/database-processes.ts";
import { createDeadlines } from "../platform/deadlines.ts";
import { createResolver } from "../platform/dns/resolver.ts";
import { createFiles } from "../platform/files/files.ts";
import { systemStoredFiles } from "../platform/files/stored-files.ts";
import { createGrpcCalls } from "../platform/grpc/grpc-calls.ts";
import { systemHostFacts } from "../platform/host-facts.ts";
import { createHttpProbing } from "../platform/http/http-probing.ts";
import { DecodingProcesses } from "../platform/image-decoding/decoding-processes.ts";
import { systemDatagrams } from "../platform/net/datagrams.ts";
import { createDialer } from "../platform/net/dialer.ts";
import { createWires } from "../platform/net/wires.ts";
import { createPacer } from "../platform/pacer.ts";
import { SystemPings } from "../platform/ping/system-pings.ts";
import { createPowerShell } from "../platform/power-shell/power-shell.ts";
import { ChildPrograms } from "../platform/processes/child-programs.ts";
import { systemRandom } from "../platform/random.ts";
import { systemCertificateFiles } from "../platform/tls/certificate-files.ts";
import { Handshakes } from "../platform/tls/handshakes.ts";
import { threadUrl } from "./thread-url.ts";

/** Opens the machine's real ports for probes once; all but the inbox are shared, so that caches are. */
export function openProbePorts(): (inbox: Inbox) => ProbeIo {
  const dialer = createDialer(systemClock);
  const programs = new ChildPrograms(systemClock);
  const handshakes = new Handshakes(systemClock);
  const shared = {
    monotonicMs: () => systemClock.monotonicMs(),
    random: () => systemRandom.next(),
    dialer,
    resolver: createResolver({ clock: systemClock }),
    http: createHttpProbing(dialer, systemClock, handshakes),
    grpc: createGrpcCalls(dialer, handshakes),
    wires: createWires(dialer, systemClock, handshakes),
    datagrams: systemDatagrams,
    databases: new DatabaseProcesses(threadUrl(import.meta.url, "database-worker")),
    pacer: createPacer(systemClock),
    deadlines: createDeadlines(systemClock),
    assets: systemAssets,
    files: createFiles(systemClock),
    certificateFiles: systemCertificateFiles,
    hostFacts: systemHostFacts,
    storedFiles: systemStoredFiles,
    imageDecoding: new DecodingProcesses(threadUrl(import.meta.url, "decoding-worker")),
    powerShell: createPowerShell(systemClock),
    programs,
    pings: new SystemPings(programs),
  };
  return (inbox) => ({ ...shared, inbox });
}
