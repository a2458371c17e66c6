import { describe, expect, it } from "vitest";
import { FakeClock } from "../../test/support/fakes/fake-clock.ts";
import { createPacer } from "./pacer.ts";

const never = new AbortController().signal;

describe("platform/pacer", () => {
  it("lets five ask at once, and then one every five seconds, each service by itself", async () => {
    const clock = new FakeClock();
    const pacer = createPacer(clock);
    const done: number[] = [];

    for (let index = 0; index < 7; index += 1)
      void pacer.turn("whois.example", never).then(() => done.push(clock.monotonicMs()));
    await clock.advance(0);
    const atOnce = done.length;
    await clock.advance(5000);
    const afterFive = done.length;
    await clock.advance(5000);

    expect([atOnce, afterFive, done.length]).toEqual([5, 6, 7]);
    expect(await pacer.turn("other.example", never)).toEqual({ ok: true });
  });

  it("refuses whoever would wait longer than half a minute", async () => {
    const pacer = createPacer(new FakeClock());
    for (let index = 0; index < 11; index += 1) void pacer.turn("a", never);

    expect(await pacer.turn("a", never)).toMatchObject({ ok: false, because: "budget" });
  });

  it("leaves a service alone that wants it, until the time is over", async () => {
    const clock = new FakeClock();
    const pacer = createPacer(clock);
    pacer.backOff("a", 60_000);

    expect(await pacer.turn("a", never)).toMatchObject({ ok: false, because: "back_off", waitMs: 60_000 });
    await clock.advance(60_000);
    expect(await pacer.turn("a", never)).toEqual({ ok: true });
  });

  it("gives up waiting when the signal aborts", async () => {
    const pacer = createPacer(new FakeClock());
    for (let index = 0; index < 5; index += 1) void pacer.turn("a", never);

    expect(await pacer.turn("a", AbortSignal.abort())).toMatchObject({ ok: false });
  });
});
