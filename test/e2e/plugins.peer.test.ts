import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import type { Observation } from "../../src/core/checks/result.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { ChildPrograms } from "../../src/platform/processes/child-programs.ts";
import { exec } from "../../src/probes/exec/exec.ts";
import { peer } from "../support/daemons/peers.ts";
import { probeContext, probeIo } from "../support/worlds/probe-harness.ts";

function run(...command: readonly (string | number)[]): Promise<Observation> {
  const io = probeIo({ programs: new ChildPrograms(systemClock) });
  return exec.open({ command }, io).run(probeContext({ address: "127.0.0.1" }));
}

function values({ samples }: Observation): ReadonlyMap<string, number> {
  return new Map(samples.map(({ metric, labels, value }) => [[metric, ...Object.values(labels)].join(" "), value]));
}

describe("e2e/plugins", () => {
  it("takes over verdicts of the monitoring plugins", async (context) => {
    const dummy = peer(context, "check_dummy", "monitoring-plugins-basic");

    expect((await run(dummy, 0, "good")).findings).toEqual([]);
    expect((await run(dummy, 1, "fair")).findings).toMatchObject([{ is: "flaw", detail: "WARNING: fair" }]);
    expect((await run(dummy, 2, "bad")).findings).toMatchObject([{ is: "down", detail: "CRITICAL: bad" }]);
    expect((await run(dummy, 3, "none")).findings).toMatchObject([{ is: "unknown", detail: "UNKNOWN: none" }]);
  });

  it("takes over their figures in base units, with the ranges", async (context) => {
    const disk = peer(context, "check_disk", "monitoring-plugins-basic");
    const load = peer(context, "check_load", "monitoring-plugins-basic");

    const onDisk = values(await run(disk, "-w", "1%", "-c", "0%", "-p", "/"));
    const onLoad = values(await run(load, "-w", "9000,9000,9000", "-c", "9001,9001,9001"));

    expect(onDisk.get("probe_exec_value / bytes")).toBeGreaterThan(1e6);
    expect(onDisk.get("probe_exec_maximum / bytes")).toBeGreaterThan(onDisk.get("probe_exec_value / bytes") ?? 0);
    expect(onLoad.get("probe_exec_limit load15  critical high outside")).toBe(9001);
    expect(onLoad.has("probe_exec_value load5 ")).toBe(true);
  });

  it("lets a link within the directory do as its name says", async (context) => {
    const tcp = peer(context, "check_tcp", "monitoring-plugins-basic");
    const imap = peer(context, "check_imap", "monitoring-plugins-basic");
    const server = createServer((socket) =>
      socket
        .on("error", () => {})
        .resume()
        .end("* OK ready\r\n"),
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const open = await run(tcp, "-H", "{target}", "-p", port);
    const named = await run(imap, "-H", "{target}", "-p", port);
    await new Promise((resolve) => server.close(resolve));
    const closed = await run(tcp, "-H", "{target}", "-p", port);

    expect(open.findings).toEqual([]);
    expect(values(open).get("probe_exec_value time seconds")).toBeLessThan(10);
    expect(named.evidence).toMatchObject({ line: expect.stringMatching(/^IMAP OK/) });
    expect(closed.findings).toMatchObject([
      { is: "down", reason: "assertion", detail: expect.stringMatching(/refused/) },
    ]);
  });
});
