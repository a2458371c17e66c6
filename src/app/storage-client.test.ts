import { mkdtempSync, statSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { downAt, outboxRow, resultAt, subject } from "../../test/support/samples/store-records.ts";
import type { AppError } from "../core/errors.ts";
import { emptyChange } from "../core/store.ts";
import { systemClock } from "../platform/clock.ts";
import { storageSchema } from "../storage/storage-schema.ts";
import { openStorageThread, type StorageClient } from "./storage-client.ts";

describe("app/storage-client", () => {
  let directory: string;
  const open: StorageClient[] = [];
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "watchfire-thread-"));
  });
  afterEach(async () => {
    for (const store of open.splice(0)) await store.close().catch(() => undefined);
    await rm(directory, { recursive: true });
  });

  async function start(hooks: Partial<Parameters<typeof openStorageThread>[0]> = {}) {
    const settings = storageSchema.parse({ path: join(directory, "data", "watchfire.db") });
    const opened = await openStorageThread({ settings, clock: systemClock, ...hooks });
    open.push(opened.store);
    return opened;
  }

  it("carries calls to the thread and answers back, in order", async () => {
    const { store, opening } = await start();
    expect(opening).toEqual({});
    const fence = { shard: 1, epoch: 2n ** 60n, leaseId: "a" };
    const answers = await Promise.all([
      store.commit({ ...emptyChange, fence, results: [resultAt(1000)], outbox: [outboxRow("a")] }),
      store.commit({ ...emptyChange, fence: { ...fence, epoch: 1n } }),
      store.results(subject, -Infinity, Infinity, 5),
      store.leaseOutbox("me", 5, 5000, 1000),
    ]);

    expect(answers).toEqual(["committed", "fenced", [resultAt(1000)], [outboxRow("a")]]);
  });

  it("tells each of many calls that overlap its own answer, also the next ones", async () => {
    const { store } = await start();
    const times = Array.from({ length: 20 }, (_, index) => 1000 * (index + 1));
    for (const round of [0, 1]) {
      const slots = times.map((ms) => ms + round * 100_000);
      const commits = slots.map((ms) => store.commit({ ...emptyChange, results: [resultAt(ms)] }));
      const reads = slots.map((ms) => store.results(subject, ms, ms, 5));

      expect(await Promise.all(commits)).toEqual(slots.map(() => "committed"));
      expect(await Promise.all(reads)).toEqual(slots.map((ms) => [resultAt(ms)]));
    }
  });

  it("keeps what was committed when it is opened again", async () => {
    const first = await start();
    await first.store.commit({ ...emptyChange, results: [downAt(1000)] });
    await first.store.close();
    const { store } = await start();

    expect(await store.results(subject, 0, Infinity, 5)).toEqual([downAt(1000)]);
  });

  it("F76 refuses a second daemon on the same database", async () => {
    await start();

    await expect(start()).rejects.toMatchObject({ code: "ERR_STORAGE_IN_USE" });
  });

  it("F73 says clearly that the directory cannot be used", async () => {
    writeFileSync(join(directory, "data"), "a file where a directory should be");

    await expect(start()).rejects.toMatchObject({
      code: "ERR_DATA_DIRECTORY",
      message: expect.stringContaining(directory),
    });
  });

  it("R29 keeps directory and files from other users", async () => {
    const { store } = await start();
    await store.commit({ ...emptyChange, results: [resultAt(1000)] });
    const mode = (name: string): string => (statSync(join(directory, "data", name)).mode & 0o777).toString(8);

    expect(mode(".")).toBe("700");
    for (const suffix of ["", "-wal", "-shm", ".lock", ".reserve"]) expect(mode(`watchfire.db${suffix}`)).toBe("600");
  });

  it("rejects calls under way when the thread dies, and opens another", async () => {
    const lost: AppError[] = [];
    let reopened = (): void => {};
    const again = new Promise<void>((resolve) => {
      reopened = resolve;
    });
    const { store } = await start({ onLost: (error) => void lost.push(error), onReopened: () => reopened() });
    await store.commit({ ...emptyChange, results: [resultAt(1000)] });
    const broken = store.results(null as never, 0, 1, 1);
    const after = store.results(subject, 0, Infinity, 5);

    await expect(broken).rejects.toMatchObject({ code: "ERR_STORAGE_IO" });
    await expect(after).rejects.toMatchObject({ code: "ERR_STORAGE_IO" });
    await again;
    expect(await store.results(subject, 0, Infinity, 5)).toEqual([resultAt(1000)]);
    expect(lost).toHaveLength(1);
  });
});
