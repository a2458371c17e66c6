import { spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { systemClock } from "../../src/platform/clock.ts";
import { openTestStore } from "../support/daemons/sqlite-setting.ts";
import { FakeRandom } from "../support/fakes/fake-random.ts";
import { subject } from "../support/samples/store-records.ts";

const rounds = Number(process.env["WATCHFIRE_KILLS"] ?? 200);
const writer = new URL("../support/daemons/storage-writer.ts", import.meta.url).pathname;

describe("storage under kill -9", () => {
  it(`F70 loses nothing that was acknowledged and halves nothing, ${rounds} times`, async () => {
    const directory = mkdtempSync(join(tmpdir(), "watchfire-kill-"));
    const random = new FakeRandom(rounds);
    let acknowledged = -1;
    try {
      for (let round = 0; round < rounds; round += 1) {
        acknowledged = Math.max(
          acknowledged,
          await writeUntilKilled(directory, acknowledged + 1, 1 + random.next() * 60),
        );
        acknowledged = await verify(directory, acknowledged);
      }
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});

/** Kills the writer a while after its first line; returns the last number it printed. */
async function writeUntilKilled(directory: string, start: number, afterMs: number): Promise<number> {
  const child = spawn(process.execPath, [writer, directory, String(start)], { stdio: ["ignore", "pipe", "inherit"] });
  let last = -1;
  for await (const line of createInterface({ input: child.stdout })) {
    if (last === -1) setTimeout(() => child.kill("SIGKILL"), afterMs);
    last = Number(line);
  }
  expect(last).toBeGreaterThanOrEqual(start);
  return last;
}

/** Checks that each number is there wholly or not at all, and returns the last one; one more than printed may be. */
async function verify(directory: string, acknowledged: number): Promise<number> {
  const { store, opening, path } = openTestStore({ clock: systemClock, directory });
  expect(opening).toEqual({});
  const results = await store.results(subject, 0, Infinity, 1e9);
  const newest = (results[0]?.slotMs ?? -1000) / 1000;
  expect(newest).toBeGreaterThanOrEqual(acknowledged);
  expect(newest).toBeLessThanOrEqual(acknowledged + 1);
  expect(results.map((result) => result.slotMs)).toEqual(
    Array.from({ length: newest + 1 }, (_, index) => (newest - index) * 1000),
  );
  expect((await store.load()).checkStates).toMatchObject([{ lastSlotMs: newest * 1000, memory: newest }]);
  expect(await store.decisions("all", 1e9)).toHaveLength(newest + 1);
  expect(await store.facts()).toMatchObject({ outboxPending: newest + 1, resultsCount: newest + 1 });
  await store.close();
  const db = new Database(path, { readonly: true });
  expect(db.pragma("integrity_check", { simple: true })).toBe("ok");
  db.close();
  return newest;
}
