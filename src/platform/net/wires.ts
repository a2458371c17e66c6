import type { Socket } from "node:net";
import type { Finding } from "../../core/checks/finding.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { Dialer } from "../../core/ports/dialer.ts";
import type { ResolvedAddress } from "../../core/ports/resolver.ts";
import type { Received, Wire, WireSecured, Wires, WireTls } from "../../core/ports/wires.ts";
import { Handshakes } from "../tls/handshakes.ts";
import { handshakeFinding, isTlsError } from "../tls/tls-failure.ts";
import { dialPath } from "./dial-path.ts";
import { codeOf, socketFailure } from "./socket-failure.ts";

/** Makes the port over the machine's network. */
export function createWires(
  dialer: Dialer,
  clock: Pick<Clock, "monotonicMs">,
  handshakes: Handshakes = new Handshakes(clock),
): Wires {
  return {
    async dial(addresses, port, signal) {
      const dialled = await dialer.connect(addresses, port, signal);
      if (!dialled.ok) return dialled;
      return { ok: true, wire: new SocketWire(dialled.socket, dialled.remote, { handshakes, signal }) };
    },
    async dialPath(path, signal) {
      const dialled = await dialPath(path, signal);
      if ("finding" in dialled) return { ok: false, finding: dialled.finding };
      return { ok: true, wire: new SocketWire(dialled.socket, undefined, { handshakes, signal }) };
    },
  };
}

type Scene = Readonly<{ handshakes: Handshakes; signal: AbortSignal }>;

/** A wire over a socket that stands still unless something is asked of it, so that a flood stays in the other end's kernel. */
class SocketWire implements Wire {
  readonly remote: ResolvedAddress | undefined;
  readonly #raw: Socket;
  readonly #scene: Scene;
  readonly #arrived: Uint8Array[] = [];
  #socket: Socket;
  #listens = false;
  #heeds = false;
  #last: Exclude<Received, { bytes: Uint8Array }> | undefined;
  #waiting: ((received: Received) => void) | undefined;

  constructor(raw: Socket, remote: ResolvedAddress | undefined, scene: Scene) {
    this.#raw = raw;
    this.#socket = raw;
    this.remote = remote;
    this.#scene = scene;
  }

  receive(): Promise<Received> {
    this.#attend();
    const bytes = this.#arrived.shift();
    if (bytes !== undefined) return Promise.resolve({ bytes });
    if (this.#last !== undefined) return Promise.resolve(this.#last);
    return new Promise((resolve) => {
      this.#waiting = resolve;
      this.#socket.resume();
    });
  }

  send(bytes: Uint8Array): Promise<Finding | undefined> {
    const { signal } = this.#scene;
    this.#attend();
    return new Promise((resolve) => {
      this.#socket.write(bytes, (error) => {
        if (error === undefined || error === null) resolve(undefined);
        else resolve(signal.aborted ? late : failureOf(error));
      });
    });
  }

  async secure(request: WireTls): Promise<WireSecured> {
    this.#heed();
    this.#unlisten();
    if (this.#last !== undefined || this.#arrived.length > 0) {
      const finding = this.#arrived.length > 0 ? early : (endOf(this.#last) ?? closed);
      this.close();
      return { finding };
    }
    const { handshakes, signal } = this.#scene;
    const { socket, ...secured } = await handshakes.secure(this.#raw, request, signal);
    if (socket === undefined) this.close();
    else {
      this.#socket = socket;
      this.#listen(socket);
    }
    return secured;
  }

  close(): void {
    if (this.#heeds) this.#scene.signal.removeEventListener("abort", this.#onAbort);
    this.#unlisten();
    this.#end({ end: true });
    this.#socket.destroy();
    this.#raw.destroy();
  }

  /** The run's end ends whatever waits here. */
  #heed(): void {
    if (this.#heeds) return;
    this.#heeds = true;
    const { signal } = this.#scene;
    signal.addEventListener("abort", this.#onAbort, { once: true });
    if (signal.aborted) this.#onAbort();
    else this.#raw.setNoDelay(true);
  }

  /** Not before something is asked of it: whoever only wants to know whether there is a connection pays for no listeners. */
  #attend(): void {
    if (this.#listens) return;
    this.#heed();
    this.#listen(this.#raw);
    if (this.#raw.destroyed) this.#end(this.#raw.errored ? { finding: failureOf(this.#raw.errored) } : { end: true });
  }

  #listen(socket: Socket): void {
    this.#listens = true;
    socket.on("data", this.#onData).once("end", this.#onEnd).once("error", this.#onError).once("close", this.#onEnd);
    socket.pause();
  }

  /** Nothing of the wire stays on the socket: Node keeps closed sockets until the next full collection. */
  #unlisten(): void {
    if (!this.#listens) return;
    this.#socket
      .off("data", this.#onData)
      .off("end", this.#onEnd)
      .off("error", this.#onError)
      .off("close", this.#onEnd);
  }

  readonly #onData = (bytes: Buffer): void => {
    this.#socket.pause();
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting === undefined) this.#arrived.push(bytes);
    else waiting({ bytes });
  };

  readonly #onEnd = (): void => this.#end({ end: true });
  readonly #onError = (error: Error): void => this.#end({ finding: failureOf(error) });
  readonly #onAbort = (): void => {
    this.#end({ finding: late });
    this.#socket.destroy();
    this.#raw.destroy();
  };

  #end(last: Exclude<Received, { bytes: Uint8Array }>): void {
    this.#last ??= last;
    this.#waiting?.(this.#last);
    this.#waiting = undefined;
  }
}

function endOf(last: Received | undefined): Finding | undefined {
  return last !== undefined && "finding" in last ? last.finding : undefined;
}

function failureOf(error: unknown): Finding {
  if (isTlsError(error)) return { ...handshakeFinding(error), phase: "dialogue" };
  if (codeOf(error).startsWith("ERR_STREAM_")) return closed;
  return { ...socketFailure(error), phase: "dialogue" };
}

const closed: Finding = {
  is: "down",
  reason: "reset",
  phase: "dialogue",
  detail: "the other end closed the connection",
};

const late: Finding = {
  is: "down",
  reason: "timeout",
  phase: "dialogue",
  detail: "the conversation did not end in time",
};

const early: Finding = {
  is: "down",
  reason: "protocol",
  phase: "tls",
  detail: "the other end sent more before TLS began; what follows its consent must be encrypted",
};
