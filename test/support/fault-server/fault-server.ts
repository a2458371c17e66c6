import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type TlsOptions } from "node:tls";

/** What a fault is told about the connection it spoils. */
export type FaultScene = Readonly<{
  socket: Socket;
  /** Request line and headers, as they came. */
  head: string;
  port: number;
  /** The server has reached the point from which nothing useful comes: now the deadline may fall. */
  stalled(): void;
}>;

/** Spoils one connection after the request's headers came. */
export type Fault = (scene: FaultScene) => void;

export type FaultServer = Readonly<{
  port: number;
  /** Heads of the requests that came, oldest first. */
  requests: readonly string[];
  connections(): number;
  /** Resolves when a fault has said that it stalled. */
  stalled: Promise<void>;
  /** Resolves when the clients have closed all connections. */
  idle(): Promise<void>;
  close(): Promise<void>;
}>;

export type FaultServerOptions = Readonly<{
  tls?: TlsOptions;
  host?: string;
  /** Listens on a socket in the filesystem in place of a port. */
  path?: string;
  /** Spoil the connection at once, before any request. */
  onConnection?: boolean;
}>;

/** Serves one fault on a free loopback port. */
export async function serveFault(fault: Fault, options: FaultServerOptions = {}): Promise<FaultServer> {
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  const waiting = new Set<() => void>();
  let connections = 0;
  let stalled = (): void => {};
  const whenStalled = new Promise<void>((resolve) => {
    stalled = resolve;
  });
  const accept = (socket: Socket): void => {
    connections += 1;
    socket.on("error", () => {});
    const scene = (head: string): FaultScene => ({ socket, head, port: portOf(server), stalled });
    if (options.onConnection === true) {
      fault(scene(""));
      // Whoever reads nothing never hears of the end either.
      return void socket.resume();
    }
    let received = "";
    socket.on("data", (chunk) => {
      if (received.includes("\r\n\r\n")) return;
      received += chunk.toString("latin1");
      if (!received.includes("\r\n\r\n")) return;
      requests.push(received);
      fault(scene(received));
    });
  };
  const server: Server = options.tls === undefined ? createServer(accept) : createTlsServer(options.tls, accept);
  server.on("tlsClientError", () => {});
  // Raw connections: with TLS, the secured socket is another one.
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.once("close", () => {
      sockets.delete(socket);
      for (const check of waiting) check();
    });
  });
  const { path, host = "127.0.0.1" } = options;
  await new Promise<void>((resolve) => server.listen(path === undefined ? { port: 0, host } : { path }, resolve));
  const close = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  const idle = (): Promise<void> =>
    new Promise((resolve) => {
      const check = (): void => {
        if (sockets.size === 0) resolve();
      };
      waiting.add(check);
      check();
    });
  return { port: portOf(server), requests, connections: () => connections, stalled: whenStalled, idle, close };
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}
