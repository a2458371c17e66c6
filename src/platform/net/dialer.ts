import { connect, type Socket } from "node:net";
import type { Finding } from "../../core/checks/finding.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { Dialer, Dialled } from "../../core/ports/dialer.ts";
import type { ResolvedAddress } from "../../core/ports/resolver.ts";
import { socketFailure } from "./socket-failure.ts";

/** An address that has not answered after this long is joined by the next one. @see RFC 8305 §8 */
const attemptDelayMs = 250;

/** Dials over the machine's network; further addresses start every 250 ms, or at once when one fails. */
export function createDialer(clock: Pick<Clock, "setTimer">): Dialer {
  return {
    connect: (addresses, port, signal) =>
      new Promise((resolve) => new Attempts({ clock, addresses, port, signal, resolve }).start()),
  };
}

type Dialling = Readonly<{
  clock: Pick<Clock, "setTimer">;
  addresses: readonly ResolvedAddress[];
  port: number;
  signal: AbortSignal;
  resolve(dialled: Dialled): void;
}>;

class Attempts {
  readonly #dialling: Dialling;
  readonly #sockets = new Set<Socket>();
  #next = 0;
  #failure: Finding | undefined;
  #settled = false;
  #cancelTimer = (): void => {};

  constructor(dialling: Dialling) {
    this.#dialling = dialling;
  }

  start(): void {
    const { signal, addresses } = this.#dialling;
    if (signal.aborted) return this.#abort();
    signal.addEventListener("abort", this.#abort, { once: true });
    if (addresses.length === 0) return this.#settle({ ok: false, finding: noAddress });
    this.#open();
  }

  #open(): void {
    const remote = this.#dialling.addresses[this.#next];
    if (remote === undefined) return;
    this.#next += 1;
    const socket = connect({ host: remote.address, port: this.#dialling.port, autoSelectFamily: false });
    this.#sockets.add(socket);
    const failed = (error: Error): void => {
      if (this.#sockets.delete(socket)) this.#fail(error, remote);
    };
    socket.once("connect", () => {
      this.#sockets.delete(socket);
      socket.off("error", failed);
      this.#settle({ ok: true, socket, remote });
    });
    socket.on("error", failed).on("error", ignore);
    if (this.#next < this.#dialling.addresses.length) {
      this.#cancelTimer = this.#dialling.clock.setTimer(attemptDelayMs, () => this.#open());
    }
  }

  #fail(error: Error, remote: ResolvedAddress): void {
    if (this.#settled) return;
    const failure = socketFailure(error);
    const detail = `${failure.detail} (${remote.address} port ${this.#dialling.port})`;
    const named: Finding = { ...failure, phase: "connect", detail };
    if (this.#failure === undefined || rank(named) > rank(this.#failure)) this.#failure = named;
    this.#cancelTimer();
    if (this.#next < this.#dialling.addresses.length) this.#open();
    else if (this.#sockets.size === 0) this.#settle({ ok: false, finding: this.#failure });
  }

  readonly #abort = (): void => {
    const tried = this.#dialling.addresses.map(({ address }) => address).join(", ");
    const detail = `no answer from ${tried} port ${this.#dialling.port} in time`;
    this.#settle({ ok: false, finding: { is: "down", reason: "connect_timeout", phase: "connect", detail } });
  };

  #settle(dialled: Dialled): void {
    if (this.#settled) {
      if (dialled.ok) dialled.socket.destroy();
      return;
    }
    this.#settled = true;
    this.#cancelTimer();
    this.#dialling.signal.removeEventListener("abort", this.#abort);
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
    this.#dialling.resolve(dialled);
  }
}

/** Stays for a socket's life, since an error between two owners must not end the process; it holds nothing, as Node keeps closed sockets until the next full collection. */
function ignore(): void {}

const noAddress: Finding = {
  is: "down",
  reason: "dns_nodata",
  phase: "resolve",
  detail: "the name has no address in the wanted family",
};

/** What tells most about the target wins over what tells about the way to it, and that over our own trouble. */
function rank({ reason }: Finding): number {
  return ["local_resources", "permission", "unreachable", "connect_timeout", "reset", "refused"].indexOf(reason);
}
