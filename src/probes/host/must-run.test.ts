import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FakeClock } from "../../../test/support/fakes/fake-clock.ts";
import { linuxFacts } from "../../../test/support/worlds/host-source.ts";
import { probeContext, probeIo } from "../../../test/support/worlds/probe-harness.ts";
import type { Programs } from "../../core/ports/programs.ts";
import { createFiles } from "../../platform/files/files.ts";
import { ChildPrograms } from "../../platform/processes/child-programs.ts";
import { host } from "./host.ts";
import { judgeMustRun } from "./judge-must-run.ts";

const state = (name: string, value: number) => ({
  metric: "windows_service_state",
  labels: { name, state: "running" },
  value,
});

describe("probes/host: services that have to run", () => {
  it("judges each service that a pattern names, in any case, and misses one that is not there", () => {
    const samples = [state("MSSQL$MAIN", 1), state("PerforceA", 0), state("perforce-b", 1)];

    expect(judgeMustRun(["mssql$main", "Perforce*", "gitlab-runner"], samples).map(({ detail }) => detail)).toEqual([
      "the service PerforceA does not run",
      "there is no service gitlab-runner",
    ]);
    expect(judgeMustRun(["perforce"], samples)).toMatchObject([{ is: "flaw", severity: "critical" }]);
    expect(judgeMustRun([], samples)).toEqual([]);
  });
});

describe("probes/host with a program in systemctl's place", () => {
  let directory: string;
  let clock: FakeClock;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "watchfire-systemctl-"));
    clock = new FakeClock();
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  /** The system's programs, of which systemctl is a script. */
  function programs(script: string): Programs {
    const path = join(directory, "systemctl");
    writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    const real = new ChildPrograms(clock);
    return {
      run(run, signal) {
        const [program, ...args] = run.command;
        return real.run({ ...run, command: [program.endsWith("/systemctl") ? path : program, ...args] }, signal);
      },
    };
  }

  function open(script: string) {
    const options = { collectors: ["loadavg"], must_run: ["nginx", "redis"] };
    const io = { files: createFiles(clock), hostFacts: linuxFacts, programs: programs(script), monotonicMs: () => 0 };
    return host.open(options, probeIo(io));
  }

  it("asks systemctl because services have to run, and says which do not", async () => {
    const script =
      'case "$1" in list-units) echo "nginx.service loaded active running Web"; echo "redis.service loaded failed failed Store";; show) echo "Id=nginx.service";; esac';

    const { findings, samples } = await open(script).run(probeContext());

    expect(findings).toEqual([
      { is: "flaw", severity: "critical", reason: "threshold", detail: "the service redis.service does not run" },
    ]);
    expect(samples.filter(({ metric }) => metric === "node_load1")).toHaveLength(1);
  });

  it.each([
    ["fails", "echo no bus >&2; exit 1", "systemctl ended with 1: no bus"],
    ["writes without end", "yes", "it wrote more than"],
  ])("says that nothing was judged when systemctl %s, and loses nothing else", async (_, script, why) => {
    const context = probeContext();

    const { findings, samples } = await open(script).run(context);

    expect(findings).toMatchObject([
      { is: "flaw", severity: "warning", detail: expect.stringContaining("not judged") },
    ]);
    expect(context.notes.join()).toContain(why);
    expect(samples.filter(({ metric }) => metric === "node_load1")).toHaveLength(1);
  });

  it("ends a systemctl that hangs after five seconds", async () => {
    const started = join(directory, "started");
    const context = probeContext();
    const running = open(`touch ${started}; sleep 600`).run(context);
    await expect.poll(() => createFiles(clock).listKernelDirectory(directory)).toContain("started");
    await clock.advance(5000);

    const { samples } = await running;

    expect(context.notes.join()).toContain("systemctl: it did not end in time");
    expect(samples.filter(({ metric }) => metric === "node_load1")).toHaveLength(1);
  });
});
