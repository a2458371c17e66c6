import { describe, expect, it } from "vitest";
import { FakeClock } from "../../test/support/fakes/fake-clock.ts";
import { Timeline } from "./timeline.ts";
import { WakeUp } from "./wake-up.ts";

function wakeUp(): { clock: FakeClock; line: Timeline; wake: WakeUp; wokenAtMs: number[] } {
  const clock = new FakeClock(0);
  const line = new Timeline(clock);
  const wokenAtMs: number[] = [];
  return { clock, line, wokenAtMs, wake: new WakeUp(clock, line, () => wokenAtMs.push(line.nowMs())) };
}

describe("scheduler/wake-up", () => {
  it("wakes at the earliest wanted time, with one timer", async () => {
    const { clock, wake, wokenAtMs } = wakeUp();
    for (const atMs of [500, 100, 300]) wake.by(atMs);

    expect(clock.pendingTimers).toBe(1);
    await clock.advance(1000);
    expect(wokenAtMs).toEqual([100]);
  });

  it("lets 40 ms pass between two wake-ups", async () => {
    const { clock, wake, wokenAtMs } = wakeUp();
    wake.by(100);
    await clock.advance(100);
    wake.by(101);
    await clock.advance(100);

    expect(wokenAtMs).toEqual([100, 140]);
  });

  it("looks at the clock at least once a minute", async () => {
    const { clock, wake, wokenAtMs } = wakeUp();
    wake.by(3_600_000);
    await clock.advance(60_000);

    expect(wokenAtMs).toEqual([60_000]);
  });

  it("wakes when it is asked and the clock has stepped past the wanted time", () => {
    const { clock, wake, wokenAtMs } = wakeUp();
    wake.by(1000);
    wake.check();
    clock.jumpWall(5000);
    wake.check();

    expect(wokenAtMs).toEqual([5000]);
    expect(clock.pendingTimers).toBe(0);
  });
});
