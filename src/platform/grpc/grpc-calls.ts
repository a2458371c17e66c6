import type { Dialer } from "../../core/ports/dialer.ts";
import type { GrpcCalls } from "../../core/ports/grpc-calls.ts";
import type { Handshakes } from "../tls/handshakes.ts";

/** Makes the port over the machine's network; HTTP/2 is loaded with the first call. */
export function createGrpcCalls(dialer: Dialer, handshakes: Handshakes): GrpcCalls {
  return {
    async call(call, enter, signal) {
      enter("connect");
      const dialled = await dialer.connect(call.addresses, call.port, signal);
      if (!dialled.ok) return { outcome: { finding: dialled.finding } };
      const { socket: raw, remote } = dialled;
      raw.setNoDelay(true);
      try {
        if (call.tls !== undefined) enter("tls");
        const secured =
          call.tls === undefined ? { socket: raw } : await handshakes.secure(raw, { ...call.tls, alpn: "h2" }, signal);
        const facts = { remote, ...("tls" in secured && secured.tls !== undefined && { tls: secured.tls }) };
        if ("finding" in secured && secured.finding !== undefined)
          return { ...facts, outcome: { finding: secured.finding } };
        if (secured.socket === undefined) return { ...facts, outcome: { finding: noSocket } };
        enter("processing");
        const { exchange } = await import("./exchange.ts");
        return { ...facts, outcome: await exchange(secured.socket, call, signal) };
      } finally {
        raw.destroy();
      }
    },
  };
}

const noSocket = {
  is: "unknown",
  reason: "internal",
  phase: "tls",
  detail: "the handshake left no connection",
} as const;
