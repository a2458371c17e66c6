import { describe, expect, it } from "vitest";
import { FakeClock } from "../../test/support/fakes/fake-clock.ts";
import { Gathering } from "./gathering.ts";

function gather(leastMs = 0) {
  const clock = new FakeClock();
  const handed: (readonly number[])[] = [];
  const gathering = new Gathering<number>(clock, { distanceMs: 50, leastMs }, (items) => handed.push(items));
  return { clock, handed, gathering };
}

describe("app/gathering", () => {
  it("hands over at once what comes alone", async () => {
    const { clock, handed, gathering } = gather();

    gathering.add(1);
    await clock.advance(50);
    gathering.add(2);

    expect(handed).toEqual([[1], [2]]);
  });

  it("hands over together what comes soon after the last, in order", async () => {
    const { clock, handed, gathering } = gather();

    for (const item of [1, 2, 3]) gathering.add(item);
    await clock.advance(49);
    expect(handed).toEqual([[1]]);
    await clock.advance(1);

    expect(handed).toEqual([[1], [2, 3]]);
  });

  it("waits for what comes together with the first", async () => {
    const { clock, handed, gathering } = gather(5);

    gathering.add(1);
    await clock.advance(4);
    gathering.add(2);
    expect(handed).toEqual([]);
    await clock.advance(1);

    expect(handed).toEqual([[1, 2]]);
  });

  it("waits no longer for what was flushed before its time", async () => {
    const { clock, handed, gathering } = gather();

    for (const item of [1, 2]) gathering.add(item);
    gathering.flush();
    gathering.flush();
    await clock.advance(120);

    expect(handed).toEqual([[1], [2]]);
  });

  it("hands over nothing that came before it was cleared", async () => {
    const { clock, handed, gathering } = gather();

    for (const item of [1, 2]) gathering.add(item);
    gathering.clear();
    gathering.add(3);
    await clock.advance(50);

    expect(handed).toEqual([[1], [3]]);
  });
});
