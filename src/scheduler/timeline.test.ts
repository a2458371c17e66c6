import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FakeClock } from "../../test/support/fakes/fake-clock.ts";
import { Timeline } from "./timeline.ts";

const startMs = Date.UTC(2026, 10, 23);
const hourMs = 3_600_000;

describe("scheduler/timeline", () => {
  it("follows the clock while it behaves", async () => {
    const clock = new FakeClock(startMs);
    const line = new Timeline(clock);

    await clock.advance(90_000);

    expect(line.nowMs()).toBe(startMs + 90_000);
    expect(line.skewMs()).toBe(0);
  });

  it("takes a forward step at once", () => {
    const clock = new FakeClock(startMs);
    const line = new Timeline(clock);

    clock.jumpWall(hourMs);

    expect(line.nowMs()).toBe(startMs + hourMs);
  });

  it("takes a backward step by running a tenth slower, never by standing still", async () => {
    const clock = new FakeClock(startMs);
    const line = new Timeline(clock);

    clock.jumpWall(-hourMs);
    await clock.advance(hourMs);
    const afterOneHourMs = line.nowMs() - startMs;
    await clock.advance(9 * hourMs);

    expect(afterOneHourMs).toBeCloseTo(0.9 * hourMs, 3);
    expect(line.nowMs()).toBeCloseTo(clock.now(), 3);
  });

  it("moves to the newest stored slot when the wall clock is behind it", () => {
    const line = new Timeline(new FakeClock(startMs));

    line.raiseTo(startMs + 5000);

    expect(line.nowMs()).toBe(startMs + 5000);
    expect(line.skewMs()).toBe(5000);
  });

  it("grows under any clock, at least at nine tenths of real time", async () => {
    const steps = fc.array(fc.record({ advanceMs: fc.nat(100_000), jumpMs: fc.integer({ min: -1e8, max: 1e8 }) }));
    await fc.assert(
      fc.asyncProperty(steps, async (walk) => {
        const clock = new FakeClock(startMs);
        const line = new Timeline(clock);
        for (const { advanceMs, jumpMs } of walk) {
          const beforeMs = line.nowMs();
          clock.jumpWall(jumpMs);
          clock.stall(advanceMs);
          const afterMs = line.nowMs();
          expect(afterMs).toBeGreaterThanOrEqual(beforeMs + advanceMs * 0.9 - 0.001);
          expect(afterMs).toBeGreaterThanOrEqual(clock.now() - 0.001);
        }
      }),
      { numRuns: 100 },
    );
  });
});
