import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Result } from "../src/core/checks/result.ts";
import { emptyChange } from "../src/core/store.ts";
import { dataFiles } from "../src/platform/files/data-files.ts";
import { openSqliteStore } from "../src/storage/sqlite/open-sqlite-store.ts";
import { storageSchema } from "../src/storage/storage-schema.ts";

export type StoreFigures = Readonly<{
  results: number;
  subjects: number;
  /** CPU of making, storing, packing and rolling up, per result, over the whole fill. */
  cpuMicrosecondsPerResult: number;
  bytesPerResult: number;
  /** Median time to read 24 h of one check. */
  dayQueryMs: number;
  openMs: number;
}>;

const intervalMs = 30_000;
const startMs = Date.UTC(2026, 10, 23);

/** Fills an embedded store as a daemon with checks at 30 s does, pruning as time goes on, and measures it at the end. */
export async function benchStore({ results = 200_000, subjects = 500 } = {}): Promise<StoreFigures> {
  const directory = mkdtempSync(join(tmpdir(), "watchfire-bench-"));
  const path = join(directory, "watchfire.db");
  let nowMs = startMs;
  const clock = {
    now: () => nowMs,
    monotonicMs: () => performance.now(),
    setTimer: () => () => {},
    sleep: async () => {},
  };
  const keep = { keep_results: "3000d", keep_five_minutes: "3000d", keep_hours: "3000d" };
  const { bounds } = storageSchema.parse({ path, max_size: "1TB", ...keep });
  const open = () => openSqliteStore({ path, bounds, files: dataFiles, clock }).store;
  try {
    let store = open();
    const rounds = Math.ceil(results / subjects);
    const cpu = process.cpuUsage();
    for (let round = 0; round < rounds; round += 1) {
      nowMs = startMs + round * intervalMs;
      const batch = Array.from({ length: subjects }, (_, subject) => resultOf(subject, nowMs));
      await store.commit({ ...emptyChange, results: batch });
      await store.prune(nowMs, 5);
    }
    while ((await store.prune(nowMs + 7_200_000, 5)) === "more");
    const spent = process.cpuUsage(cpu);
    await store.close();
    const openedAtMs = performance.now();
    store = open();
    const openMs = performance.now() - openedAtMs;
    const times: number[] = [];
    for (let subject = 0; subject < Math.min(subjects, 50); subject += 1) {
      const beganMs = performance.now();
      await store.results(
        { check: `check-${subject}`, target: "t", location: "default" },
        nowMs - 86_400_000,
        nowMs,
        1e9,
      );
      times.push(performance.now() - beganMs);
    }
    await store.close();
    return {
      results: rounds * subjects,
      subjects,
      cpuMicrosecondsPerResult: (spent.user + spent.system) / (rounds * subjects),
      bytesPerResult: statSync(path).size / (rounds * subjects),
      dayQueryMs: times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN,
      openMs,
    };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function resultOf(subject: number, slotMs: number): Result {
  const noise = (subject * 7919 + slotMs / intervalMs) % 97;
  return {
    check: `check-${subject}`,
    target: "t",
    location: "default",
    slotMs: slotMs + subject,
    trigger: "schedule",
    verdict: "up",
    startedAtMs: slotMs + subject + (noise % 25),
    durationMs: 20 + noise / 3,
    phasesMs: {
      resolve: 0.1 + noise / 300,
      connect: 1 + noise / 30,
      processing: 15 + noise / 7,
      transfer: 2 + noise / 90,
    },
    findings: [],
    samples: [],
  };
}
