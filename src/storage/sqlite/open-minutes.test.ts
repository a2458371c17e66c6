import { describe, expect, it } from "vitest";
import { OpenMinutes } from "./open-minutes.ts";

const minuteMs = 60_000;

describe("storage/sqlite/open-minutes", () => {
  it("sums up the values of a minute", () => {
    const minutes = new OpenMinutes();
    minutes.open(3, 0, 4, 0);
    minutes.add(3, 1, 0);
    minutes.add(3, 7, 2);

    expect(minutes.get(3)).toEqual({ atMs: 0, count: 3, sum: 12, min: 1, max: 7, last: 7, increase: 2 });
    expect([minutes.has(2), minutes.get(2), minutes.has(9_999)]).toEqual([false, undefined, false]);
  });

  it("takes out minutes once they have ended, each once", () => {
    const minutes = new OpenMinutes();
    minutes.open(1, 0, 1, 0);
    minutes.open(5000, minuteMs, 2, 0);
    const taken = (nowMs: number) => [...minutes.takeEnded(nowMs)].map(([series]) => series);

    expect([minuteMs - 1, minuteMs, minuteMs, 2 * minuteMs, 3 * minuteMs].map(taken)).toEqual([
      [],
      [1],
      [],
      [5000],
      [],
    ]);
  });
});
