import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DueQueue } from "./due-queue.ts";

const commands = fc.array(
  fc.oneof(
    fc.record({ do: fc.constant("set" as const), key: fc.nat(20), atMs: fc.nat(50) }),
    fc.record({ do: fc.constant("delete" as const), key: fc.nat(20) }),
    fc.record({ do: fc.constant("pop" as const), atMs: fc.nat(50) }),
  ),
  { maxLength: 200 },
);

describe("scheduler/due-queue", () => {
  it("behaves like a sorted list under any commands", () => {
    fc.assert(
      fc.property(commands, (steps) => {
        const queue = new DueQueue<number>();
        let model: { key: number; atMs: number }[] = [];
        const first = () => model.toSorted((a, b) => a.atMs - b.atMs)[0];
        for (const step of steps) {
          if (step.do === "set") {
            model = [...model.filter(({ key }) => key !== step.key), { key: step.key, atMs: step.atMs }];
            queue.set(step.key, step.atMs);
          } else if (step.do === "delete") {
            expect(queue.delete(step.key)).toBe(model.some(({ key }) => key === step.key));
            model = model.filter(({ key }) => key !== step.key);
          } else {
            const due = first();
            const expected = due !== undefined && due.atMs <= step.atMs ? due.key : undefined;
            expect(queue.popDue(step.atMs)).toBe(expected);
            model = model.filter(({ key }) => key !== expected);
          }
          expect(queue.size).toBe(model.length);
          expect(queue.peekMs()).toBe(first()?.atMs);
        }
      }),
    );
  });

  it("gives nothing before its time", () => {
    const queue = new DueQueue<string>();
    queue.set("a", 10);

    expect(queue.popDue(9.999)).toBeUndefined();
    expect(queue.popDue(10)).toBe("a");
    expect(queue.popDue(10)).toBeUndefined();
  });
});
