import { describe, expect, it } from "vitest";
import { flappingPercent, isFlapping } from "./flapping.ts";
import { pushRun } from "./run-ring.ts";

function ring(changes: readonly boolean[]): number {
  return changes.reduce(pushRun, 0);
}

const never = Array<boolean>(20).fill(false);

describe("alerting/check-state flapping", () => {
  it("weighs a change by its age as Icinga does", () => {
    const oldest = ring([true, ...never.slice(1)]);
    const newest = ring([...never.slice(1), true]);

    expect(flappingPercent(oldest)).toBeCloseTo(4);
    expect(flappingPercent(newest)).toBeCloseTo(5.9);
    expect(flappingPercent(ring(Array<boolean>(20).fill(true)))).toBeCloseTo(99);
  });

  it("forgets a change after 20 runs", () => {
    expect(ring([true, ...never])).toBe(0);
  });

  it("begins above 30 % and ends at 25 % or below", () => {
    const sixNewest = ring([...never.slice(6), ...Array<boolean>(6).fill(true)]);
    const fiveOldest = ring([...Array<boolean>(5).fill(true), ...never.slice(5)]);
    const sixOldest = ring([...Array<boolean>(6).fill(true), ...never.slice(6)]);

    expect(isFlapping(sixNewest, false)).toBe(true);
    expect(isFlapping(sixOldest, false)).toBe(false);
    expect(isFlapping(sixOldest, true)).toBe(true);
    expect(isFlapping(fiveOldest, true)).toBe(false);
  });
});
