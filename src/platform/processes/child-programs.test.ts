import { describe, expect, it } from "vitest";
import { FakeClock } from "../../../test/support/fakes/fake-clock.ts";
import type { ProgramRun } from "../../core/ports/programs.ts";
import { ChildPrograms } from "./child-programs.ts";

const never = new AbortController().signal;
const clock = new FakeClock();
const programs = new ChildPrograms(clock);

function script(code: string, overrides: Partial<ProgramRun> = {}): ProgramRun {
  const command = [process.execPath, "-e", code] as const;
  return { command: [...command], stdin: "told", env: {}, limitMs: 5000, mostOutputBytes: 1000, ...overrides };
}

describe("platform/processes/child-programs", () => {
  it("hands over what it is told and gives back what the program says", async () => {
    const code =
      "process.stdin.on('data', (d) => { console.log('got ' + d); console.error('bad'); process.exitCode = 75; })";

    expect(await programs.run(script(code), never)).toEqual({
      ok: true,
      exitCode: 75,
      stdout: "got told\n",
      stderr: "bad\n",
    });
  });

  it("lets no shell read an argument", async () => {
    const { command } = script("console.log(process.argv[1])");
    const hostile = '$(id); `id` && echo "*" > /tmp/x';

    expect(await programs.run(script("", { command: [...command, hostile] }), never)).toMatchObject({
      stdout: `${hostile}\n`,
    });
  });

  it("passes on none of our own environment but what programs need, and what it is given", async () => {
    process.env["WATCHFIRE_TEST_SECRET"] = "x";
    const end = await programs.run(script("console.log(JSON.stringify(process.env))", { env: { GIVEN: "y" } }), never);
    delete process.env["WATCHFIRE_TEST_SECRET"];

    expect(end).toMatchObject({ ok: true, stdout: expect.stringContaining('"GIVEN":"y"') });
    expect(JSON.stringify(end)).not.toContain("WATCHFIRE_TEST_SECRET");
  });

  it("does without a program that reads nothing of what it is told", async () => {
    expect(await programs.run(script("", { stdin: "x".repeat(1_000_000) }), never)).toMatchObject({
      ok: true,
      exitCode: 0,
    });
  });

  it("kills what writes too much", async () => {
    const end = await programs.run(script("for (;;) console.log('x'.repeat(1000))"), never);

    expect(end).toMatchObject({ ok: false, reason: "too_much_output", hasRun: true });
  });

  it("kills at the limit, with all that the program has started", async () => {
    const running = programs.run(
      script(
        "require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' }); setInterval(() => {}, 1000)",
      ),
      never,
    );
    await clock.advance(5000);

    expect(await running).toEqual({ ok: false, reason: "timeout", detail: "it did not end in time", hasRun: true });
  });

  it("kills when it is called off, and starts nothing after that", async () => {
    const abort = new AbortController();
    const running = programs.run(script("setInterval(() => {}, 1000)"), abort.signal);
    abort.abort();

    expect(await running).toMatchObject({ reason: "timeout", hasRun: true });
    expect(await programs.run(script(""), abort.signal)).toMatchObject({ reason: "timeout", hasRun: false });
  });

  it.each([
    ["/no/such/program", "not_found"],
    ["/etc/passwd", "permission"],
    ["\0", "failed"],
  ])("says why %j does not start", async (program, reason) => {
    expect(await programs.run(script("", { command: [program] }), never)).toMatchObject({
      ok: false,
      reason,
      hasRun: false,
    });
  });

  it("says that a program was ended by a signal", async () => {
    expect(
      await programs.run(script("process.kill(process.pid, 'SIGTERM'); setInterval(() => {}, 1000)"), never),
    ).toMatchObject({
      reason: "signal",
      detail: "it was ended by SIGTERM",
    });
  });
});
