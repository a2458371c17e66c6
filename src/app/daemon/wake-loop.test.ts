import { describe, expect, it } from "vitest";
import { FakeClock } from "../../../test/support/fakes/fake-clock.ts";
import { WakeLoop } from "./wake-loop.ts";

describe("app/daemon/wake-loop", () => {
  it("calls the step at each due moment and no sooner", async () => {
    const clock = new FakeClock(0);
    const calls: number[] = [];
    let dueMs = 90_000;
    const loop = new WakeLoop(
      clock,
      (nowMs) => {
        calls.push(nowMs);
        dueMs += 30_000;
      },
      () => dueMs,
    );

    loop.start();
    await clock.advance(155_000);

    expect(calls).toEqual([90_000, 120_000, 150_000]);
  });

  it("follows a moment that moves nearer", async () => {
    const clock = new FakeClock(0);
    const calls: number[] = [];
    let dueMs: number | undefined;
    const loop = new WakeLoop(
      clock,
      (nowMs) => {
        calls.push(nowMs);
        dueMs = undefined;
      },
      () => dueMs,
    );

    loop.start();
    await clock.advance(1000);
    dueMs = 1500;
    loop.rearm();
    await clock.advance(1000);

    expect(calls).toEqual([1500]);
  });

  it("does not call a step again while it runs, nor after the stop", async () => {
    const clock = new FakeClock(0);
    let calls = 0;
    let finish = (): void => {};
    const loop = new WakeLoop(
      clock,
      () => {
        calls += 1;
        return new Promise<void>((resolve) => {
          finish = resolve;
        });
      },
      () => 0,
    );

    loop.start();
    await clock.advance(1000);
    expect(calls).toBe(1);
    loop.stop();
    finish();
    await clock.advance(1000);

    expect(calls).toBe(1);
  });
});
