import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AlertGroup } from "../../core/alerting/alert-group.ts";
import { GroupBook } from "./group-book.ts";

const keys = fc.constantFrom("a", "b", "c");
const group = fc.record({
  key: keys,
  nextFlushMs: fc.nat(9),
  incident: fc.constantFrom(undefined, "i1", "i2"),
  members: fc.uniqueArray(fc.constantFrom("f1", "f2", "f3")),
});
const step = fc.oneof(
  fc.record({ put: group }),
  fc.record({ load: group }),
  fc.record({ remove: keys }),
) as fc.Arbitrary<Partial<Record<"put" | "load", Given>> & { remove?: string }>;
type Given = Readonly<{ key: string; nextFlushMs: number; incident: string | undefined; members: readonly string[] }>;

function groupOf({ incident, ...rest }: Given): AlertGroup {
  return { ...rest, route: "root", receiver: "r", labels: {}, ...(incident === undefined ? {} : { incident }) };
}

describe("alerting/grouping group book", () => {
  it("always knows the next flush, the members and the incidents that were let go of", () => {
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const book = new GroupBook();
        const model = new Map<string, AlertGroup>();
        for (const { put, load, remove } of steps) {
          const given = put ?? load;
          const before = model.get(given?.key ?? remove ?? "")?.incident;
          if (given !== undefined) model.set(given.key, groupOf(given));
          if (put !== undefined) book.put(groupOf(put));
          if (load !== undefined) book.load(groupOf(load));
          if (remove !== undefined) book.remove(remove);
          if (remove !== undefined) model.delete(remove);
          const isLetGo = before !== undefined && model.get(given?.key ?? remove ?? "")?.incident !== before;

          const all = [...model.values()];
          expect(book.nextFlushMs()).toBe(
            all.length === 0 ? undefined : Math.min(...all.map((each) => each.nextFlushMs)),
          );
          expect(book.takeLetGo()).toEqual(isLetGo ? [before] : []);
          for (const incident of ["i1", "i2"])
            expect(book.isHomeOf({ id: incident, groupKey: "a" })).toBe(model.get("a")?.incident === incident);
          for (const key of ["a", "b", "c"])
            expect(book.isMember(key, "f1")).toBe(model.get(key)?.members.includes("f1") === true);
        }
      }),
    );
  });
});
