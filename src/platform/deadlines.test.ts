import { describe, expect, it } from "vitest";
import { FakeClock } from "../../test/support/fakes/fake-clock.ts";
import { createDeadlines } from "./deadlines.ts";

describe("platform/deadlines", () => {
  it("aborts when its time is over, and not before", async () => {
    const clock = new FakeClock();
    const { signal } = createDeadlines(clock).within(5000, new AbortController().signal);

    await clock.advance(4999);
    expect(signal.aborted).toBe(false);
    await clock.advance(1);
    expect(signal.aborted).toBe(true);
  });

  it("aborts with the run it is part of, also when that was over before", () => {
    const run = new AbortController();
    const deadlines = createDeadlines(new FakeClock());
    const { signal } = deadlines.within(5000, run.signal);
    run.abort();

    expect(signal.aborted).toBe(true);
    expect(deadlines.within(5000, run.signal).signal.aborted).toBe(true);
  });

  it("leaves nothing behind once it has ended", async () => {
    const clock = new FakeClock();
    const run = new AbortController();
    const { signal, end } = createDeadlines(clock).within(5000, run.signal);
    end();

    await clock.advance(10_000);
    run.abort();
    expect(signal.aborted).toBe(false);
  });
});
