import { describe, expect, it } from "vitest";
import { FakeClock } from "../../test/support/fakes/fake-clock.ts";
import { StallDetector } from "./stall-detector.ts";

describe("scheduler/stall-detector", () => {
  it("sees no gap while the thread runs", async () => {
    const clock = new FakeClock();
    const stalls = new StallDetector(clock);
    stalls.start(() => {});

    await clock.advance(5000);

    expect(stalls.take()).toEqual({ count: 0, lostMs: 0 });
    expect(stalls.overlaps(0, 5000)).toBe(false);
  });

  it("records a gap of 250 ms and knows which runs it touches", async () => {
    const clock = new FakeClock();
    const stalls = new StallDetector(clock);
    stalls.start(() => {});
    await clock.advance(1000);
    clock.stall(2500);
    await clock.advance(1000);

    expect(stalls.overlaps(900, 1500)).toBe(true);
    expect(stalls.overlaps(3400, 4000)).toBe(true);
    expect(stalls.overlaps(0, 1000)).toBe(false);
    expect(stalls.overlaps(3500, 4500)).toBe(false);
    expect(stalls.take()).toEqual({ count: 1, lostMs: 2500 });
    expect(stalls.take().count).toBe(0);
  });

  it("takes whoever runs for a tick: it is not woken while somebody does, and sees the gap after the last of them", async () => {
    const clock = new FakeClock();
    const stalls = new StallDetector(clock);
    let ticks = 0;
    stalls.start(() => {
      ticks += 1;
    });
    for (let times = 0; times < 20; times += 1) {
      await clock.advance(90);
      stalls.seen();
    }
    const ticksMeanwhile = ticks;
    clock.stall(2500);
    stalls.seen();
    await clock.advance(1000);

    expect(ticksMeanwhile).toBe(0);
    expect(ticks).toBe(10);
    expect(stalls.take()).toEqual({ count: 1, lostMs: 2500 });
    expect(stalls.overlaps(1700, 1800)).toBe(false);
    expect(stalls.overlaps(1700, 1801)).toBe(true);
  });

  it("does not begin to tick for somebody who runs before it was started or after it was stopped", () => {
    const clock = new FakeClock();
    const stalls = new StallDetector(clock);
    stalls.seen();
    stalls.start(() => {});
    stalls.stop();
    stalls.seen();

    expect(clock.pendingTimers).toBe(0);
  });

  it("sees a gap before its own tick has come", async () => {
    const clock = new FakeClock();
    const stalls = new StallDetector(clock);
    stalls.start(() => {});
    await clock.advance(1000);

    clock.stall(2500);

    expect(stalls.overlaps(900, 3500)).toBe(true);
    expect(stalls.overlaps(500, 990)).toBe(false);
  });

  it("takes a wall clock that ran ahead for a suspend, and a small step for what it is", async () => {
    const clock = new FakeClock();
    const stalls = new StallDetector(clock);
    stalls.start(() => {});
    clock.jumpWall(900);
    await clock.advance(1050);
    expect(stalls.take().count).toBe(0);

    clock.jumpWall(8 * 3_600_000);
    expect(stalls.overlaps(1040, 1050)).toBe(true);
    await clock.advance(100);

    expect(stalls.overlaps(1040, 1200)).toBe(true);
    expect(stalls.overlaps(1100, 1200)).toBe(false);
    expect(stalls.take()).toEqual({ count: 1, lostMs: 8 * 3_600_000 + 50 });
  });

  it("stops with its timer", () => {
    const clock = new FakeClock();
    const stalls = new StallDetector(clock);
    stalls.start(() => {});
    stalls.stop();

    expect(clock.pendingTimers).toBe(0);
  });
});
