import type { Socket } from "node:net";

export type SocketEvents = Readonly<{ data(bytes: Buffer): void; end(): void; error(error: Error): void }>;

/**
 * Reads a socket until it is stopped. Then nothing of the reader hangs on the socket: Node keeps a closed socket until
 * the next full collection, and all that its listeners can reach with it.
 */
export class SocketReader {
  readonly #socket: Socket;
  readonly #events: SocketEvents;

  constructor(socket: Socket, events: SocketEvents) {
    this.#socket = socket;
    this.#events = events;
  }

  start(): void {
    const { data, end, error } = this.#events;
    this.#socket.on("data", data).once("end", end).once("error", error).once("close", this.#onClose);
  }

  /** Takes the listeners away; what was read and not taken stays in the socket. */
  stop(): void {
    const { data, end, error } = this.#events;
    this.#socket.off("data", data).off("end", end).off("error", error).off("close", this.#onClose);
  }

  // A socket can close without saying that it ended.
  readonly #onClose = (): void => this.#events.end();
}
