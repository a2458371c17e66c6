import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";

/** What a child of a bench answers to an order. */
export type Answer<T> = Readonly<{ ok: true; value: T } | { ok: false; error: string }>;

/** A module of `bench/` that runs in a process of its own, so that its CPU is its own; one order at a time. */
export class WorkerProcess<Order extends object, T> {
  readonly #child: ChildProcess;

  /** @param flags for Node, such as `--cpu-prof`. */
  constructor(module: URL, flags: readonly string[] = []) {
    this.#child = fork(module, { execArgv: [...process.execArgv, ...flags], serialization: "advanced" });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Sends an order and waits for its answer. @throws {Error} when the child fails or ends. */
  async ask(order: Order): Promise<T> {
    const ended = new AbortController();
    const gone = once(this.#child, "exit", { signal: ended.signal }).then(([code]): Answer<T> => {
      return { ok: false, error: `the child process ended with ${String(code)}` };
    });
    gone.catch(() => {});
    const answered = once(this.#child, "message").then(([answer]) => answer as Answer<T>);
    this.#child.send(order);
    const answer = await Promise.race([answered, gone]);
    ended.abort();
    if (!answer.ok) throw new Error(answer.error);
    return answer.value;
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const ended = once(this.#child, "exit");
    this.#child.disconnect();
    await ended;
  }
}

/** Serves orders in the child; the process ends when the parent goes away. */
export function serveOrders<Order extends object, T>(obey: (order: Order) => Promise<T>): void {
  process.on("message", (order: Order) => {
    obey(order).then(
      (value) => process.send?.({ ok: true, value } satisfies Answer<T>),
      (error: unknown) => process.send?.({ ok: false, error: String(error) } satisfies Answer<T>),
    );
  });
  process.on("disconnect", () => process.exit(0));
}
