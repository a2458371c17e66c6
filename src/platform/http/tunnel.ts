import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { Client, type Dispatcher } from "undici";
import type { Finding } from "../../core/finding.ts";
import type { HttpExchangeRequest } from "../../core/ports/http-probing.ts";
import { answerFinding } from "./answer-failure.ts";
import { tap } from "./wire-tap.ts";

export type Tunnel = Readonly<{ socket?: Socket; finding?: Finding }>;

/** Asks the proxy at the other end of `raw` for a tunnel to the request's server. @see RFC 9110 §9.3.6 */
export function tunnelOver(raw: Socket, request: HttpExchangeRequest, signal: AbortSignal): Promise<Tunnel> {
  const authority = `${request.url.hostname}:${request.url.port === "" ? 443 : request.url.port}`;
  const wire = tap(raw);
  const client = new Client(`http://${authority}`, {
    // An answer in the same turn would be lost: undici is not ready for it yet.
    connect: (_options, callback) => queueMicrotask(() => callback(null, raw)),
    allowH2: false,
    headersTimeout: 0,
    bodyTimeout: 0,
    maxHeaderSize: request.headerLimitBytes,
  });
  const authorization = request.proxy?.authorization;
  return new Promise((resolve) => {
    const finish = (tunnel: Tunnel): void => {
      signal.removeEventListener("abort", abort);
      resolve(tunnel);
    };
    const abort = (): void => {
      finish({
        finding: {
          is: "down",
          reason: "connect_timeout",
          phase: "connect",
          detail: "the proxy gave no tunnel in time",
        },
      });
      raw.destroy();
    };
    signal.addEventListener("abort", abort, { once: true });
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart: () => {},
      onRequestUpgrade: (_controller, status, _headers, socket) => {
        socket.on("error", () => {});
        Reflect.deleteProperty(socket, "read");
        finish(isTunnel(status, socket) ? { socket: raw } : { finding: refused(status) });
      },
      onResponseStart: (_controller, status) => finish({ finding: refused(status) }),
      onResponseError: (_controller, error) => {
        const progress = { started: false, ended: raw.readableEnded, ...wire };
        finish({ finding: { ...answerFinding(error, progress), phase: "connect" } });
      },
    };
    client.dispatch(
      {
        path: authority,
        method: "CONNECT",
        headers: authorization === undefined ? [] : ["proxy-authorization", authorization],
      },
      handler,
    );
    if (signal.aborted) abort();
  });
}

function isTunnel(status: number, socket: Duplex): boolean {
  return status >= 200 && status < 300 && !socket.destroyed;
}

function refused(status: number): Finding {
  return {
    is: "down",
    reason: "unreachable",
    phase: "connect",
    detail: `the proxy refused the tunnel with status ${status}`,
  };
}
