import { describe, expect, it } from "vitest";
import { FakeClock } from "../../../test/support/fakes/fake-clock.ts";
import { saidIn } from "../../core/message/said.ts";
import type { Calendar } from "../../core/time/calendar.ts";
import { CalendarWatch } from "./calendar-watch.ts";

const dayMs = 86_400_000;

function knownFor(days: number, clock: FakeClock): Calendar {
  return { id: "cn", knownUntil: clock.now() + days * dayMs, exceptions: new Map() };
}

describe("app/daemon calendar-watch", () => {
  it("raises trouble two weeks before the calendar ends, once, and ends it when a reload brings more", async () => {
    const clock = new FakeClock();
    const told: (string | undefined)[] = [];
    const watch = new CalendarWatch(clock, { set: (_component, said) => void told.push(said && saidIn(said, "en")) });

    watch.watch([knownFor(15, clock)]);
    expect(told).toEqual([undefined]);
    await clock.advance(dayMs);
    expect(told.at(-1)).toMatch(
      /^the calendar cn knows public holidays only until \d{4}-\d{2}-\d{2}; .*calendars\.cn$/,
    );
    watch.watch([knownFor(400, clock)]);
    expect(told.at(-1)).toBeUndefined();
    const count = told.length;
    watch.stop();
    await clock.advance(500 * dayMs);

    expect(told).toHaveLength(count);
  });

  it("says nothing of a config that asks no calendar", () => {
    const told: (string | undefined)[] = [];

    new CalendarWatch(new FakeClock(), { set: (_component, said) => void told.push(said && saidIn(said, "en")) }).watch(
      [],
    );

    expect(told).toEqual([undefined]);
  });
});
