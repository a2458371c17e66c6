import type { Socket } from "node:net";
import type { Finding } from "../../core/checks/finding.ts";
import { proxyRefusal } from "../../core/http/proxy-failure.ts";
import type { HttpExchangeRequest } from "../../core/ports/http-probing.ts";
import { answerFinding, problemFinding } from "./answer-failure.ts";
import { AnswerParser, type AnswerState } from "./answer-parser.ts";
import { requestHead } from "./request.ts";
import { SocketReader } from "./socket-reader.ts";

export type Tunnel = Readonly<{ socket?: Socket; finding?: Finding }>;

/** Asks the proxy at the other end of `raw` for a tunnel to the request's server. @see RFC 9110 §9.3.6 */
export function tunnelOver(raw: Socket, request: HttpExchangeRequest, signal: AbortSignal): Promise<Tunnel> {
  const parser = new AnswerParser("CONNECT", { headerLimitBytes: request.headerLimitBytes, bodyLimitBytes: 0 });
  return new Promise((resolve) => {
    const finish = (tunnel: Tunnel): void => {
      signal.removeEventListener("abort", abort);
      reader.stop();
      resolve(tunnel);
    };
    const abort = (): void => {
      finish({ finding: outOfTime });
      raw.destroy();
    };
    const advance = (state: AnswerState): void => {
      if (parser.head !== undefined) {
        // What comes next is read by who takes the tunnel.
        raw.pause();
        const { status } = parser.head;
        finish(isTunnel(status) ? { socket: raw } : { finding: proxyRefusal(request, status) ?? refused(status) });
      } else if (typeof state === "object") {
        finish({ finding: { ...problemFinding(state, parser), phase: "connect" } });
      }
    };
    const reader = new SocketReader(raw, {
      data: (bytes) => advance(parser.push(bytes)),
      end: () => advance(parser.end()),
      error: (error) => finish({ finding: { ...answerFinding(error, parser), phase: "connect" } }),
    });
    if (signal.aborted) return abort();
    signal.addEventListener("abort", abort, { once: true });
    reader.start();
    raw.write(connectHead(request), "latin1");
  });
}

function connectHead({ url, proxy }: HttpExchangeRequest): string {
  const authority = `${url.hostname}:${url.port === "" ? 443 : url.port}`;
  const authorization = proxy?.authorization;
  return requestHead("CONNECT", authority, [
    ["host", authority],
    ...(authorization === undefined ? [] : [["proxy-authorization", authorization] as const]),
  ]);
}

const outOfTime: Finding = {
  is: "down",
  reason: "connect_timeout",
  phase: "connect",
  detail: "the proxy gave no tunnel in time",
};

function isTunnel(status: number): boolean {
  return status >= 200 && status < 300;
}

function refused(status: number): Finding {
  return {
    is: "down",
    reason: "unreachable",
    phase: "connect",
    detail: `the proxy refused the tunnel with status ${status}`,
  };
}
