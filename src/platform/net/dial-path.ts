import { connect, type Socket } from "node:net";
import type { Finding } from "../../core/checks/finding.ts";
import { codeOf, socketFailure } from "./socket-failure.ts";

const failures: Readonly<Record<string, Finding>> = {
  ENOENT: { is: "down", reason: "refused", phase: "connect", detail: "there is no socket" },
  ECONNREFUSED: { is: "down", reason: "refused", phase: "connect", detail: "nobody listens on the socket" },
  ENOTSOCK: { is: "down", reason: "refused", phase: "connect", detail: "it is no socket" },
  ENOTDIR: { is: "down", reason: "refused", phase: "connect", detail: "its directory is none" },
  EPROTOTYPE: { is: "down", reason: "protocol", phase: "connect", detail: "it is a socket of another type" },
  EAGAIN: { is: "down", reason: "refused", phase: "connect", detail: "too many wait there to be accepted" },
  EACCES: { is: "unknown", reason: "permission", phase: "connect", detail: "this process may not use the socket" },
  EPERM: { is: "unknown", reason: "permission", phase: "connect", detail: "this process may not use the socket" },
};

/** Connects to a socket in the filesystem, or to a named pipe of Windows. */
export function dialPath(path: string, signal: AbortSignal): Promise<{ socket: Socket } | { finding: Finding }> {
  return new Promise((resolve) => {
    const late: Finding = {
      is: "down",
      reason: "connect_timeout",
      phase: "connect",
      detail: `no answer at ${path} in time`,
    };
    if (signal.aborted) {
      resolve({ finding: late });
      return;
    }
    const socket = connect({ path });
    const settle = (outcome: { socket: Socket } | { finding: Finding }): void => {
      signal.removeEventListener("abort", abort);
      socket.off("error", failed).off("connect", connected);
      if ("finding" in outcome) socket.destroy();
      resolve(outcome);
    };
    const abort = (): void => settle({ finding: late });
    const connected = (): void => settle({ socket });
    const failed = (error: Error): void => {
      settle({ finding: pathFailure(error, path) });
    };
    socket.once("connect", connected).once("error", failed).on("error", ignore);
    signal.addEventListener("abort", abort, { once: true });
  });
}

/** Judges why a socket in the filesystem could not be connected to. */
export function pathFailure(error: unknown, path: string): Finding {
  const failure = failures[codeOf(error)] ?? { ...socketFailure(error), phase: "connect" };
  return { ...failure, detail: `${failure.detail} (${path})` };
}

/** Stays for a socket's life, since an error between two owners must not end the process. */
function ignore(): void {}
