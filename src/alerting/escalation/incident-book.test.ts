import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Incident } from "../../core/alerting/incident.ts";
import { IncidentBook } from "./incident-book.ts";

function incidentOf(id: string, acknowledgedUntilMs?: number): Incident {
  return {
    id,
    groupKey: `group-${id}`,
    receiver: "ops",
    groupLabels: {},
    severity: "critical",
    status: acknowledgedUntilMs === undefined ? "open" : "acknowledged",
    openedAtMs: 0,
    members: [],
    timeline: [],
    ...(acknowledgedUntilMs === undefined
      ? {}
      : { acknowledgement: { by: "a", atMs: 0, untilMs: acknowledgedUntilMs } }),
  };
}

function idsOf(incidents: readonly Incident[]): readonly string[] {
  return incidents.map(({ id }) => id);
}

describe("alerting/escalation/incident-book", () => {
  it("gives what changed, what is due and what is asked for, once each and in the order of their opening", () => {
    const book = new IncidentBook();
    for (const [id, dueMs] of [
      ["b", 100],
      ["a", 900],
      ["d", undefined],
      ["c", 100],
    ] as const)
      book.load(id, incidentOf(id, dueMs));

    expect(idsOf(book.takeStirred(0, []))).toEqual(["b", "a", "d", "c"]);
    expect(book.takeStirred(50, [])).toEqual([]);
    expect(idsOf(book.takeStirred(100, ["d", "b", "gone"]))).toEqual(["b", "d", "c"]);

    book.set("a", incidentOf("a", 800));
    expect(idsOf(book.takeStirred(101, []))).toEqual(["a"]);
  });

  it("lets what was settled rest until its next moment", () => {
    const book = new IncidentBook();
    book.load("a", incidentOf("a", 100));
    book.takeStirred(0, []);

    book.settle(incidentOf("a", 200));

    expect(book.takeStirred(150, [])).toEqual([]);
    expect(book.nextDueMs()).toBe(200);
    expect(idsOf(book.takeStirred(200, []))).toEqual(["a"]);
  });

  it("keeps the moment of what is woken before it for another reason", () => {
    const book = new IncidentBook();
    book.load("a", incidentOf("a", 900));
    book.takeStirred(0, []);

    book.setHomeless("a", true, 50);

    expect(idsOf(book.takeStirred(50, []))).toEqual(["a"]);
    expect(book.nextDueMs()).toBe(900);
  });

  it("asks again those that wait, and no others", () => {
    const book = new IncidentBook();
    for (const id of ["a", "b"]) book.load(id, incidentOf(id));
    book.takeStirred(0, []);
    book.waitUntil("b", 500);

    book.askAgain();

    expect(idsOf(book.takeStirred(1, []))).toEqual(["b"]);
    book.askAgain();
    expect(book.takeStirred(2, [])).toEqual([]);
  });

  it("forgets what was deleted", () => {
    const book = new IncidentBook();
    book.load("a", incidentOf("a", 100));

    book.delete("a");

    expect(book.nextDueMs()).toBeUndefined();
    expect(book.takeStirred(1000, ["a"])).toEqual([]);
  });

  it("always knows the next moment of all that it holds", () => {
    const step = fc.tuple(fc.constantFrom("a", "b", "c"), fc.option(fc.nat(9), { nil: undefined }), fc.boolean());

    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const book = new IncidentBook();
        const model = new Map<string, number | undefined>();
        for (const [id, dueMs, isDeleted] of steps) {
          if (isDeleted) book.delete(id);
          else book.set(id, incidentOf(id, dueMs));
          model.set(id, isDeleted ? undefined : dueMs);

          const times = [...model.values()].filter((each) => each !== undefined);
          expect(book.nextDueMs()).toBe(times.length === 0 ? undefined : Math.min(...times));
        }
      }),
    );
  });
});
