import { createHash } from "node:crypto";
import { mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { probeContext, probeIo } from "../../../test/support/worlds/probe-harness.ts";
import type { Observation } from "../../core/checks/result.ts";
import type { Json } from "../../core/json.ts";
import { systemClock } from "../../platform/clock.ts";
import { createFiles } from "../../platform/files/files.ts";
import { systemStoredFiles } from "../../platform/files/stored-files.ts";
import { file } from "./file.ts";

const nowMs = Date.UTC(2026, 10, 22, 0, 30); // 08:30 in Shanghai
const hourMs = 3_600_000;
const timeZone = "Asia/Shanghai";
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "watchfire-file-"));
});

afterEach(async () => {
  await rm(directory, { recursive: true });
});

async function put(name: string, agoMs: number, content: string | Uint8Array = "x".repeat(2048)): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, content);
  await utimes(path, (nowMs - agoMs) / 1000, (nowMs - agoMs) / 1000);
  return path;
}

function run(options: Record<string, unknown> = {}, memory?: Json, pattern = "*.tar"): Promise<Observation> {
  const io = probeIo({ storedFiles: systemStoredFiles, files: createFiles(systemClock) });
  const context = probeContext({ address: join(directory, pattern), startedAtMs: nowMs, memory, timeZone });
  return file.open(options, io).run(context);
}

function told({ findings }: Observation): readonly string[] {
  return findings.map((finding) => `${finding.is} ${finding.reason}: ${finding.detail}`);
}

function valueOf({ samples }: Observation, metric: string): number | undefined {
  return samples.find((sample) => sample.metric === metric)?.value;
}

