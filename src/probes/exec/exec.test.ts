import { chmod, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startNetworkRun } from "../../../test/support/worlds/http-run.ts";
import { probeContext, probeIo } from "../../../test/support/worlds/probe-harness.ts";
import type { Observation } from "../../core/checks/result.ts";
import { systemClock } from "../../platform/clock.ts";
import { ChildPrograms } from "../../platform/processes/child-programs.ts";
import { exec } from "./exec.ts";

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "watchfire-exec-"));
});

afterEach(async () => {
  await rm(directory, { recursive: true });
});

async function plugin(code: string, name = "check"): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, `#!/bin/sh\n${code}\n`, { mode: 0o755 });
  return path;
}

type Further = Readonly<{ args?: readonly (string | number)[]; env?: Record<string, string>; address?: string }>;

function runAt(path: string, { args = [], env = {}, address = "localhost" }: Further = {}) {
  const context = probeContext({ address });
  const io = probeIo({ programs: new ChildPrograms(systemClock) });
  const observation = exec
    .open({ command: [path, ...args], directories: [directory], environment: env }, io)
    .run(context);
  return { context, observation };
}

async function run(code: string, further: Further = {}): Promise<Observation> {
  return runAt(await plugin(code), further).observation;
}

function told({ findings }: Observation): readonly string[] {
  return findings.map((finding) => `${finding.is} ${finding.reason}: ${finding.detail}`);
}

describe("probes/exec", () => {
  it("names the plugin that ran out of time", async () => {
    const path = await plugin("sleep 60");
    const options = { command: [path], directories: [directory] };
    const ports = { programs: new ChildPrograms(systemClock) };
    const run = startNetworkRun(exec, "localhost", options, { ports });

    run.cancel();

    const { headline } = (await run.outcome).result;
    expect(headline).toMatchObject({ is: "unknown", reason: "lookup_failed" });
    expect(headline?.detail).toContain(`plugin ${path}: not finished within`);
  });

  it.each([
    [0, []],
    [1, ["flaw assertion: DISK: a line"]],
    [2, ["down assertion: DISK: a line"]],
    [3, ["unknown lookup_failed: DISK: a line"]],
    [127, ["unknown parse: exit code 127 means nothing (0 up, 1 warning, 2 down, 3 unknown): DISK: a line"]],
  ])("takes exit code %i for what it means", async (exitCode, findings) => {
    const observation = await run(`echo "DISK: a line | /=1GB;2;3"; echo more; exit ${exitCode}`);

    expect(told(observation)).toEqual(findings);
    expect(observation.samples).toContainEqual({ metric: "probe_exec_exit_code", labels: {}, value: exitCode });
    expect(observation.samples).toContainEqual({
      metric: "probe_exec_value",
      labels: { label: "/", unit: "bytes" },
      value: 2 ** 30,
    });
  });

  it("makes series of values and of both ends of their ranges", async () => {
    const { samples } = await run(`echo "OK | t=5ms;10:20;@~:7 n=4c;;;0;9"`);

    expect(samples.map(({ metric, labels, value }) => `${metric} ${Object.values(labels).join(" ")} ${value}`)).toEqual(
      [
        "probe_exec_exit_code  0",
        "probe_exec_value t seconds 0.005",
        "probe_exec_limit t seconds warning low outside 0.01",
        "probe_exec_limit t seconds warning high outside 0.02",
        "probe_exec_limit t seconds critical high inside 0.007",
        "probe_exec_count_total n 4",
        "probe_exec_minimum n  0",
        "probe_exec_maximum n  9",
      ],
    );
  });

  it("notes values with their ranges", async () => {
    const { context, observation } = runAt(await plugin(`echo "OK | a=1;10:20;~:5 b=2s;5:;@1:2 junk"`));
    await observation;

    expect(context.notes).toEqual([
      "a = 1 (warning outside 10 to 20, critical above 5)",
      "b = 2 seconds (warning below 5, critical from 1 to 2)",
      "1 values of the performance data are left out: they repeat, are too many or have no form",
    ]);
  });

  it("lets arguments take up the target, and no shell read them", async () => {
    const observation = await run(`echo "$1/$2/$3"; exit 2`, { args: ["{target}", "$(id);", 5], address: "db-1" });

    expect(told(observation)).toEqual(["down assertion: db-1/$(id);/5"]);
  });

  it("passes on no environment but its own, and shows no secret of it", async () => {
    process.env["WATCHFIRE_TEST_SECRET"] = "x";
    const observation = await run(`echo "$WATCHFIRE_TEST_SECRET-$PASSWORD"; echo "$PASSWORD" >&2; exit 2`, {
      env: { PASSWORD: "CANARY" },
    });
    delete process.env["WATCHFIRE_TEST_SECRET"];

    expect(told(observation)).toEqual(["down assertion: -<secret>"]);
    expect(JSON.stringify(observation)).not.toContain("CANARY");
  });

  it.each([
    ["echo no module >&2; exit 2", "down assertion: no module"],
    ["exit 1", "flaw assertion: the plugin said nothing and ended with exit code 1"],
    ["kill -9 $$", "unknown local_resources: {}: it was ended by SIGKILL"],
    [
      "while :; do echo xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; done",
      "unknown parse: {}: it wrote more than 65536 bytes",
    ],
    [`printf 'bad \\033[31m\\r\\nmore\\n'; exit 2`, "down assertion: bad [31m"],
  ])("says what is wrong with %j", async (code, finding) => {
    expect(told(await run(code))).toEqual([finding.replace("{}", join(directory, "check"))]);
  });

  it("runs nothing that lies elsewhere, also by a link, that everybody may exchange, or that is not there", async () => {
    const link = join(directory, "link");
    await symlink("/bin/true", link);
    const open = await plugin("exit 0", "open");
    await chmod(open, 0o777);
    const dull = await plugin("exit 0", "dull");
    await chmod(dull, 0o644);

    for (const [path, finding] of [
      [link, /^unknown permission: .*\/true is in none of the allowed directories \(\/.*\)$/],
      [`${directory}/../../bin/true`, /^unknown permission: .*in none of the allowed directories \(\/.*\)$/],
      [open, /^unknown permission: .*: everybody may write to .*\/open$/],
      [dull, /^unknown permission: .*: it may not be run$/],
      [join(directory, "none"), /^unknown driver_missing: .*: there is no such program$/],
    ] as const) {
      expect(told(await runAt(path).observation)[0]).toMatch(finding);
    }
  });

  it("runs a link within the directory under its own name", async () => {
    const path = await plugin("exit 0");
    const link = join(directory, "check_other");
    await symlink(path, link);

    expect(told(await runAt(link).observation)).toEqual([]);
  });

  it.each(["", "-x", "a b", "u@h", "h?x", "a\nb"])("refuses the target %j", (target) => {
    expect(() => exec.locate(target)).toThrow();
  });

  it.each([
    {},
    { command: [] },
    { command: ["check_load"] },
    { command: "/bin/true" },
    { command: ["/bin/true", "a\0b"] },
    { command: ["/bin/true"], directories: [] },
    { command: ["/bin/true"], directories: ["plugins"] },
    { command: ["/bin/true"], environment: { "A-B": "x" } },
  ])("refuses %j", (options) => {
    expect(exec.options.safeParse(options).success).toBe(false);
  });
});
