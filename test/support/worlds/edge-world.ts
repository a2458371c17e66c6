import type { RequestListener } from "node:http";
import type { ProbeIo, ProbeKind } from "../../../src/core/checks/probe.ts";
import type { Result } from "../../../src/core/checks/result.ts";
import type { Json } from "../../../src/core/json.ts";
import { identities } from "../samples/certificates.ts";
import { DnsServer } from "../servers/dns-server.ts";
import { type EdgeServer, type Edges, serveEdges } from "../servers/edge-servers.ts";
import { startNetworkRun } from "./http-run.ts";

const closing: (() => Promise<void>)[] = [];

/** An address of a provider's customers. */
export const telecom = "202.96.209.0/24";
export const fine: RequestListener = (_request, response) => void response.end("hello");

/** Name servers and edges that a test has begun; for `afterEach`. */
export async function closeEdges(): Promise<void> {
  await Promise.all(closing.splice(0).map((close) => close()));
}

export async function names(): Promise<DnsServer> {
  const server = await DnsServer.start();
  closing.push(() => server.close());
  return server;
}

export async function edgesAt(servers: readonly EdgeServer[]): Promise<Edges> {
  const edges = await serveEdges(servers);
  closing.push(() => edges.close());
  return edges;
}

/** An edge with a certificate that fits. */
export const good = (address: string, handle: RequestListener = fine): EdgeServer => ({
  address,
  identity: identities.good,
  handle,
});

export async function run(
  kind: ProbeKind,
  address: string,
  options: Readonly<Record<string, unknown>>,
  facts: Readonly<{ startedAtMs?: number; memory?: Json | undefined; ports?: Partial<ProbeIo> }> = {},
): Promise<Result> {
  return (await startNetworkRun(kind, address, options, facts).outcome).result;
}

export const details = ({ findings }: Result): readonly string[] => findings.map(({ detail }) => detail);
