import Database from "better-sqlite3";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HourReader, type TailRow } from "./hour-reader.ts";

const hourMs = 3_600_000;
const beforeMs = 6 * hourMs;

/** Rows of a few owners in the order they came; each owner's times grow, those of different owners may disagree by hours. */
const rows = fc
  .array(fc.record({ owner: fc.integer({ min: 1, max: 4 }), stepMs: fc.integer({ min: 1, max: hourMs }) }), {
    minLength: 1,
    maxLength: 60,
  })
  .map((steps) => {
    const clocks = [0, 0, hourMs, 5 * hourMs, 0];
    return steps.map(({ owner, stepMs }, index) => {
      clocks[owner] = (clocks[owner] ?? 0) + stepMs;
      return { id: index + 1, owner, at_ms: clocks[owner] };
    });
  });

describe("storage/sqlite/hour-reader", () => {
  it("gives every owner's ended hours one after another, whatever the clocks did", () => {
    const db = new Database(":memory:");
    db.exec("CREATE TABLE results_tail (id INTEGER PRIMARY KEY, owner INTEGER, at_ms INTEGER, body BLOB)");
    const insert = db.prepare("INSERT INTO results_tail VALUES (?, ?, ?, x'00')");
    const reader = new HourReader(db, "results_tail");
    fc.assert(
      fc.property(rows, (stored) => {
        db.exec("DELETE FROM results_tail");
        for (const row of stored) insert.run(row.id, row.owner, row.at_ms);
        const ids: number[][] = [[], [], [], [], []];
        for (const row of stored) ids[row.owner]?.push(row.id);
        const taken: number[] = [];
        for (let owner = 1; owner <= 4; owner += 1) {
          for (;;) {
            const hour = reader.oldestHour(owner, ids, beforeMs);
            if (hour.length === 0) break;
            expect(new Set(hour.map(hourOf)).size).toBe(1);
            expect(ids[owner]?.splice(0, hour.length)).toEqual(hour.map((row) => row.id));
            taken.push(...hour.map((row) => row.id));
          }
        }
        const ended = stored.filter((row) => hourOf(row) < beforeMs / hourMs).map((row) => row.id);
        expect(taken.toSorted((a, b) => a - b)).toEqual(ended);
      }),
    );
    db.close();
  });

  it("reads the owner's rows anew when what it read ahead is out of date", () => {
    const db = new Database(":memory:");
    db.exec("CREATE TABLE results_tail (id INTEGER PRIMARY KEY, owner INTEGER, at_ms INTEGER, body BLOB)");
    for (const [id, owner] of [1, 2, 1, 2].entries())
      db.prepare("INSERT INTO results_tail VALUES (?, ?, ?, x'00')").run(id + 1, owner, id + 1);
    const reader = new HourReader(db, "results_tail");
    expect(reader.oldestHour(1, [[], [1, 3], [2, 4]], beforeMs)).toHaveLength(2);
    expect(reader.oldestHour(2, [[], [], [4]], beforeMs).map((row) => row.id)).toEqual([4]);
    db.close();
  });
});

function hourOf(row: Pick<TailRow, "at_ms">): number {
  return Math.floor(row.at_ms / hourMs);
}