describe("probes/file", () => {
  it("is up while a file came in time", async () => {
    await put("old.tar", 30 * hourMs);
    await put("new.tar", 6 * hourMs);

    const observation = await run({ due: "daily 05:00", min_size: "1KiB", count: { min: 2 } });

    expect(observation.findings).toEqual([]);
    expect(observation.evidence).toMatchObject({ matches: 2, newest: [{ size_bytes: 2048 }, { size_bytes: 2048 }] });
    expect(valueOf(observation, "probe_file_matches")).toBe(2);
    expect(valueOf(observation, "probe_file_newest_size_bytes")).toBe(2048);
    expect(valueOf(observation, "probe_file_due_timestamp_seconds")).toBe(Date.UTC(2026, 10, 21, 21) / 1000);
    expect(valueOf(observation, "probe_file_missed")).toBe(0);
  });

  it.each([
    // 02:14 two days ago: neither yesterday's nor today's came.
    [54.3, "down late: no file came for 2026-11-22 05:00: the newest is of 2026-11-20 02:12; 2 are missing"],
    [30, "down late: no file came for 2026-11-22 05:00: the newest is of 2026-11-21 02:30"],
    // Yesterday's came late, at 05:30: it does not stand in for today's.
    [27, "down late: no file came for 2026-11-22 05:00: the newest is of 2026-11-21 05:30"],
  ])("says what is missing when the newest file is %d hours old", async (hours, finding) => {
    await put("a.tar", hours * hourMs);

    expect(told(await run({ due: "daily 05:00" }))).toEqual([finding]);
  });

  it("says that there is no file at all", async () => {
    expect(told(await run({ due: "daily 05:00" }))).toEqual([
      "down late: no file came for 2026-11-22 05:00: there is none",
    ]);
    expect(told(await run())).toEqual([`down late: no file matches ${join(directory, "*.tar")}`]);
    expect(told(await run({}, undefined, "none/*.tar"))).toEqual([
      `down late: no file matches ${join(directory, "none/*.tar")}`,
    ]);
    expect(told(await run({}, undefined, ""))).toEqual([
      `down late: no file matches ${directory}: that is a directory, write ${join(directory, "*")}`,
    ]);
  });

  it.each([
    [{ max_age: "5h" }, ["down too_old: the newest file is 6h old, more than 5h"]],
    [{ max_age: "7h" }, []],
    [{ min_size: "4KiB" }, ["down too_small: the newest file has 2 KiB, expected at least 4 KiB"]],
    [{ max_size: "1KiB" }, ["down threshold: the newest file has 2 KiB, expected at most 1 KiB"]],
    [{ count: { min: 2 } }, ["down threshold: 1 files match, expected at least 2"]],
    [{ count: { max: 0 } }, ["flaw threshold: 1 files match, expected at most 0"]],
    [
      { free_space: { warning: "100%" } },
      [expect.stringMatching(/^flaw threshold: .* are left where the files are, less than/)],
    ],
    [{ free_space: { critical: "1KiB" } }, []],
  ])("judges by %j", async (options, findings) => {
    await put("a.tar", 6 * hourMs);

    expect(told(await run(options))).toEqual(findings);
  });

  it("warns when a file shrank against the one before, also after another look at the same", async () => {
    await put("a.tar", 30 * hourMs, "x".repeat(10_000));
    const first = await run({ shrink_at_most: "40%" });
    await put("b.tar", 6 * hourMs, "x".repeat(5000));
    const second = await run({ shrink_at_most: "40%" }, first.memory);
    const third = await run({ shrink_at_most: "40%" }, second.memory);

    expect(told(first)).toEqual([]);
    for (const observation of [second, third]) {
      expect(told(observation)).toEqual([
        "flaw too_small: the newest file has 4.88 KiB, 50 % less than the one before (9.77 KiB)",
      ]);
    }
  });

  it("does not judge what is still being written, and knows that it is there", async () => {
    await put("a.tar", 26 * hourMs);
    await put("b.tar", 10_000, "part");

    const observation = await run({ due: "daily 05:00", min_size: "1KiB" });

    expect(observation.findings).toEqual([]);
    expect(valueOf(observation, "probe_file_newest_size_bytes")).toBe(2048);
  });

  it("compares the digest with the file beside it", async () => {
    const path = await put("a.tar", 6 * hourMs, "content");
    const missing = await run({ checksum: "sha256" });
    const digest = createHash("sha256").update("content").digest("hex");
    await writeFile(`${path}.sha256`, `${digest}  a.tar\n`);
    const good = await run({ checksum: "sha256" }, undefined, "*");
    await writeFile(
      `${path}.sha256`,
      `${digest.replace(/./, "g").replace("g", digest.startsWith("0") ? "1" : "0")}  a.tar\n`,
    );
    const bad = await run({ checksum: "sha256" });

    expect(told(missing)).toEqual(["down content_mismatch: a.tar.sha256 is not there, or holds no digest"]);
    expect(told(good)).toEqual([]);
    expect(valueOf(good, "probe_file_matches")).toBe(1);
    expect(told(bad)).toEqual(["down content_mismatch: a.tar has another sha256 than a.tar.sha256 says"]);
  });

  it("reads an archive once, and remembers what it found", async () => {
    const path = await put("a.tar", 6 * hourMs, "no archive");
    const first = await run({ archive: "verified" });
    await rm(path);
    const content = "no archive";
    await put("a.tar", 6 * hourMs, content);
    const second = await run({ archive: "verified" }, first.memory);

    expect(told(first)).toEqual(["down content_mismatch: a.tar: this is neither tar, gzip, zstd nor zip"]);
    expect(told(second)).toEqual(told(first));
  });

  it.each(["relative/*.tar", "", "/a\0b"])("refuses the target %j", (target) => {
    expect(() => file.locate(target)).toThrow();
  });

  it.each([
    { due: "daily 5:00" },
    { due: "sometimes" },
    { due: "daily 05:00", max_age: "1d" },
    { shrink_at_most: "40" },
  ])("refuses %j", (options) => {
    expect(file.options.safeParse(options).success).toBe(false);
  });
});
