import type { Finding } from "../../core/checks/finding.ts";
import type { Reason } from "../../core/checks/reasons.ts";
import { messageOf } from "../../core/errors.ts";

/** A finding that ends a run: down or unknown. */
export type Outage = Exclude<Finding, { is: "flaw" }>;

/** What a socket's error means for the verdict. */
export type SocketFailure = Pick<Outage, "is" | "reason" | "detail">;

const down = (reason: Reason, detail: string): SocketFailure => ({ is: "down", reason, detail });
const local = (detail: string): SocketFailure => ({ is: "unknown", reason: "local_resources", detail });

const failures: Readonly<Record<string, SocketFailure>> = {
  ECONNREFUSED: down("refused", "the connection was refused: nothing listens there, or a firewall rejects it"),
  ECONNRESET: down("reset", "the other end reset the connection"),
  EPIPE: down("reset", "the other end closed the connection while we were writing"),
  ETIMEDOUT: down("connect_timeout", "the other end does not answer"),
  EHOSTUNREACH: down("unreachable", "no route to the host"),
  ENETUNREACH: down("unreachable", "no route to the network"),
  EHOSTDOWN: down("unreachable", "the host is down"),
  EADDRNOTAVAIL: local("no free local address or port to connect from"),
  EMFILE: local("this process has too many open files; raise its limit (ulimit -n)"),
  ENFILE: local("this machine has too many open files"),
  ENOBUFS: local("this machine has no network buffers left"),
  ENOMEM: local("this machine has no memory left for sockets"),
  EPERM: { is: "unknown", reason: "permission", detail: "this machine's firewall does not let us connect" },
  EACCES: { is: "unknown", reason: "permission", detail: "this machine does not let us connect" },
};

/** Judges the error of a TCP socket by its code; what is not known counts as an unreachable target. */
export function socketFailure(error: unknown): SocketFailure {
  return failures[codeOf(error)] ?? down("unreachable", `cannot connect: ${messageOf(error)}`);
}

/** True when the system gave the error, not a protocol on top of it. */
export function isSocketFailure(error: unknown): boolean {
  return Object.hasOwn(failures, codeOf(error));
}

/** True when this process or machine has run out of what it needs, whatever it was asked for. */
export function isExhaustion(error: unknown): boolean {
  return failures[codeOf(error)]?.reason === "local_resources";
}

/** The `code` of an error; empty when it has none. */
export function codeOf(error: unknown): string {
  if (typeof error !== "object" || error === null || !("code" in error)) return "";
  return String(error.code);
}
