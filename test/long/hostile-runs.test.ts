import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, type TestContext } from "vitest";
import {
  connectionFaults,
  connectionRows,
  handshakeFaults,
  identityRows,
} from "../contract/hostile/connection-rows.ts";
import { httpRows } from "../contract/hostile/http-rows.ts";
import {
  httpSpeakers,
  localSpeakers,
  pathSpeakers,
  plainSpeakers,
  type Speaker,
  tlsSpeakers,
} from "../contract/hostile/speakers.ts";
import { type ConfigData, type DaemonProcess, until } from "../support/daemons/daemon-process.ts";
import { type Fault, type FaultServerOptions, serveFault } from "../support/fault-server/fault-server.ts";
import { faults } from "../support/fault-server/faults.ts";
import { identities } from "../support/samples/certificates.ts";
import { DaemonWorld } from "../support/worlds/daemon-world.ts";

const wantedRuns = Number(process.env["WATCHFIRE_HOSTILE_RUNS"] ?? 12_000);
const mebibyte = 1024 * 1024;
/** Heaps of several threads grow in steps and give back late; a leak of 16 KiB a run would be twice as much. */
const slackBytes = 96 * mebibyte;
const descriptorSlack = 5;
/** Of CPU and per run, in all threads: what would hold a loop up takes seconds. A machine that does other things cannot blur it. */
const mostCpuSecondsPerRun = 0.03;
/** A machine with ten others at work lets a second and two more of grace go by without a turn. */
const mostAbandonedShare = 0.02;

type Meeting = Readonly<{ name: string; speaker: Speaker; fault: Fault; options: FaultServerOptions }>;

/** Every speaker with every fault that it can meet. */
function meetings(directory: string): readonly Meeting[] {
  const at = (
    kind: string,
    speakers: Readonly<Record<string, Speaker>>,
    found: Readonly<Record<string, Fault>>,
    options: FaultServerOptions,
  ): readonly Meeting[] =>
    Object.entries(speakers).flatMap(([who, speaker]) =>
      Object.entries(found).map(([id, fault]) => ({ name: `${kind} ${who} ${id}`, speaker, fault, options })),
    );
  const met = Object.fromEntries(Object.keys(httpRows).map((id) => [id, faults[id as keyof typeof faults]]));
  const plain = Object.fromEntries(
    Object.keys(connectionRows).map((id) => [id, connectionFaults[id as keyof typeof connectionFaults]]),
  );
  const hangUp: Readonly<Record<string, Fault>> = { "F40-F42": ({ socket }) => void socket.end() };
  const presented = Object.keys(identityRows).flatMap((identity) =>
    at(identity, tlsSpeakers, hangUp, {
      onConnection: true,
      tls: { ...identities[identity as keyof typeof identityRows], ciphers: "DEFAULT:@SECLEVEL=0" },
    }),
  );
  const local = Object.entries(localSpeakers).map(([who, speaker]) => ({
    name: `local ${who}`,
    speaker,
    fault: faults.F14,
    options: {},
  }));
  return [
    ...at("http", httpSpeakers, met, {}),
    ...at("plain", plainSpeakers, plain, { onConnection: true }),
    ...at(
      "path",
      pathSpeakers,
      { F12: plain["F12 silent"] ?? faults["F12 silent"], F22: plain["F22"] ?? faults.F22 },
      { onConnection: true, path: join(directory, "x.sock") },
    ),
    ...at("tls", tlsSpeakers, handshakeFaults, { onConnection: true }),
    ...presented,
    ...local,
  ];
}

/** Serves each fault at an address of its own, so that no host's limit holds the others back. */
async function checksOf(context: TestContext, directory: string): Promise<Readonly<Record<string, ConfigData>>> {
  const checks: Record<string, ConfigData> = {};
  for (const [index, { name, speaker, fault, options }] of meetings(directory).entries()) {
    const isLocal = name.startsWith("local");
    const host = `127.1.${Math.floor(index / 250)}.${(index % 250) + 1}`;
    const path = options.path === undefined ? undefined : join(directory, `${index}.sock`);
    const server = await serveFault(fault, { ...options, host, ...(path !== undefined && { path }) });
    context.onTestFinished(() => server.close());
    const place = isLocal ? directory : (path ?? host);
    checks[name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")] = {
      probe: speaker.kind.kind,
      target: speaker.address(place, server.port),
      ...speaker.options?.(place, server.port),
      interval: "3s",
      timeout: "1s",
      severity: "info",
    };
  }
  return checks;
}

async function openFiles({ pid }: DaemonProcess): Promise<number> {
  return (await readdir(`/proc/${pid}/fd`)).length;
}

/** Descriptors once nothing is under way: the same number for three seconds. */
async function settledFiles(daemon: DaemonProcess): Promise<number> {
  for (let last = -1, times = 0; ; ) {
    const now = await openFiles(daemon);
    times = now === last ? times + 1 : 0;
    if (times === 3) return now;
    last = now;
    await sleep(1000);
  }
}

async function residentBytes({ pid }: DaemonProcess): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}

async function sumOf(daemon: DaemonProcess, metric: string): Promise<number> {
  return (await daemon.values(metric)).reduce((sum, value) => sum + value, 0);
}

describe("daemon with every probe among hostile servers", () => {
  it.runIf(process.platform === "linux")(
    "is back at its descriptors and its memory after thousands of runs, has not stalled, and has met no bug",
    async (context) => {
      const world = new DaemonWorld(context);
      const home = await world.home({});
      const idle = { checks: { self: { probe: "host", target: "localhost", interval: "15s" } } };
      await home.configure(idle);
      const daemon = await home.start(home.configPath, ["--no-notify"]);
      const hostile = { checks: { ...idle.checks, ...(await checksOf(context, home.directory)) } };
      const untilRuns = async (count: number): Promise<void> => {
        const end = (await sumOf(daemon, "watchfire_probe_runs_total")) + count;
        for (let at = 0; at < end; )
          at = await until("runs go on", async () => {
            const now = await sumOf(daemon, "watchfire_probe_runs_total");
            return now >= Math.min(end, at + 500) ? now : undefined;
          });
      };

      // What a first run loads and opens for good is no leak.
      await home.configure(hostile);
      await untilRuns(wantedRuns / 4);
      const early = await residentBytes(daemon);
      await home.configure(idle);
      const filesBefore = await settledFiles(daemon);
      await home.configure(hostile);
      await untilRuns((wantedRuns * 3) / 4);
      const late = await residentBytes(daemon);
      await home.configure(idle);
      await until("files are closed again", async () => (await openFiles(daemon)) <= filesBefore + descriptorSlack);
      const runs = await sumOf(daemon, "watchfire_probe_runs_total");
      const cpuSecondsPerRun = (await sumOf(daemon, "process_cpu_seconds_total")) / runs;

      expect(late).toBeLessThan(early + slackBytes);
      expect(cpuSecondsPerRun).toBeLessThan(mostCpuSecondsPerRun);
      expect(await sumOf(daemon, "watchfire_probe_errors_total")).toBe(0);
      // Files and what is compressed go through the thread pool, where nothing can be called back.
      expect((await sumOf(daemon, "watchfire_runs_abandoned_total")) / runs).toBeLessThan(mostAbandonedShare);
      expect(daemon.events("bug")).toEqual([]);
      expect(daemon.stderr).not.toMatch(/unhandled|^\s+at .+:\d+/im);
      expect(await daemon.stop()).toEqual({ code: 0, signal: null });
    },
  );
});
