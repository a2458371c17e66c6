import type { Socket } from "node:net";
import type { Finding } from "../../core/checks/finding.ts";
import { ofProxy } from "../../core/http/proxy-failure.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { Dialer } from "../../core/ports/dialer.ts";
import type { HttpExchange, HttpExchangeRequest, HttpProbing } from "../../core/ports/http-probing.ts";
import type { TlsFacts } from "../../core/ports/tls.ts";
import { Handshakes } from "../tls/handshakes.ts";
import { decodeContent, isCoded } from "./content-coding.ts";
import { requestOver } from "./request.ts";
import { tunnelOver } from "./tunnel.ts";

/** Makes the port over the machine's network; contexts and certificate facts are kept across exchanges, connections never. */
export function createHttpProbing(
  dialer: Dialer,
  clock: Pick<Clock, "monotonicMs">,
  handshakes: Handshakes = new Handshakes(clock),
): HttpProbing {
  return { exchange: (request, signal) => exchange({ request, signal, dialer, handshakes }) };
}

type Exchange = Readonly<{
  request: HttpExchangeRequest;
  signal: AbortSignal;
  dialer: Dialer;
  handshakes: Handshakes;
}>;

async function exchange(given: Exchange): Promise<HttpExchange> {
  const { request, signal, dialer } = given;
  request.phase(request.proxy === undefined ? "connect" : "proxy");
  const dialled = await dialer.connect(request.addresses, request.port, signal);
  if (!dialled.ok)
    return { finding: request.proxy === undefined ? dialled.finding : ofProxy(request.proxy, dialled.finding) };
  dialled.socket.setNoDelay(true);
  const remote = dialled.remote;
  const way = await openWay(given, dialled.socket);
  if (way.socket === undefined) {
    dialled.socket.destroy();
    return { remote, ...(way.finding && { finding: way.finding }), ...(way.tls && { tls: way.tls }) };
  }
  request.phase("processing");
  const reached = await requestOver(way.socket, request, signal);
  dialled.socket.destroy();
  const { response, finding } = reached;
  const seen = way.tls === undefined ? { remote } : { remote, tls: way.tls };
  if (response === undefined || !isCoded(response)) return { ...seen, ...reached };
  const decoded = await decodeContent(response, request.bodyLimitBytes, signal);
  return { ...seen, ...decoded, ...(finding && { finding }) };
}

type Way = Readonly<{ socket?: Socket; tls?: TlsFacts; finding?: Finding }>;

/** Goes through the proxy and TLS where the request needs them. */
async function openWay({ request, signal, handshakes }: Exchange, raw: Socket): Promise<Way> {
  if (request.url.protocol !== "https:") return { socket: raw };
  let socket = raw;
  if (request.proxy !== undefined) {
    request.phase("connect");
    const tunnel = await tunnelOver(raw, request, signal);
    if (tunnel.socket === undefined) return tunnel;
    socket = tunnel.socket;
  }
  request.phase("tls");
  const { trust, serverName } = request;
  return handshakes.secure(socket, { trust, serverName, alpn: "http/1.1" }, signal);
}
