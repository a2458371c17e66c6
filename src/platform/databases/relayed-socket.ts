import { Duplex } from "node:stream";

/** Looks like a socket to a database driver; another process holds the real one. */
export class RelayedSocket extends Duplex {
  readonly #send: (bytes: Buffer) => void;

  constructor(send: (bytes: Buffer) => void) {
    super({ allowHalfOpen: false });
    this.#send = send;
  }

  /** Takes what came from the server; null when it is done. */
  receive(bytes: Buffer | null): void {
    if (!this.destroyed && !this.readableEnded) this.push(bytes);
  }

  override _read(): void {}

  override _write(bytes: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#send(bytes);
    done();
  }

  /** The connection stands already. */
  connect(): this {
    process.nextTick(() => this.emit("connect"));
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  setTimeout(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}
