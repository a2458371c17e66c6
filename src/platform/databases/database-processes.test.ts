import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { builtDatabases } from "../../../test/support/daemons/database-port.ts";
import type { DatabaseJob } from "../../core/ports/databases.ts";

let directory = "";

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "watchfire-databases-"));
  await writeFile(join(directory, "empty.db"), "");
});

afterAll(() => rm(directory, { recursive: true, force: true }));

const never = new AbortController().signal;
const job = (query: string): DatabaseJob => ({
  driver: "sqlite",
  path: join(directory, "empty.db"),
  queries: [query],
  statementLimitMs: 1000,
  mostRows: 10,
  mostBytes: 1000,
});
const endless = (): DatabaseJob =>
  job("with recursive t(n) as (select 1 union all select n + 1 from t) select count(*) from t");

describe("platform/databases/database-processes", () => {
  it("runs eight sessions at a time; the others wait until one ends", async () => {
    const sessions = Array.from({ length: 9 }, () => builtDatabases.open(endless(), never));
    const ninth = sessions[8]?.next();
    await Promise.all(sessions.slice(0, 8).map((session) => session.next()));
    let hasBegun = false;
    void ninth?.then(() => {
      hasBegun = true;
    });
    await new Promise((resolve) => setImmediate(resolve));

    expect(hasBegun).toBe(false);
    sessions[0]?.close();
    expect(await ninth).toEqual({ kind: "ready" });
    for (const session of sessions) session.close();
  });

  it("starts nothing for a run that is over, and nothing for one that ends while it waits", async () => {
    const sessions = Array.from({ length: 8 }, () => builtDatabases.open(endless(), never));
    const over = new AbortController();
    const waiting = builtDatabases.open(endless(), over.signal);
    over.abort();

    expect(await waiting.next()).toEqual({ kind: "end" });
    expect(await builtDatabases.open(endless(), over.signal).next()).toEqual({ kind: "end" });
    for (const session of sessions) session.close();
    expect(await builtDatabases.open(job("select 1"), never).next()).toEqual({ kind: "ready" });
  });

  it("says that a driver gave up whose process ends", async () => {
    const session = builtDatabases.open({ ...endless(), driver: "none" as "sqlite" }, never);

    expect(await session.next()).toMatchObject({ kind: "broken" });
    expect(await session.next()).toMatchObject({ kind: "broken" });
  });
});
