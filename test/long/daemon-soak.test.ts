import { readdir, readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { chatConfig, pageCheck } from "../support/daemons/daemon-config.ts";
import { type DaemonProcess, until } from "../support/daemons/daemon-process.ts";
import { serveFault } from "../support/fault-server/fault-server.ts";
import { faults } from "../support/fault-server/faults.ts";
import { DaemonWorld, good } from "../support/worlds/daemon-world.ts";

const soakMs = Number(process.env["WATCHFIRE_SOAK_SECONDS"] ?? 300) * 1000;
const mebibyte = 1024 * 1024;
/** Heaps of several threads grow in steps and give back late; a leak of one body per run is far more than this. */
const slackBytes = 48 * mebibyte;

async function openFiles({ pid }: DaemonProcess): Promise<number> {
  return (await readdir(`/proc/${pid}/fd`)).length;
}

async function residentBytes({ pid }: DaemonProcess): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}

describe("daemon among hostile targets", () => {
  it.skipIf(process.platform !== "linux")(
    "grows neither in memory nor in open files, and goes on measuring what is well",
    async (context) => {
      const world = new DaemonWorld(context);
      const [target, chat] = [await world.server(good), await world.server()];
      const hostile = await Promise.all(
        Object.entries(faults).map(async ([name, fault]) => {
          const server = await serveFault(fault);
          context.onTestFinished(() => server.close());
          return [name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-"), `http://127.0.0.1:${server.port}/`] as const;
        }),
      );
      const well = pageCheck(target);
      const checks = hostile.map(([name, address]) => [name, pageCheck(target, { target: address, timeout: "500ms" })]);
      const home = await world.home(chatConfig(chat, { well }));
      const daemon = await home.start();
      await daemon.untilState("well", "up");
      const filesBefore = await openFiles(daemon);

      await home.configure(chatConfig(chat, { well, ...Object.fromEntries(checks) }));
      await until("the hostile ones are watched", async () => {
        return (await daemon.values("watchfire_subjects")).reduce((sum, count) => sum + count, 0) > hostile.length;
      });
      await sleep(soakMs / 3);
      const early = await residentBytes(daemon);
      const answeredEarly = target.requests.length;
      await sleep((soakMs * 2) / 3);
      const late = await residentBytes(daemon);
      const answered = target.requests.length - answeredEarly;
      const state = await daemon.stateOf("well");
      await home.configure(chatConfig(chat, { well }));

      expect(late).toBeLessThan(early + slackBytes);
      expect(state).toBe("up");
      expect(answered).toBeGreaterThan(soakMs / 1000 / 3);
      await until("files are closed again", async () => (await openFiles(daemon)) <= filesBefore + 5);
      expect(daemon.stderr).not.toMatch(/^\s+at .+:\d+/m);
      expect(daemon.events("bug")).toEqual([]);
      expect(await daemon.stop()).toEqual({ code: 0, signal: null });
    },
  );
});
