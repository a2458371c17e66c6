import { execFileSync } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ProbeIo } from "../../../src/core/probe.ts";
import { ChildPrograms } from "../../../src/platform/child-programs.ts";
import { systemClock } from "../../../src/platform/clock.ts";
import { createResolver } from "../../../src/platform/dns/resolver.ts";
import { createFiles } from "../../../src/platform/files.ts";
import { systemHostFacts } from "../../../src/platform/host-facts.ts";
import { SystemPings } from "../../../src/platform/ping/system-pings.ts";
import { systemStoredFiles } from "../../../src/platform/stored-files.ts";
import type { Run } from "../../../src/scheduler/runner.ts";
import { DnsServer } from "../../support/dns-server.ts";
import { startSpeaker } from "./hostile-run.ts";
import { localSpeakers, namedSpeakers } from "./speakers.ts";

const programs = new ChildPrograms(systemClock);
const ports: Partial<ProbeIo> = {
  programs,
  pings: new SystemPings(programs),
  storedFiles: systemStoredFiles,
  files: createFiles(systemClock),
  hostFacts: systemHostFacts,
};
/** More than this process has open, so that only a few hundred are missing. */
const mostDescriptors = 512;
let names: DnsServer;
let limit = "";

beforeAll(async () => {
  names = await DnsServer.start();
  names.set("shop.test", { a: ["127.0.0.1"] });
  limit = prlimit("--nofile", "--output=SOFT", "--noheadings").trim();
  prlimit(`--nofile=${mostDescriptors}:`);
});

afterAll(async () => {
  prlimit(`--nofile=${limit}:`);
  await names.close();
});

function prlimit(...options: readonly string[]): string {
  return execFileSync("/usr/bin/prlimit", ["--pid", String(process.pid), ...options], { encoding: "utf8" });
}

/** Starts a run while this process can open nothing more, and lets it end so. */
async function runWithout(start: () => Run): Promise<Awaited<Run["outcome"]>> {
  const taken: number[] = [];
  try {
    while (takeOne(taken));
    return await start().outcome;
  } finally {
    for (const descriptor of taken) closeSync(descriptor);
  }
}

function takeOne(taken: number[]): boolean {
  try {
    return taken.push(openSync("/dev/null", "r")) > 0;
  } catch (error) {
    expect(error).toMatchObject({ code: "EMFILE" });
    return false;
  }
}

describe("without descriptors left", () => {
  it.each(Object.entries(namedSpeakers))("F15 %s says nothing of its target", async (name, speaker) => {
    const { result, threw } = await runWithout(() => startSpeaker(speaker, { port: 9, ports }));

    expect({ threw, verdict: result.verdict }).toEqual({ threw: false, verdict: "unknown" });
    expect(result.headline?.reason).toBe(name.startsWith("domain") ? "lookup_failed" : "local_resources");
    expect(result.headline?.detail).toMatch(/too many open files|EMFILE/);
  });

  it.each(Object.entries(namedSpeakers))("F15 %s says nothing of a name either", async (_, speaker) => {
    const resolver = createResolver({ clock: systemClock, servers: [names.address], hostsFile: "/dev/null" });
    const given = { host: "shop.test", port: 9, ports: { ...ports, resolver } };

    const { result, threw } = await runWithout(() => startSpeaker(speaker, given));

    expect({ threw, verdict: result.verdict }).toEqual({ threw: false, verdict: "unknown" });
  });

  it.each(Object.entries(localSpeakers))("F15 %s says nothing of what lies on this machine", async (name, speaker) => {
    const given = { host: join(import.meta.dirname, "../../support/certificates"), port: 0, ports };

    const { result, threw } = await runWithout(() => startSpeaker(speaker, given));

    expect({ threw, verdict: result.verdict }).toEqual({ threw: false, verdict: "unknown" });
    // Of the kernel's files it is not told why one cannot be read.
    expect(result.headline?.reason).toBe(name === "host" ? "permission" : "local_resources");
  });

  it("F15 runs the same again as soon as there are descriptors", async () => {
    const { result } = await startSpeaker(localSpeakers.exec, { host: "", port: 0, ports }).outcome;

    expect(result.verdict).toBe("up");
  });
});
