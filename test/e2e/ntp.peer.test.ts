import { type ChildProcess, spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it, type TestContext, vi } from "vitest";
import type { Result } from "../../src/core/checks/result.ts";
import { ntp } from "../../src/probes/ntp/ntp.ts";
import { peer } from "../support/daemons/peers.ts";
import { reasonsOf, sampleOf, startNetworkRun } from "../support/worlds/http-run.ts";

let daemon: ChildProcess | undefined;
let directory = "";

afterEach(async () => {
  if (daemon !== undefined && daemon.exitCode === null) {
    daemon.kill("SIGKILL");
    await once(daemon, "close");
  }
  daemon = undefined;
  await rm(directory, { recursive: true, force: true });
});

async function freePort(): Promise<number> {
  const socket = createSocket("udp4");
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", () => resolve()));
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(() => resolve()));
  return port;
}

/** Starts chronyd without the right to set a clock, and runs until it serves. */
async function probeChrony(context: TestContext, ...lines: readonly string[]): Promise<Result> {
  const chronyd = peer(context, "chronyd", "chrony");
  directory = await mkdtemp(join(tmpdir(), "watchfire-ntp-"));
  const port = await freePort();
  const config = [
    `port ${port}`,
    "bindaddress 127.0.0.1",
    "cmdport 0",
    "allow 127.0.0.0/8",
    `user ${userInfo().username}`,
    `pidfile ${join(directory, "chronyd.pid")}`,
    "bindcmdaddress /",
    ...lines,
  ];
  await writeFile(join(directory, "chrony.conf"), `${config.join("\n")}\n`);
  daemon = spawn(chronyd, ["-d", "-x", "-f", join(directory, "chrony.conf")], { stdio: "ignore" });
  let result: Result | undefined;
  await vi.waitFor(
    async () => {
      result = (await startNetworkRun(ntp, `127.0.0.1:${port}`).outcome).result;
      expect(result.headline?.reason).not.toBe("refused");
    },
    { timeout: 20_000, interval: 100 },
  );
  if (result === undefined) throw new Error("the probe did not run");
  return result;
}

describe("probes/ntp beside chrony", () => {
  it("finds the clock that both share", async (context: TestContext) => {
    const result = await probeChrony(context, "local stratum 8");

    expect([result.verdict, ...reasonsOf(result)]).toEqual(["up"]);
    expect(sampleOf(result, "probe_ntp_stratum")).toBe(8);
    expect(Math.abs(sampleOf(result, "probe_ntp_offset_seconds") ?? 9)).toBeLessThan(60);
  });

  it("is down for a server that follows nobody", async (context: TestContext) => {
    const result = await probeChrony(context);

    expect(reasonsOf(result)).toEqual(["down status"]);
    expect(result.headline?.detail).toContain("not synchronised");
  });
});
