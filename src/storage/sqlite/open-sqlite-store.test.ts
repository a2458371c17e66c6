import {
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openTestStore } from "../../../test/support/daemons/sqlite-setting.ts";
import { FakeClock } from "../../../test/support/fakes/fake-clock.ts";
import { anAlert } from "../../../test/support/samples/notifications.ts";
import { downAt, notification, outboxRow, resultAt, subject } from "../../../test/support/samples/store-records.ts";
import type { DataFiles } from "../../core/ports/data-files.ts";
import { emptyChange } from "../../core/store.ts";
import { dataFiles } from "../../platform/files/data-files.ts";
import { isSafeVersion } from "./open-sqlite-store.ts";

describe("storage/sqlite opening", () => {
  const clock = new FakeClock();
  let directory: string;
  let path: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "watchfire-open-"));
    path = join(directory, "data", "watchfire.db");
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));
  const open = () => openTestStore({ clock, directory });

  async function fill(count: number): Promise<void> {
    const { store } = open();
    for (let index = 0; index < count; index += 1) {
      const results = [
        downAt(index * 1000, { target: `t${index % 50}`, evidence: { body: `page ${index}`.repeat(20) } }),
      ];
      await store.commit({ ...emptyChange, results, outbox: [outboxRow(`row-${index}`)] });
    }
    await store.close();
  }

  it("F75 refuses a database of a newer version with an exact message, and does not touch it", async () => {
    await fill(1);
    const db = new Database(path);
    db.pragma("user_version = 99");
    db.close();
    const before = readFileSync(path);

    expect(open).toThrow(
      expect.objectContaining({
        code: "ERR_STORAGE_NEWER",
        message: `the database ${path} has schema version 99; this Watchfire knows versions up to 14`,
      }),
    );
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it("F72 opens on a full disk with the room of the reserve, and refuses where there is none", async () => {
    await fill(3);
    const reserve = `${path}.reserve`;
    // A disk that is full to the last byte: the database has room only once the reserve has made some.
    const hasRoom = (): boolean => dataFiles.sizeBytes(reserve) === 0;
    const files: DataFiles = {
      ...dataFiles,
      createPrivate(file) {
        if (file === path && !hasRoom()) throw new Database.SqliteError("disk I/O error", "SQLITE_IOERR_SHMSIZE");
        dataFiles.createPrivate(file);
      },
      reserve: () => false,
    };

    const { store } = openTestStore({ clock, directory, files });
    await store.commit({ ...emptyChange, outbox: [outboxRow("row-after")] });

    expect((await store.facts()).resultsCount).toBe(3);
    expect(dataFiles.sizeBytes(reserve)).toBe(0);
    await store.close();
    const full: DataFiles = {
      ...files,
      createPrivate: (file) => {
        if (file === path) throw new Database.SqliteError("database or disk is full", "SQLITE_FULL");
        dataFiles.createPrivate(file);
      },
    };
    expect(() => openTestStore({ clock, directory, files: full })).toThrow(
      expect.objectContaining({ code: "ERR_STORAGE_FULL" }),
    );
  });

  it("takes over from version 8 what was not heard, and lets who was told instead hear the end", async () => {
    await open().store.close();
    const db = new Database(path);
    db.exec("DROP INDEX outbox_due; DROP TABLE outbox_claims; DROP TABLE beginnings");
    db.exec("CREATE TABLE unheard (outlet TEXT, fingerprint TEXT, at_ms INTEGER, heirs TEXT)");
    db.pragma("user_version = 8");
    const told = [{ receiver: "voice", recipient: "ann", atMs: 1 }];
    const bodies = {
      i1: { id: "i1", status: "open", members: ["a", "b"], told },
      i2: { id: "i2", status: "open", members: ["c"] },
      i3: { id: "i3", status: "resolved", members: ["d"] },
      i4: { id: "i4", status: "open", members: ["e"] },
    };
    for (const body of Object.values(bodies))
      db.prepare("INSERT INTO incidents VALUES (?, ?, 0, ?)").run(body.id, body.status, JSON.stringify(body));
    const heir = (receiver: string, recipient?: string) => ({ receiver, integration: 0, endpoint: "x", recipient });
    const voice = heir("voice", "ann");
    for (const [fingerprint, heirs] of [
      ["a", [heir("backup"), voice]],
      ["b", [heir("backup"), { ...heir("backup"), integration: 1 }, heir("voice", "bob")]],
      ["c", [heir("backup")]],
      ["d", [heir("backup")]],
      ["e", []],
    ] as const)
      db.prepare('INSERT INTO unheard VALUES (\'["ops",0,"x",""]\', ?, 5, ?)').run(fingerprint, JSON.stringify(heirs));
    db.close();

    const { store } = open();
    const after = new Map((await store.incidents(9)).map((incident) => [incident.id, incident.told]));
    await store.close();

    const backup = { receiver: "backup", atMs: 5, heardOf: 0 };
    const bob = { receiver: "voice", recipient: "bob", atMs: 5, heardOf: 0, also: ["b"] };
    expect(after.get("i1")).toEqual([...told, { ...backup, also: ["a", "b"] }, bob]);
    expect([after.get("i2"), after.get("i3"), after.get("i4")]).toEqual([
      [{ ...backup, also: ["c"] }],
      undefined,
      undefined,
    ]);
    const upgraded = new Database(path, { readonly: true });
    expect(upgraded.prepare("SELECT fingerprint FROM beginnings WHERE is_heard = 0 ORDER BY 1").pluck().all()).toEqual([
      "a",
      "b",
      "c",
      "d",
      "e",
    ]);
    upgraded.close();
  });

  it("takes over from version 9 what waits to be told of alerts, so that no end goes first", async () => {
    const { store } = open();
    const alerts = [anAlert({ fingerprint: "a" }), anAlert({ fingerprint: "b", status: "resolved" })];
    const told = notification({ alerts, recipient: "李" });
    const accepted = { externalId: "CA1", atMs: 5, endpoint: "voice", detail: "" };
    const outbox = [
      outboxRow("chat", { notification: told, notBeforeMs: 500 }),
      outboxRow("mail", { notification: told, isPersonal: true, receiver: "mail" }),
      outboxRow("call", { notification: told, accepted }),
    ];
    await store.commit({ ...emptyChange, outbox });
    await store.close();
    const db = new Database(path);
    const all = db.prepare("SELECT * FROM outbox_claims ORDER BY seq, fingerprint");
    const before = all.all();
    expect(before).toHaveLength(4);
    db.exec(
      "DROP INDEX outbox_due; DROP TABLE outbox_claims; ALTER TABLE beginnings DROP COLUMN starts_ms; ALTER TABLE beginnings DROP COLUMN missed_ms",
    );
    db.pragma("user_version = 9");
    db.close();

    await open().store.close();

    const upgraded = new Database(path, { readonly: true });
    expect(upgraded.prepare("SELECT * FROM outbox_claims ORDER BY seq, fingerprint").all()).toEqual(before);
    upgraded.close();
  });

  it("refuses a database of another program", async () => {
    await open().store.close();
    const strange = new Database(join(directory, "data", "other.db"));
    strange.exec("CREATE TABLE theirs (a)");
    strange.close();

    expect(() => openTestStore({ clock, directory, file: "other.db" })).toThrow(
      expect.objectContaining({ code: "ERR_STORAGE_IO", message: expect.stringContaining("another program") }),
    );
  });

  it("F76 refuses a second opening, and lets a third in when the first has closed", async () => {
    const { store } = open();
    expect(open).toThrow(expect.objectContaining({ code: "ERR_STORAGE_IN_USE" }));
    await store.close();

    await open().store.close();
  });

  it.each([
    ["is no database", () => writeFileSync(path, "not a database at all, but long enough to be looked at".repeat(100))],
    ["has a broken page", () => overwrite(path, 4096 * 3, 4096)],
    ["has a broken header", () => overwrite(path, 0, 60)],
    ["is cut off", () => truncateSync(path, Math.floor(statSync(path).size / 8192) * 4096 + 100)],
  ])("F74 puts a file aside that %s, and begins afresh", async (_name, damage) => {
    await fill(300);
    damage();
    const damaged = readFileSync(path);
    const { store, opening } = open();

    expect(opening.setAside?.path).toMatch(/watchfire\.db\.corrupt-20261123T020000\.000Z$/);
    expect(readFileSync(opening.setAside?.path ?? "").equals(damaged)).toBe(true);
    expect(await store.results({ ...subject, target: "t1" }, 0, Infinity, 9)).toEqual([]);
    await store.commit({ ...emptyChange, results: [resultAt(5)] });
    await store.close();
    const again = open();
    expect(again.opening).toEqual({});
    expect(await again.store.results(subject, 0, Infinity, 9)).toEqual([resultAt(5)]);
    await again.store.close();
  });

  it("F74 opens an empty file, as a crash at first start leaves it", async () => {
    await open().store.close();
    for (const name of readdirSync(dirname(path))) truncateSync(join(dirname(path), name));
    const { store, opening } = open();

    expect(opening).toEqual({});
    await store.close();
  });

  it("writes ahead to a log", async () => {
    const { store } = open();
    const reader = new Database(path, { readonly: true });
    expect(reader.pragma("journal_mode", { simple: true })).toBe("wal");
    reader.close();

    await store.close();
  });

  it.each([
    ["3.51.2", false],
    ["3.51.3", true],
    ["3.52.0", true],
    ["4.0.0", true],
    ["3.9.9", false],
  ])("takes SQLite %s for safe: %s", (version, safe) => {
    expect(isSafeVersion(version)).toBe(safe);
  });
});

function overwrite(path: string, position: number, sizeBytes: number): void {
  const file = openSync(path, "r+");
  writeSync(file, Buffer.alloc(sizeBytes, 0xa5), 0, sizeBytes, position);
  closeSync(file);
}
