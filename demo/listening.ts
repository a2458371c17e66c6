import { once } from "node:events";
import type { AddressInfo, Server } from "node:net";

/** Listens on loopback and returns the port; 0 takes a free one. @throws {Error} EADDRINUSE when another process listens there. */
export async function listenOnLoopback(server: Server, port: number): Promise<number> {
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

/** Stops listening and drops open connections. */
export async function stopListening(server: Server & { closeAllConnections(): void }): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
}
