import { execFileSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { LogSink } from "./log-sink.ts";

const directory = mkdtempSync(join(tmpdir(), "watchfire-log-"));
const opened: number[] = [];

function open(path: string): number {
  const fd = openSync(path, "a+");
  opened.push(fd);
  return fd;
}

afterEach(() => {
  for (const fd of opened.splice(0)) closeSync(fd);
  rmSync(directory, { recursive: true, force: true });
});

describe("platform/files/log-sink", () => {
  it("writes lines in their order", async () => {
    const path = join(directory, "log");
    execFileSync("mkdir", ["-p", directory]);
    const sink = new LogSink(open(path));

    for (let line = 1; line <= 100; line += 1) sink.write(`${line}\n`);
    await sink.flush(5000);

    expect(readFileSync(path, "utf8").split("\n").slice(0, 100).map(Number)).toEqual(
      Array.from({ length: 100 }, (_, index) => index + 1),
    );
  });

  it.runIf(process.platform === "linux")("goes on when the disk is full", async () => {
    const sink = new LogSink(open("/dev/full"));

    sink.write("lost\n");
    await sink.flush(5000);
    sink.write("lost, too\n");
    await sink.flush(5000);

    expect(sink.dropped).toBe(0);
  });

  it("keeps a bounded backlog and counts what it drops", () => {
    const sink = new LogSink(open("/dev/null"));

    for (let line = 0; line < 50; line += 1) sink.write("x".repeat(1024 * 1024));

    expect(sink.dropped).toBeGreaterThan(0);
  });
});
