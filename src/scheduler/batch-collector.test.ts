import { describe, expect, it } from "vitest";
import { FakeClock } from "../../test/support/fakes/fake-clock.ts";
import { checkOf, resultOf } from "../../test/support/samples/sample-checks.ts";
import { BatchCollector } from "./batch-collector.ts";

const check = checkOf({ id: "shop" });

function collector() {
  const clock = new FakeClock();
  const told: number[] = [];
  const batches = new BatchCollector(clock, ({ results }) => told.push(results.length));
  batches.start();
  return { clock, told, batches };
}

describe("scheduler/batch-collector", () => {
  it("hands good results over together, 90 ms after the first", async () => {
    const { clock, told, batches } = collector();
    batches.result("shop/t1", resultOf(check));
    await clock.advance(40);
    batches.result("shop/t1", resultOf(check));

    await clock.advance(49);
    const before = [...told];
    await clock.advance(1);

    expect([before, told]).toEqual([[], [2]]);
  });

  it("hands over up to 30 ms earlier when the thread is awake anyway, and not before", async () => {
    const { clock, told, batches } = collector();
    batches.result("shop/t1", resultOf(check));
    await clock.advance(59);
    batches.awake();
    const before = [...told];
    await clock.advance(1);
    batches.awake();
    await clock.advance(1000);

    expect([before, told]).toEqual([[], [1]]);
  });

  it("does not tell a bad result earlier because the thread is awake: what goes bad together is told together", async () => {
    const { clock, told, batches } = collector();
    batches.result("shop/t1", resultOf(check, { verdict: "down" }));
    await clock.advance(2);
    batches.awake();
    batches.result("shop/t1", resultOf(check, { verdict: "down" }));
    await clock.advance(3);

    expect(told).toEqual([2]);
  });

  it("does not let a bad result wait for the good ones", async () => {
    const { clock, told, batches } = collector();
    batches.result("shop/t1", resultOf(check));
    batches.result("shop/t1", resultOf(check, { verdict: "down" }));

    await clock.advance(5);

    expect(told).toEqual([2]);
  });

  it("gathers bad results for 25 ms after a batch, so that an outage of everything is judged in few steps", async () => {
    const { clock, told, batches } = collector();
    batches.result("shop/t1", resultOf(check, { verdict: "down" }));
    await clock.advance(5);
    batches.result("shop/t1", resultOf(check, { verdict: "down" }));
    await clock.advance(20);
    batches.result("shop/t1", resultOf(check, { verdict: "down" }));

    await clock.advance(4);
    const before = [...told];
    await clock.advance(1);

    expect([before, told]).toEqual([[1], [1, 2]]);
  });

  it("still hands over stats while nothing happens", async () => {
    const { clock, told } = collector();

    await clock.advance(15_000);

    expect(told).toEqual([0]);
  });
});
