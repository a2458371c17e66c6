import type { Result } from "../../../src/core/checks/result.ts";
import { type Fault, type FaultServer, type FaultServerOptions, serveFault } from "../fault-server/fault-server.ts";
import { rootPath } from "../samples/certificates.ts";
import { startHttpRun } from "./http-run.ts";

/** Those that the test under way has started. */
export const servers: FaultServer[] = [];
export const keyword = { expect: { contains: ["keyword"] } };
export const trusted = { tls: { ca: rootPath } };

/** Serves the fault until `closeServers`. */
export async function serve(fault: Fault, options: FaultServerOptions = {}): Promise<FaultServer> {
  const server = await serveFault(fault, options);
  servers.push(server);
  return server;
}

/** Probes a server with the fault once. */
export async function probe(fault: Fault, options: Readonly<Record<string, unknown>> = {}): Promise<Result> {
  const { port } = await serve(fault);
  return (await startHttpRun(`http://127.0.0.1:${port}/`, options).outcome).result;
}

/** Runs until the server says that it stalls, then lets the deadline fall. */
export async function probeUntilStalled(server: FaultServer, address: string): Promise<Result> {
  const run = startHttpRun(address, trusted);
  await server.stalled;
  run.cancel();
  const { result } = await run.outcome;
  // The signal has reached the socket: nothing stays open at the other end.
  await server.idle();
  return result;
}

export const reasonOf = (result: Result): string | undefined => result.headline?.reason;

export async function closeServers(): Promise<void> {
  await Promise.all(servers.splice(0).map((server) => server.close()));
}
