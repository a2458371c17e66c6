import { createServer as createHttpServer, type IncomingMessage } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { type ServerOptions, type WebSocket, WebSocketServer } from "ws";
import type { Result } from "../../../src/core/checks/result.ts";
import { websocket } from "../../../src/probes/websocket/websocket.ts";
import { type Fault, serveFault } from "../fault-server/fault-server.ts";
import { startNetworkRun } from "../worlds/http-run.ts";

type Options = Readonly<Record<string, unknown>>;
/** What a server does with a client that it has accepted. */
export type Greet = (socket: WebSocket, request: IncomingMessage) => void;

const closing: (() => Promise<unknown>)[] = [];

/** Ends what was served; call it after each test. */
export async function closeSockets(): Promise<void> {
  await Promise.all(closing.splice(0).map((close) => close()));
}

/** A server of the library `ws`. */
export async function serveSockets(
  greet: Greet,
  options: ServerOptions = {},
  identity?: { key: string; cert: string },
): Promise<number> {
  const http = identity === undefined ? createHttpServer() : createHttpsServer(identity);
  const server = new WebSocketServer({ server: http, ...options });
  server.on("connection", (socket, request) => {
    socket.on("error", () => {});
    greet(socket, request);
  });
  http.on("tlsClientError", () => {});
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  closing.push(async () => {
    for (const client of server.clients) client.terminate();
    server.close();
    http.closeAllConnections();
    await new Promise((resolve) => http.close(resolve));
  });
  return (http.address() as AddressInfo).port;
}

/** Runs the websocket probe on a port. */
export async function runWebsocketProbe(port: number, options: Options = {}, scheme = "ws"): Promise<Result> {
  return (await startNetworkRun(websocket, `${scheme}://127.0.0.1:${port}/feed?a=1`, options).outcome).result;
}

/** Serves and runs the probe. */
export async function probeSockets(greet: Greet, options: Options = {}): Promise<Result> {
  return runWebsocketProbe(await serveSockets(greet), options);
}

/** Serves a fault and runs the probe on it. */
export async function probeSocketFault(fault: Fault, options: Options = {}): Promise<Result> {
  const server = await serveFault(fault);
  closing.push(() => server.close());
  return runWebsocketProbe(server.port, options);
}
