import { rm } from "node:fs/promises";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { baseMs, hourMs, pruneUntilDone } from "../../../test/contract/store/store-ground.ts";
import { openTestStore } from "../../../test/support/daemons/sqlite-setting.ts";
import { FakeClock } from "../../../test/support/fakes/fake-clock.ts";
import { downAt, outboxRow, resultAt, subject } from "../../../test/support/samples/store-records.ts";
import { emptyChange } from "../../core/store.ts";
import type { SqliteStoreBounds } from "./sqlite-store.ts";

const alert = {
  fingerprint: "f1",
  labels: {},
  annotations: {},
  status: "firing",
  startsAtMs: 1,
  updatedAtMs: 1,
} as const;

describe("storage/sqlite store", () => {
  let clock: FakeClock;
  let setting: ReturnType<typeof openTestStore>;
  beforeEach(() => {
    clock = new FakeClock(baseMs);
    setting = openTestStore({ clock });
  });
  afterEach(async () => {
    await setting.store.close();
    await rm(setting.directory, { recursive: true });
  });

  async function reopen(bounds: Partial<SqliteStoreBounds> = {}): Promise<void> {
    await setting.store.close();
    setting = openTestStore({ clock, directory: setting.directory, bounds });
  }
  const slots = async (key = subject): Promise<readonly number[]> =>
    (await setting.store.results(key, 0, Infinity, 10_000)).map((each) => each.slotMs);

  it("F77 survives a lock that another program holds: nothing is written, and the next try works", async () => {
    const other = new Database(setting.path);
    other.exec("BEGIN IMMEDIATE");
    const change = { ...emptyChange, results: [resultAt(baseMs)], alerts: [alert] };
    await expect(setting.store.commit(change)).rejects.toMatchObject({ code: "ERR_STORAGE_LOCKED" });
    other.exec("ROLLBACK");
    other.close();

    expect(await setting.store.commit(change)).toBe("committed");
    expect(await slots()).toEqual([baseMs]);
  });

  it("F102 gives what a dead daemon had leased to the next one at once, as begun before", async () => {
    await setting.store.commit({ ...emptyChange, outbox: [outboxRow("a")] });
    await setting.store.leaseOutbox("dead", 1, baseMs, 60_000);
    await reopen();
    await setting.store.load();

    expect(await setting.store.leaseOutbox("next", 1, baseMs + 1, 60_000)).toMatchObject([
      { id: "a", startedBefore: true },
    ]);
  });

  it("F72 refuses runs when full, reads on, and takes transitions into the reserve", async () => {
    await reopen({ maxSizeBytes: 400 * 1024 });
    let index = 0;
    const fill = async (): Promise<void> => {
      for (; index < 5000; index += 1) {
        await setting.store.commit({ ...emptyChange, results: [downAt(baseMs + index, { target: `t${index}` })] });
      }
    };
    await expect(fill()).rejects.toMatchObject({ code: "ERR_STORAGE_FULL" });
    const before = (await setting.store.facts()).resultsCount;
    expect(before).toBe(index);
    const audit = Array.from({ length: 50 }, () => "x".repeat(1000));
    expect(await setting.store.commit({ ...emptyChange, alerts: [alert], outbox: [outboxRow("a")], audit })).toBe(
      "committed",
    );
    expect(await setting.store.leaseOutbox("me", 1, baseMs, 1000)).toHaveLength(1);

    expect((await setting.store.facts()).resultsCount).toBe(before);
    expect((await setting.store.load()).alerts).toEqual([alert]);
    expect(await slots({ ...subject, target: "t0" })).toEqual([baseMs]);
    await reopen();
    index += 1;
    await setting.store.commit({ ...emptyChange, results: [downAt(baseMs + index, { target: `t${index}` })] });
    expect((await setting.store.facts()).resultsCount).toBe(before + 1);
  });

  it("deletes what is over its time: results, then five minutes, then hours", async () => {
    await reopen({
      keepResultsMs: hourMs,
      keepFiveMinutesMs: 3 * hourMs,
      keepHoursMs: 6 * hourMs,
      keepHistoryMs: 6 * hourMs,
    });
    const results = [0, 1, 2, 3].map((hour) => resultAt(baseMs + hour * hourMs));
    const missed = [{ ...subject, fromSlotMs: baseMs + 1, toSlotMs: baseMs + 2, count: 1, reason: "reload" } as const];
    await setting.store.commit({ ...emptyChange, results, missed });
    const counts = async () => [
      (await slots()).length,
      (await setting.store.rollUps(subject, 300_000, 0, Infinity)).length,
      (await setting.store.rollUps(subject, hourMs, 0, Infinity)).length,
      (await setting.store.missed(subject, 0, Infinity)).length,
    ];
    await pruneUntilDone(setting.store, baseMs + 4.5 * hourMs);
    expect(await counts()).toEqual([0, 3, 4, 1]);
    await pruneUntilDone(setting.store, baseMs + 7.5 * hourMs);

    expect(await counts()).toEqual([0, 0, 3, 0]);
  });

  it("deletes old decisions, deliveries and keys of messages, and keeps new ones", async () => {
    await reopen({ keepHistoryMs: hourMs });
    const decision = { stage: "route", outcome: "pass", subject: "f1", because: "x" } as const;
    for (let index = 0; index < 3; index += 1) {
      const atMs = baseMs + index * hourMs;
      const settlement = {
        outboxId: `${index}`,
        attempt: 1,
        outcome: { kind: "delivered", final: true },
        atMs,
        notBeforeMs: 0,
      } as const;
      const change = { ...emptyChange, outbox: [outboxRow(`${index}`)], settlements: [settlement] };
      await setting.store.commit({ ...change, decisions: [{ ...decision, atMs }] });
    }
    await pruneUntilDone(setting.store, baseMs + 2.5 * hourMs);

    expect((await setting.store.decisions("f1", 9)).map((each) => each.atMs)).toEqual([baseMs + 2 * hourMs]);
    expect((await setting.store.deliveries(9)).map((each) => each.outboxId)).toEqual(["2"]);
  });

  it("F79 gives the oldest results up before their time when the database nears its limit", async () => {
    await reopen({ maxSizeBytes: 1024 * 1024 });
    const text = "a long and ever different detail ".repeat(20);
    for (let hour = 0; hour < 40; hour += 1) {
      const results = Array.from({ length: 30 }, (_, index) => {
        const slotMs = baseMs + hour * hourMs + index * 120_000;
        const finding = { is: "down", reason: "status", detail: `${text}${slotMs}` } as const;
        return resultAt(slotMs, { verdict: "down", findings: [finding], headline: finding });
      });
      await setting.store.commit({ ...emptyChange, results });
      await clock.advance(hourMs);
      await pruneUntilDone(setting.store, clock.now());
    }
    const left = await slots();

    expect((await setting.store.facts()).sizeBytes).toBeLessThanOrEqual(1024 * 1024);
    expect(left[0]).toBe(baseMs + 39 * hourMs + 29 * 120_000);
    expect(left.length).toBeGreaterThan(60);
    expect(left.length).toBeLessThan(1200);
    expect(await setting.store.rollUps(subject, hourMs, 0, Infinity)).toHaveLength(40);
  });

  it("gives the tail's pages back after packing", async () => {
    for (let minute = 0; minute < 60; minute += 1) {
      const results = Array.from({ length: 40 }, (_, index) =>
        resultAt(baseMs + minute * 60_000, { target: `t${index}` }),
      );
      await setting.store.commit({ ...emptyChange, results });
    }
    await pruneUntilDone(setting.store, baseMs + 2 * hourMs);
    const reader = new Database(setting.path, { readonly: true });
    const { rows } = reader.prepare("SELECT count(*) AS rows FROM results_tail").get() as { rows: number };
    reader.close();

    expect(rows).toBe(0);
    expect((await setting.store.facts()).resultsCount).toBe(2400);
    expect(await slots({ ...subject, target: "t7" })).toHaveLength(60);
  });

  it("packs late results of an hour that is packed already", async () => {
    await setting.store.commit({ ...emptyChange, results: [resultAt(baseMs)] });
    await pruneUntilDone(setting.store, baseMs + 2 * hourMs);
    await setting.store.commit({ ...emptyChange, results: [resultAt(baseMs + 1000)] });
    await pruneUntilDone(setting.store, baseMs + 3 * hourMs);
    await reopen();

    expect(await slots()).toEqual([baseMs + 1000, baseMs]);
    expect(await setting.store.rollUps(subject, hourMs, 0, Infinity)).toMatchObject([{ atMs: baseMs, up: 2 }]);
  });

  it("forgets subjects and series of which nothing is left", async () => {
    await reopen({
      keepResultsMs: hourMs,
      keepFiveMinutesMs: hourMs,
      keepHoursMs: hourMs,
      keepSeriesMs: hourMs,
      maxSeries: 1,
    });
    await setting.store.commit({ ...emptyChange, results: [resultAt(baseMs)] });
    const point = { series: "s", metric: "m", labels: {}, kind: "gauge", value: 4, atMs: baseMs } as const;
    await setting.store.appendSeries([point, { ...point, series: "t" }]);
    expect(await setting.store.facts()).toMatchObject({ seriesCount: 1, seriesPointsDropped: 1 });
    await clock.advance(4 * hourMs);
    await pruneUntilDone(setting.store, clock.now());

    expect(await setting.store.facts()).toMatchObject({ seriesCount: 0, resultsCount: 0 });
    await setting.store.commit({ ...emptyChange, results: [resultAt(baseMs + 5)] });
    await setting.store.appendSeries([{ ...point, series: "t", atMs: clock.now() }]);
    expect(await setting.store.facts()).toMatchObject({ seriesCount: 1, resultsCount: 1 });
  });

  it("keeps of a bad streak the first evidence, the last and some between", async () => {
    for (let index = 0; index < 21; index += 1) {
      await setting.store.commit({ ...emptyChange, results: [downAt(baseMs + index, { evidence: { index } })] });
    }
    const kept = async (): Promise<readonly unknown[]> =>
      (await setting.store.results(subject, 0, Infinity, 99)).flatMap((each) => each.evidence ?? []);
    expect(await kept()).toEqual([20, 15, 7, 3, 1, 0].map((index) => ({ index })));
    await setting.store.commit({
      ...emptyChange,
      results: [resultAt(baseMs + 50), downAt(baseMs + 51, { evidence: "new" })],
    });

    expect((await kept()).slice(0, 2)).toEqual(["new", { index: 20 }]);
  });

  it("keeps evidence within its budget, the newest last", async () => {
    await reopen({ evidenceSizeBytes: 20_000 });
    for (let index = 0; index < 60; index += 1) {
      const evidence = Array.from({ length: 200 }, (_, part) => (index * 7919 + part * 104_729) % 99_991);
      await setting.store.commit({ ...emptyChange, results: [downAt(baseMs, { target: `t${index}`, evidence })] });
    }
    const evidenceOf = async (index: number): Promise<unknown> =>
      (await setting.store.results({ ...subject, target: `t${index}` }, 0, Infinity, 1))[0]?.evidence;

    expect((await setting.store.facts()).evidenceSizeBytes).toBeLessThanOrEqual(20_000);
    expect(await evidenceOf(59)).toBeDefined();
    expect(await evidenceOf(0)).toBeUndefined();
  });

  it("undoes in memory what a failed commit did not write", async () => {
    const fresh = { ...subject, target: "fresh" };
    const other = new Database(setting.path);
    const broken = { ...emptyChange, results: [resultAt(baseMs, fresh)], audit: [1n as never] };
    await expect(setting.store.commit(broken)).rejects.toThrow(/BigInt/);
    other.close();
    await setting.store.commit({ ...emptyChange, results: [resultAt(baseMs, fresh), resultAt(baseMs)] });
    await reopen();

    expect(await slots(fresh)).toEqual([baseMs]);
    expect(await slots()).toEqual([baseMs]);
  });
});
