import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FakeClock } from "../../../test/support/fakes/fake-clock.ts";
import { FakePowerShell } from "../../../test/support/fakes/fake-power-shell.ts";
import type { ShellAnswer, ShellSession } from "../../core/ports/power-shell.ts";
import { windowsScript } from "../../probes/host/windows/script.ts";
import { createPowerShell } from "./power-shell.ts";

const never = new AbortController().signal;
const rows = { system: { Processes: 7 } };

describe("platform/power-shell", () => {
  let clock: FakeClock;
  let fake: FakePowerShell;
  let session: ShellSession;

  beforeEach(() => {
    clock = new FakeClock();
    fake = new FakePowerShell(rows);
    session = createPowerShell(clock, fake.command).open(windowsScript);
  });

  afterEach(() => {
    session.close();
    fake.remove();
  });

  function ask(): Promise<ShellAnswer> {
    return session.ask("system", 6000, never);
  }

  /** Asks something that is not answered, and lets the limit pass once the process is there to be ended. */
  async function askUntilTheLimit(): Promise<ShellAnswer> {
    const starts = fake.starts;
    const asked = session.ask("system", 60_000, never);
    await expect.poll(() => fake.starts).toBe(starts + 1);
    await clock.advance(30_000);
    return asked;
  }

  it("starts nothing before it is asked, and then one process for all questions", async () => {
    expect(fake.starts).toBe(0);

    const first = await ask();
    const second = await ask();

    expect(first).toEqual({ ok: true, line: expect.stringContaining('"rows":{"system":{"Processes":7}}') });
    expect(second).toMatchObject({ ok: true, line: expect.stringContaining('"watchfire":2') });
    expect([fake.starts, fake.alive]).toEqual([1, 1]);
  });

  it("finds the answer among noise, answers to nobody, other code pages and pieces", async () => {
    fake.set("mutters");

    expect(await ask()).toEqual({ ok: true, line: expect.stringMatching(/^\{.*"watchfire":1,.*\}$/) });
    expect(await ask()).toMatchObject({ ok: true });
    expect(fake.starts).toBe(1);
  });

  it("does not wait longer than it may, and gives no late answer to a later question", async () => {
    fake.set("hangs");
    const asked = ask();
    await expect.poll(() => fake.starts).toBe(1);
    await clock.advance(6000);

    expect(await asked).toEqual({ ok: false, reason: "slow", detail: "no answer within 6000 ms" });
    expect(await ask()).toMatchObject({ ok: false, reason: "busy" });
    expect(fake.starts).toBe(1);
  });

  it("stops waiting when it is called off", async () => {
    fake.set("hangs");
    const stop = new AbortController();
    const asked = session.ask("system", 60_000, stop.signal);
    stop.abort();

    expect(await asked).toMatchObject({ ok: false, reason: "slow" });
  });

  it("ends a process that hangs, rests longer each time, and is well again after an answer", async () => {
    fake.set("hangs");

    expect(await askUntilTheLimit()).toMatchObject({ ok: false, reason: "timeout" });
    await expect.poll(() => fake.alive).toBe(0);
    expect(await ask()).toMatchObject({ ok: false, reason: "resting", detail: expect.stringContaining("in 10 s") });
    await clock.advance(10_000);
    expect(await askUntilTheLimit()).toMatchObject({ ok: false, reason: "timeout" });
    await expect.poll(() => fake.alive).toBe(0);
    expect(await ask()).toMatchObject({ ok: false, reason: "resting", detail: expect.stringContaining("in 20 s") });
    fake.set("answers");
    await clock.advance(20_000);
    expect(await ask()).toMatchObject({ ok: true });
    expect([fake.starts, fake.alive]).toEqual([3, 1]);
  });

  it("says why a process ended, with what it complained of", async () => {
    fake.set("crashes");

    expect(await ask()).toEqual({
      ok: false,
      reason: "ended",
      detail: expect.stringMatching(/^it ended by itself \(exit code 5\)(?:: Out of memory)?$/),
    });
    expect(await ask()).toMatchObject({ ok: false, reason: "resting" });
    expect([fake.starts, fake.alive]).toEqual([1, 0]);
  });

  it.each(["babbles", "complains"] as const)("ends a process that %s without end", async (mode) => {
    fake.set(mode);

    expect(await ask()).toMatchObject({ ok: false, reason: "too_much_output" });
    await expect.poll(() => fake.alive).toBe(0);
    expect(fake.starts).toBe(1);
  });

  it("never has two processes, whatever the one does and however often it is asked", async () => {
    for (const mode of ["hangs", "crashes", "babbles", "mutters", "hangs", "complains", "answers"] as const) {
      fake.set(mode);
      const asked = Promise.all([ask(), ask(), ask()]);
      await clock.advance(30_000);
      expect(fake.alive).toBeLessThanOrEqual(1);
      await asked;
      await clock.advance(600_000);
      expect(fake.alive).toBeLessThanOrEqual(1);
    }
  });

  it("gives what leaks back: a process of six hours ends after its answer, and the next question starts one", async () => {
    await ask();
    await clock.advance(6 * 3_600_000);

    expect(await ask()).toMatchObject({ ok: true });
    await expect.poll(() => fake.alive).toBe(0);
    await expect.poll(async () => (await ask()).ok).toBe(true);
    expect(fake.starts).toBe(2);
  });

  it("shares the process among sessions, and ends it with the last of them", async () => {
    session.close();
    const shell = createPowerShell(clock, fake.command);
    const [one, other] = [shell.open(windowsScript), shell.open(windowsScript)];
    await one.ask("system", 6000, never);
    one.close();
    one.close();

    expect(await other.ask("system", 6000, never)).toMatchObject({ ok: true });
    expect(fake.starts).toBe(1);
    other.close();
    await expect.poll(() => fake.alive).toBe(0);
    expect(clock.pendingTimers).toBe(0);
  });

  it("says that there is no PowerShell, and does not look for it each time", async () => {
    const none = createPowerShell(clock, ["/no/such/powershell"]).open(windowsScript);

    const said = [await none.ask("system", 6000, never), await none.ask("system", 6000, never)];

    for (const answer of said) {
      expect(answer).toEqual({ ok: false, reason: "not_found", detail: "PowerShell could not be started (ENOENT)" });
    }
  });
});
