import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** A webhook's other end that notes when each message came. */
export class Inbox {
  readonly #server: Server;
  readonly #atMs: number[] = [];

  private constructor() {
    this.#server = createServer((request, response) => {
      this.#atMs.push(performance.now());
      request.resume().on("end", () => response.end("ok"));
    });
  }

  static async start(): Promise<Inbox> {
    const inbox = new Inbox();
    inbox.#server.listen(0, "127.0.0.1");
    await once(inbox.#server, "listening");
    return inbox;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  /** Times of the messages that came after a moment, on the clock of `performance.now()`. */
  since(fromMs: number): readonly number[] {
    return this.#atMs.filter((atMs) => atMs >= fromMs);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }
}
