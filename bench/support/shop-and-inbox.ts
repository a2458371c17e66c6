import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** Shops that fail on demand and the inbox that hears of it, in one process, so that both read one clock. */
export class ShopAndInbox {
  readonly #server: Server;
  readonly #failing = new Set<string>();
  /** Shop → when its first bad answer left. */
  readonly #failedAtMs = new Map<string, number>();
  /** Shop → when the first message about it came. */
  readonly #toldAtMs = new Map<string, number>();
  #onTold: () => void = () => {};

  private constructor() {
    const listener: RequestListener = (request, response) => {
      if (request.method === "POST") {
        void this.#take(request).then(() => response.end("ok"));
        return;
      }
      const shop = (request.url ?? "").slice(1);
      const isBad = this.#failing.has(shop);
      response.statusCode = isBad ? 500 : 200;
      response.end("ok\n");
      if (isBad && !this.#failedAtMs.has(shop)) this.#failedAtMs.set(shop, performance.now());
    };
    this.#server = createServer(listener);
  }

  static async start(): Promise<ShopAndInbox> {
    const both = new ShopAndInbox();
    both.#server.listen(0, "127.0.0.1");
    await once(both.#server, "listening");
    return both;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** From now on these shops answer with status 500. */
  fail(shops: readonly string[]): void {
    for (const shop of shops) this.#failing.add(shop);
  }

  /** Resolves when a message about each of the shops has come, or after `patienceMs`. */
  async told(shops: readonly string[], patienceMs: number): Promise<void> {
    const all = new Promise<void>((resolve) => {
      this.#onTold = () => {
        if (shops.every((shop) => this.#toldAtMs.has(shop))) resolve();
      };
      this.#onTold();
    });
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, patienceMs);
    });
    await Promise.race([all, late]);
    clearTimeout(timer);
  }

  /** Times from the first bad answer to the first message in ms, ascending; a shop that nobody told of is left out. */
  latenciesMs(shops: readonly string[]): readonly number[] {
    return shops
      .flatMap((shop) => {
        const [failedMs, toldMs] = [this.#failedAtMs.get(shop), this.#toldAtMs.get(shop)];
        return failedMs === undefined || toldMs === undefined ? [] : [toldMs - failedMs];
      })
      .toSorted((a, b) => a - b);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  async #take(request: IncomingMessage): Promise<void> {
    const nowMs = performance.now();
    let text = "";
    for await (const chunk of request.setEncoding("utf8")) text += String(chunk);
    const { alerts } = JSON.parse(text) as { alerts: readonly { labels: Readonly<Record<string, string>> }[] };
    for (const { labels } of alerts) {
      const shop = labels["check"] ?? "";
      if (!this.#toldAtMs.has(shop)) this.#toldAtMs.set(shop, nowMs);
    }
    this.#onTold();
  }
}
