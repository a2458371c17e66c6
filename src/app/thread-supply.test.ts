import { once } from "node:events";
import type { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import { threadSupply } from "./thread-supply.ts";

const echo = "const { parentPort: port, threadId } = await import('node:worker_threads');";
const source = (body: string) => new URL(`data:text/javascript,${encodeURIComponent(echo + body)}`);
const echoing = source("port.once('message', (first) => port.postMessage([threadId, first]));");

async function answerOf(worker: Worker): Promise<unknown> {
  const [answer] = (await once(worker, "message")) as unknown[];
  await worker.terminate();
  return answer;
}

describe("app/thread-supply", () => {
  it("hands out the prepared thread first, and further ones as they are asked for", async () => {
    const supply = threadSupply(echoing, {});
    supply.prepare(1);
    const [first, second] = [supply.take("a"), supply.take("b")];
    const ids = [first.threadId, second.threadId];

    expect(await Promise.all([answerOf(first), answerOf(second)])).toEqual([
      [ids[0], "a"],
      [ids[1], "b"],
    ]);
    expect(ids[0]).toBeLessThan(ids[1] ?? 0);
  });

  it("replaces a prepared thread that has ended before it was asked for", async () => {
    const ends = source("if (threadId % 2 >= 0 && !globalThis.kept) throw new Error('does not load');");
    const supply = threadSupply(ends, {});
    supply.prepare(1);
    await new Promise((resolve) => setImmediate(resolve));
    const taken = supply.take("x");

    const [error] = (await once(taken, "error")) as [Error];
    expect(error.message).toBe("does not load");
  });
});
