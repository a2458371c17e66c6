import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { chatConfig, headlines, pageCheck } from "../../support/daemons/daemon-config.ts";
import { type DaemonProcess, slowMs, until } from "../../support/daemons/daemon-process.ts";
import { DaemonWorld, good } from "../../support/worlds/daemon-world.ts";

/** Fewer than the daemon has open while it does nothing. */
const lowestTaken = 20;

/** Sets how many descriptors a running process may have; without a number as many as before it was lowered. */
function limit({ pid }: DaemonProcess, most: number | string): void {
  execFileSync("/usr/bin/prlimit", ["--pid", String(pid), `--nofile=${most}:`]);
}

describe("integration/daemon without descriptors", { timeout: slowMs }, () => {
  it("F15 measures nothing and pages nobody while it can open nothing, says so once, and goes on when it can", async (context) => {
    const world = new DaemonWorld(context);
    const [target, chat] = [await world.server(good), await world.server()];
    const names = ["a", "b", "c", "d"];
    const home = await world.home(chatConfig(chat, Object.fromEntries(names.map((name) => [name, pageCheck(target)]))));
    const daemon = await home.start();
    const before = execFileSync("/usr/bin/prlimit", [
      "--pid",
      String(daemon.pid),
      "--nofile",
      "--output=SOFT",
      "--noheadings",
    ]);
    for (const name of names) await daemon.untilState(name, "up");

    // The limit is of the numbers: those below it were taken at the start, and what is open above stays open.
    limit(daemon, lowestTaken);
    await until("the daemon says that it is in need", () => daemon.events("trouble").length > 0);
    limit(daemon, String(before).trim());
    const answered = target.requests.length;
    await target.received(answered + 8);
    await chat.received(1);
    const status = await daemon.status();

    expect(daemon.events("trouble").map(({ component }) => component)).toEqual(["resources"]);
    expect(headlines(chat)).toHaveLength(1);
    expect(chat.requests[0]?.body).toContain("descriptors");
    expect(status.problems.filter(({ state }) => state === "down")).toEqual([]);
    const counted = await daemon.text("/metrics");
    expect(counted).toMatch(/watchfire_probe_runs_total\{verdict="unknown",reason="local_resources"\} \d+/);
    expect(counted).not.toMatch(/watchfire_probe_runs_total\{verdict="down"/);
    expect(await daemon.stop()).toEqual({ code: 0, signal: null });
  });
});
