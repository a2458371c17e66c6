import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ProbeIo } from "../../src/core/checks/probe.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { createResolver } from "../../src/platform/dns/resolver.ts";
import { createFiles } from "../../src/platform/files/files.ts";
import { systemStoredFiles } from "../../src/platform/files/stored-files.ts";
import { systemHostFacts } from "../../src/platform/host-facts.ts";
import { SystemPings } from "../../src/platform/ping/system-pings.ts";
import { ChildPrograms } from "../../src/platform/processes/child-programs.ts";
import type { Run } from "../../src/scheduler/runner.ts";
import { startSpeaker } from "../contract/hostile/hostile-run.ts";
import { asksAnother, localSpeakers, namedSpeakers } from "../contract/hostile/speakers.ts";
import { limitDescriptors, withoutDescriptors } from "../support/daemons/descriptors.ts";
import { DnsServer } from "../support/servers/dns-server.ts";

const programs = new ChildPrograms(systemClock);
const ports: Partial<ProbeIo> = {
  programs,
  pings: new SystemPings(programs),
  storedFiles: systemStoredFiles,
  files: createFiles(systemClock),
  hostFacts: systemHostFacts,
};
let names: DnsServer;
let raiseLimit = (): void => {};

beforeAll(async () => {
  names = await DnsServer.start();
  names.set("shop.test", { a: ["127.0.0.1"] });
  raiseLimit = limitDescriptors();
});

afterAll(async () => {
  raiseLimit();
  await names.close();
});

const runWithout = (start: () => Run): Promise<Awaited<Run["outcome"]>> => withoutDescriptors(() => start().outcome);

describe("without descriptors left", () => {
  it.each(Object.entries(namedSpeakers))("F15 %s says nothing of its target", async (name, speaker) => {
    const { result, threw } = await runWithout(() => startSpeaker(speaker, { port: 9, ports }));

    expect({ threw, verdict: result.verdict }).toEqual({ threw: false, verdict: "unknown" });
    expect(result.headline?.reason).toBe(asksAnother(name) ? "lookup_failed" : "local_resources");
    expect(result.headline?.detail).toMatch(/too many open files|EMFILE/);
  });

  it.each(Object.entries(namedSpeakers))("F15 %s says nothing of a name either", async (_, speaker) => {
    const resolver = createResolver({ clock: systemClock, servers: [names.address], hostsFile: "/dev/null" });
    const given = { host: "shop.test", port: 9, ports: { ...ports, resolver } };

    const { result, threw } = await runWithout(() => startSpeaker(speaker, given));

    expect({ threw, verdict: result.verdict }).toEqual({ threw: false, verdict: "unknown" });
  });

  it.each(Object.entries(localSpeakers))("F15 %s says nothing of what lies on this machine", async (name, speaker) => {
    const given = { host: join(import.meta.dirname, "../support/certificates"), port: 0, ports };

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
