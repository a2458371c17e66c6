import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Bench, Row, RunOptions } from "./support/bench.ts";
import { type DaemonProcess, startDaemon } from "./support/daemon-process.ts";
import { increase, type Scrape, scrape } from "./support/exposition.ts";
import { Inbox } from "./support/inbox.ts";
import { casesOf, urlOf } from "./support/probe-cases.ts";
import { cpuMsOf, rssBytesOf } from "./support/process-cost.ts";
import { startTarget, type Target } from "./support/target.ts";

/** The worst hour: everything that is watched fails at once, and comes back. */
export const outageBench: Bench = {
  name: "outage",
  title:
    "10 000 HTTP checks at 30 s that all fail at once and come back; half of them are one group, the others a group each",
  goals: [
    "the first message within 1 s of group_wait after the first run that could confirm the outage",
    "the main thread never stands still for 250 ms; no lost run",
    "resident memory ≤ 600 MB at its highest",
  ],
  run,
};

const megabyte = 1_000_000;
const checks = 10_000;
const intervalMs = 30_000;
const groupWaitMs = 5000;
const families = ["watchfire_stall", "watchfire_runs_missed_total", "watchfire_alerts", "watchfire_probe_runs_total"];

type Stage = Readonly<{ daemon: DaemonProcess; inbox: Inbox; options: RunOptions }>;

async function run(options: RunOptions): Promise<readonly Row[]> {
  const directory = mkdtempSync(join(tmpdir(), "watchfire-bench-outage-"));
  const inbox = await Inbox.start();
  let target: Target | undefined = await startTarget(directory);
  const ports = target;
  try {
    const daemon = await startDaemon(directory, configFor(target, inbox.url));
    try {
      const stage = { daemon, inbox, options };
      options.say("all is well");
      await sleep(intervalMs + 5000);
      const down = await watch(stage, "outage", async () => {
        await target?.stop();
        target = undefined;
      });
      const up = await watch(stage, "recovery", async () => {
        target = await startTarget(directory, ports);
      });
      return [...down, ...up];
    } finally {
      await daemon.peer.stop();
    }
  } finally {
    await target?.stop();
    await inbox.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Watches the daemon for two and a half intervals after a change of the world. */
async function watch(
  { daemon, inbox, options }: Stage,
  what: string,
  change: () => Promise<void>,
): Promise<readonly Row[]> {
  options.say(what);
  const { pid } = daemon.peer;
  const before = await scrape(daemon.url, families);
  const [fromMs, fromCpuMs] = [performance.now(), cpuMsOf(pid)];
  await change();
  let highest = 0;
  while (performance.now() - fromMs < 2.5 * intervalMs) {
    highest = Math.max(highest, rssBytesOf(pid));
    await sleep(250);
  }
  const after = await scrape(daemon.url, families);
  const cpuPercent = (100 * (cpuMsOf(pid) - fromCpuMs)) / (performance.now() - fromMs);
  const [firstMs = Number.NaN] = inbox.since(fromMs);
  const limit = (name: string, unit: string, value: number, atMost: number): Row => {
    return { kind: "limit", what: `${what}: ${name}`, unit, value, atMost };
  };
  return [
    limit("first message after the change", "ms", firstMs - fromMs, groupWaitMs + 1000),
    limit(
      "stalls of the main thread in all",
      "ms",
      1000 * mainThread(before, after, "watchfire_stalled_seconds_total"),
      0,
    ),
    limit("lost runs", "runs", increase(before, after, "watchfire_runs_missed_total"), 0),
    limit("resident memory, highest", "MB", highest / megabyte, 600),
    {
      kind: "remark",
      text: `${what}: CPU ${cpuPercent.toFixed(1)} % of a core; ${firing(after)} alerts fire at its end`,
    },
  ];
}

function mainThread(before: Scrape, after: Scrape, family: string): number {
  const name = `${family}{thread="main"}`;
  return (after.get(name) ?? 0) - (before.get(name) ?? 0);
}

function firing(scraped: Scrape): number {
  return scraped.get('watchfire_alerts{status="firing"}') ?? 0;
}

function configFor(target: Target, inboxUrl: string): Readonly<Record<string, unknown>> {
  const [probeCase] = casesOf(target);
  if (probeCase === undefined) throw new Error("there is no case to probe");
  const entry = (index: number): readonly [string, object] => [
    `check-${index}`,
    {
      probe: "http",
      target: urlOf(probeCase, index),
      interval: `${intervalMs / 1000}s`,
      timeout: "5s",
      failure_threshold: 1,
      labels: { grouping: index % 2 === 0 ? "together" : "each" },
    },
  ];
  return {
    checks: Object.fromEntries(Array.from({ length: checks }, (_, index) => entry(index))),
    receivers: { inbox: { to: [{ kind: "webhook", url: inboxUrl }] } },
    route: {
      receiver: "inbox",
      group_by: [],
      group_wait: `${groupWaitMs / 1000}s`,
      group_interval: "30s",
      repeat_interval: "4h",
      routes: { each: { matchers: ["grouping=each"], group_by: ["check"] } },
    },
  };
}
