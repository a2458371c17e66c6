import { createServer as createHttpServer, type IncomingMessage, type RequestListener } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo, Server } from "node:net";
import type { ServerIdentity } from "../samples/certificates.ts";

/** What stands at one address. */
export type EdgeServer = Readonly<{ address: string; identity?: ServerIdentity; handle: RequestListener }>;

/** A request as an edge got it, with the name that was asked for in TLS. */
export type EdgeRequest = Readonly<{
  address: string;
  host: string | undefined;
  path: string;
  serverName: string | undefined;
}>;

export type Edges = Readonly<{
  port: number;
  requests: readonly EdgeRequest[];
  /** Lets an address present something else from now on, over the same socket. */
  replace(server: EdgeServer): Promise<void>;
  /** Nobody listens at this address any more. */
  stop(address: string): Promise<void>;
  close(): Promise<void>;
}>;

const mostAttempts = 20;

/** Serves all addresses of the loopback network at one free port. */
export async function serveEdges(servers: readonly EdgeServer[]): Promise<Edges> {
  for (let attempt = 1; ; attempt += 1) {
    const edges = new LoopbackEdges();
    try {
      for (const server of servers) await edges.replace(server);
      return edges;
    } catch (error) {
      // Another program may hold the port at one of the other addresses.
      await edges.close();
      if (attempt === mostAttempts || (error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    }
  }
}

type Standing = Server & { closeAllConnections(): void; setSecureContext?(identity: ServerIdentity): void };

class LoopbackEdges implements Edges {
  readonly requests: EdgeRequest[] = [];
  readonly #servers = new Map<string, { server: Standing; now: EdgeServer }>();
  port = 0;

  async replace(now: EdgeServer): Promise<void> {
    const standing = this.#servers.get(now.address);
    if (standing === undefined) return this.#open(now);
    standing.now = now;
    if (now.identity !== undefined) standing.server.setSecureContext?.(now.identity);
  }

  async #open(now: EdgeServer): Promise<void> {
    const { address, identity } = now;
    const answer: RequestListener = (request, response) => {
      this.requests.push(requestAt(address, request));
      this.#servers.get(address)?.now.handle(request, response);
    };
    const server = identity === undefined ? createHttpServer(answer) : createHttpsServer(identity, answer);
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(this.port, address, resolve);
    });
    this.#servers.set(address, { server, now });
    this.port = (server.address() as AddressInfo).port;
  }

  async stop(address: string): Promise<void> {
    const server = this.#servers.get(address)?.server;
    this.#servers.delete(address);
    server?.closeAllConnections();
    await new Promise<void>((resolve) => {
      if (server === undefined) resolve();
      else server.close(() => resolve());
    });
  }

  async close(): Promise<void> {
    for (const address of this.#servers.keys()) await this.stop(address);
  }
}

function requestAt(address: string, request: IncomingMessage): EdgeRequest {
  const { socket } = request;
  const serverName = "servername" in socket && typeof socket.servername === "string" ? socket.servername : undefined;
  return { address, host: request.headers.host, path: request.url ?? "", serverName };
}
