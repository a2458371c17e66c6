import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FakeClock } from "../../../../test/support/fakes/fake-clock.ts";
import { FakePowerShell } from "../../../../test/support/fakes/fake-power-shell.ts";
import { probeContext } from "../../../../test/support/worlds/probe-harness.ts";
import { failedCollectors, open, shown } from "../../../../test/support/worlds/windows-host.ts";
import { windowsRows } from "../../../../test/support/worlds/windows-rows.ts";
import { createPowerShell } from "../../../platform/power-shell/power-shell.ts";
import { queries } from "./queries.ts";
import { windowsScript } from "./script.ts";

describe("the script for PowerShell", () => {
  it("is one line of ASCII, so that no console cuts it and no code page changes it", () => {
    expect(windowsScript.prelude).toMatch(/^[\x20-\x7e]+$/);
    expect(windowsScript.question(7, "net tcpv4")).toBe("Read-Watchfire 7 'net tcpv4'");
  });

  it("has its brackets and quotes closed, and selects what it asked for", () => {
    const bare = windowsScript.prelude.replace(/'[^']*'/g, "").replace(/"[^"]*"/g, "");
    expect(bare).not.toMatch(/["']/);
    for (const [open_, close] of ["{}", "()", "[]"]) {
      expect(bare.split(open_ as string).length).toBe(bare.split(close as string).length);
    }
    const asked = [...windowsScript.prelude.matchAll(/-Property (\S+) -Op\S+ \d+\|Select-Object (\S+?)\}/g)];
    expect(asked.length).toBe(Object.keys(queries).length - 1);
    for (const [, properties, selected] of asked) expect(properties).toBe(selected);
  });

  it.each([
    ['{"watchfire":7,"rows":{}}', true],
    ['{"rows":{},"watchfire":7}', true],
    ['{"watchfire":77,"rows":{}}', false],
    ['{"rows":{"a":"\\"watchfire\\":7,"},"watchfire":6}', false],
    ['PS C:\\> {"watchfire":7}', false],
  ])("knows whether %s is the answer to question 7", (line, is) => {
    expect(windowsScript.isAnswer(line, 7)).toBe(is);
  });
});

describe("probes/host with a process in PowerShell's place", () => {
  let fake: FakePowerShell;
  beforeEach(() => {
    fake = new FakePowerShell(windowsRows);
  });
  afterEach(() => fake.remove());

  it.each(["hangs", "babbles", "complains"] as const)(
    "reports failure and no earlier value of a process that %s, and never has a second one",
    async (mode) => {
      const clock = new FakeClock();
      const probe = open(createPowerShell(clock, fake.command));
      expect(shown(await probe.run(probeContext()), "windows_service_state")).toHaveLength(28);
      fake.set(mode);
      const ended = { is: false };

      const running = probe.run(probeContext()).finally(() => {
        ended.is = true;
      });
      await expect
        .poll(async () => {
          await clock.advance(1000);
          expect(fake.alive).toBeLessThanOrEqual(1);
          return ended.is;
        })
        .toBe(true);

      const observation = await running;
      expect(shown(observation, "windows_service_state")).toEqual([]);
      expect(failedCollectors(observation)).toEqual(expect.arrayContaining(["cpu", "service", "net"]));
      expect(shown(observation, "windows_cpu_logical")).toEqual(["windows_cpu_logical_processor{} 2"]);
      await probe.close();
      await expect.poll(() => fake.alive).toBe(0);
      expect(fake.starts).toBe(1);
    },
  );

  it("reads, survives a crash without stale values, reads again, and leaves no process", async () => {
    const clock = new FakeClock();
    const probe = open(createPowerShell(clock, fake.command));
    const services = async () => shown(await probe.run(probeContext()), "windows_service_state").length;

    expect(await services()).toBe(28);
    fake.set("crashes");
    expect(await services()).toBe(0);
    fake.set("answers");
    expect(await services()).toBe(0);
    await clock.advance(10_000);
    expect(await services()).toBe(28);
    expect([fake.starts, fake.alive]).toEqual([2, 1]);
    await probe.close();
    await expect.poll(() => fake.alive).toBe(0);
  });
});
