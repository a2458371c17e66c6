import { readFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { listenOnLoopback, stopListening } from "./listening.ts";
import { ordersPerMinute } from "./outage.ts";
import { pageOf } from "./shop-pages.ts";

export type ShopSettings = Readonly<{
  /** Port of the shop on loopback; 0 takes a free one. */
  port: number;
  /** Port of its HTTPS page with a self-signed certificate. */
  tlsPort: number;
  /** Where order numbers are pushed to as JSON; nothing is pushed without it. */
  pushUrl?: string;
  /** Time between two pushes, default 5 s. */
  pushEveryMs?: number;
}>;

export type Shop = Readonly<{
  url: string;
  tlsUrl: string;
  /** Pushes the order numbers of this moment; false when nobody took them. */
  push(): Promise<boolean>;
  close(): Promise<void>;
}>;

/** Starts a small shop on loopback that misbehaves on purpose. @throws {Error} EADDRINUSE when a port is taken. */
export async function startShop(settings: ShopSettings): Promise<Shop> {
  const startedMs = performance.now();
  const sinceStartMs = (): number => performance.now() - startedMs;
  const answer: RequestListener = (request, response) => {
    const { status, headers, body } = pageOf((request.url ?? "/").split("?")[0] ?? "/", sinceStartMs());
    request.resume();
    response.writeHead(status, { ...headers, "content-length": body.length });
    response.end(request.method === "HEAD" ? undefined : body);
  };
  const server = createServer(answer);
  const tlsServer = createTlsServer(
    { key: certificate("self-signed.key.pem"), cert: certificate("self-signed.pem") },
    answer,
  );
  const port = await listenOnLoopback(server, settings.port);
  const tlsPort = await listenOnLoopback(tlsServer, settings.tlsPort);
  const push = (): Promise<boolean> => pushOrders(settings.pushUrl, ordersPerMinute(sinceStartMs()));
  const timer = setInterval(() => void push(), settings.pushEveryMs ?? 5000);
  void push();
  return {
    url: `http://127.0.0.1:${port}`,
    tlsUrl: `https://127.0.0.1:${tlsPort}`,
    push,
    async close() {
      clearInterval(timer);
      await Promise.all([stopListening(server), stopListening(tlsServer)]);
    },
  };
}

function certificate(name: string): Buffer {
  return readFileSync(new URL(`certificate/${name}`, import.meta.url));
}

/** A shop must not care whether it is watched: a push that fails is forgotten. */
async function pushOrders(url: string | undefined, orders: number): Promise<boolean> {
  if (url === undefined) return false;
  const body = JSON.stringify({ business_orders: orders, business_order_value_yuan: orders * 128 });
  const headers = { "content-type": "application/json" };
  try {
    const response = await fetch(url, { method: "POST", headers, body, signal: AbortSignal.timeout(4000) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}
