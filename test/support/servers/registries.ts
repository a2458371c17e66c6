import { once } from "node:events";
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, createServer, type Socket } from "node:net";
import type { Result } from "../../../src/core/checks/result.ts";
import type { Json } from "../../../src/core/json.ts";
import { domain } from "../../../src/probes/domain/domain.ts";
import { startNetworkRun } from "../worlds/http-run.ts";

type Options = Readonly<Record<string, unknown>>;
type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export const dayMs = 86_400_000;
/** When every look-up happens. */
export const nowMs = Date.UTC(2026, 10, 26);
const closing: (() => void)[] = [];

/** Ends what was served; call it after each test. */
export function closeRegistries(): void {
  for (const close of closing.splice(0)) close();
}

/** Serves RDAP; the answer is the address of the service. */
export async function serveRdap(handle: Handler): Promise<string> {
  const server = createHttpServer(handle).listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/rdap/`;
}

/** A WHOIS server that hears a query and says what it was told to. */
export async function serveWhois(answer: (query: string, socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {}).once("data", (query) => answer(String(query), socket));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Says a text and closes. */
export const says = (text: string) => (_: string, socket: Socket) => void socket.end(text);
/** Answers with a body. */
export const answers =
  (body: unknown, status = 200): Handler =>
  (_, response) => {
    response.statusCode = status;
    response
      .setHeader("content-type", "application/rdap+json")
      .end(typeof body === "string" ? body : JSON.stringify(body));
  };

/** A moment so many days from now. */
export const iso = (days: number): string => new Date(nowMs + days * dayMs).toISOString();
/** A domain in RDAP that ends in so many days. */
export const rdap = (
  days: number,
  more: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> => ({
  objectClassName: "domain",
  ldhName: "EXAMPLE.COM",
  status: ["client transfer prohibited", "active"],
  events: [
    { eventAction: "registration", eventDate: "1995-08-14T04:00:00Z" },
    { eventAction: "expiration", eventDate: iso(days) },
  ],
  entities: [
    {
      objectClassName: "entity",
      roles: ["registrar"],
      handle: "376",
      vcardArray: [
        "vcard",
        [
          ["version", {}, "text", "4.0"],
          ["fn", {}, "text", "Registrar Ltd"],
        ],
      ],
    },
  ],
  nameservers: [{ ldhName: "B.IANA-SERVERS.NET" }, { ldhName: "a.iana-servers.net." }],
  ...more,
});

/** Starts a look-up. */
export function startLookUp(
  options: Options,
  memory?: Json,
  address = "www.example.com",
): ReturnType<typeof startNetworkRun> {
  return startNetworkRun(domain, address, { bootstrap: "bundled", ...options }, { startedAtMs: nowMs, memory });
}

/** Makes a look-up. */
export async function look(options: Options, memory?: Json, address?: string): Promise<Result> {
  return (await startLookUp(options, memory, address).outcome).result;
}
