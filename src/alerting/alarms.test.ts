import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Alarms } from "./alarms.ts";

describe("alerting/check-alerts blind watch", () => {
  it("always knows the earliest moment that is watched", () => {
    const step = fc.tuple(fc.constantFrom("a", "b", "c", "d"), fc.option(fc.nat(9), { nil: undefined }));

    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const watch = new Alarms();
        const model = new Map<string, number>();
        for (const [id, dueMs] of steps) {
          watch.set(id, dueMs);
          if (dueMs === undefined) model.delete(id);
          else model.set(id, dueMs);

          expect(watch.nextMs()).toBe(model.size === 0 ? undefined : Math.min(...model.values()));
        }

        expect([...watch.takeDue(5)].sort()).toEqual(
          [...model]
            .filter(([, at]) => at <= 5)
            .map(([id]) => id)
            .sort(),
        );
        expect(watch.takeDue(5)).toEqual([]);
        expect(watch.takeDue(9)).toHaveLength([...model.values()].filter((at) => at > 5).length);
      }),
    );
  });
});
