import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { gather } from "./gather.ts";

const signal = new AbortController().signal;

describe("core/checks/gather", () => {
  it("does all work once, in order within a host, and keeps to both limits", async () => {
    const item = fc.record({ host: fc.constantFrom("a", "b", "c"), turns: fc.nat(3) });
    const limit = fc.integer({ min: 1, max: 4 });
    await fc.assert(
      fc.asyncProperty(fc.array(item, { maxLength: 30 }), limit, limit, async (items, perHost, total) => {
        const begun: (typeof items)[number][] = [];
        const active = new Map<string, number>();
        const most = { host: 0, total: 0 };
        const work = async (one: (typeof items)[number]): Promise<void> => {
          begun.push(one);
          active.set(one.host, (active.get(one.host) ?? 0) + 1);
          most.host = Math.max(most.host, ...active.values());
          most.total = Math.max(
            most.total,
            [...active.values()].reduce((sum, count) => sum + count, 0),
          );
          for (let turn = 0; turn < one.turns; turn += 1) await Promise.resolve();
          active.set(one.host, (active.get(one.host) ?? 0) - 1);
        };

        await gather(items, ({ host }) => host, work, { limits: { perHost, total }, signal });

        expect(most.host).toBeLessThanOrEqual(perHost);
        expect(most.total).toBeLessThanOrEqual(total);
        for (const host of ["a", "b", "c"]) {
          const of = (list: typeof items) => list.filter((one) => one.host === host);
          expect(of(begun)).toEqual(of(items));
        }
      }),
    );
  });

  it("begins nothing after the abort, and waits for what is under way", async () => {
    const cancel = new AbortController();
    const begun: number[] = [];
    const work = async (one: number): Promise<void> => {
      begun.push(one);
      await Promise.resolve();
      if (one === 2) cancel.abort();
    };

    await gather([1, 2, 3, 4], () => "a", work, { limits: { perHost: 1, total: 1 }, signal: cancel.signal });

    expect(begun).toEqual([1, 2]);
  });

  it("passes on what the work throws", async () => {
    const work = (): Promise<void> => Promise.reject(new Error("bug"));

    await expect(gather([1], () => "a", work, { limits: { perHost: 1, total: 1 }, signal })).rejects.toThrow("bug");
  });
});
