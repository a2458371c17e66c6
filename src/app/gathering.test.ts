import { describe, expect, it } from "vitest";
import { FakeClock } from "../../test/support/fakes/fake-clock.ts";
import { Gathering } from "./gathering.ts";

function gather() {
  const clock = new FakeClock();
  const handed: (readonly number[])[] = [];
  return { clock, handed, gathering: new Gathering<number>(clock, (items) => handed.push(items)) };
}

describe("app/gathering", () => {
  it("hands over at once what comes alone", async () => {
    const { clock, handed, gathering } = gather();

    gathering.add(1);
    await clock.advance(25);
    gathering.add(2);

    expect(handed).toEqual([[1], [2]]);
  });

  it("hands over together what comes within 25 ms of the last, in order", async () => {
    const { clock, handed, gathering } = gather();

    for (const item of [1, 2, 3]) gathering.add(item);
    await clock.advance(24);
    expect(handed).toEqual([[1]]);
    await clock.advance(1);

    expect(handed).toEqual([[1], [2, 3]]);
  });

  it("waits no longer for what was flushed before its time", async () => {
    const { clock, handed, gathering } = gather();

    for (const item of [1, 2]) gathering.add(item);
    gathering.flush();
    gathering.flush();
    await clock.advance(60);

    expect(handed).toEqual([[1], [2]]);
  });
});
