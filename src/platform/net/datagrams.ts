import { createSocket } from "node:dgram";
import type { Finding } from "../../core/checks/finding.ts";
import type { DatagramAnswer, Datagrams } from "../../core/ports/datagrams.ts";
import { systemClock } from "../clock.ts";
import { socketFailure } from "./socket-failure.ts";

/** The machine's network. The socket is connected, so that only its peer is heard and a closed port is told at once. */
export const systemDatagrams: Datagrams = {
  ask({ remote, port, bytes, accept }, signal) {
    return new Promise((resolve) => {
      const socket = createSocket(remote.family === 6 ? "udp6" : "udp4");
      let isOver = false;
      let sentAtMs = 0;
      const finish = (answer: DatagramAnswer): void => {
        if (isOver) return;
        isOver = true;
        signal.removeEventListener("abort", abort);
        socket.close();
        resolve(answer);
      };
      const fail = (error: unknown): void => {
        const failure = socketFailure(error);
        const detail = `${failure.detail} (${remote.address} port ${port})`;
        finish({ ok: false, finding: { ...failure, phase: "resolve", detail } });
      };
      const abort = (): void => finish({ ok: false, finding: late });
      signal.addEventListener("abort", abort, { once: true });
      socket.on("error", fail).on("message", (message) => {
        const receivedAtMs = systemClock.now();
        if (accept(message)) finish({ ok: true, bytes: message, sentAtMs, receivedAtMs });
      });
      if (signal.aborted) return abort();
      socket.connect(port, remote.address, () => {
        if (isOver) return;
        sentAtMs = systemClock.now();
        socket.send(bytes, (error) => {
          if (error !== null) fail(error);
        });
      });
    });
  },
};

const late: Finding = { is: "down", reason: "dns_timeout", phase: "resolve", detail: "no answer came in time" };
