import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, it, type TestContext } from "vitest";
import { scrape } from "../../src/probes/scrape/scrape.ts";
import { chatConfig, headlines } from "../support/daemons/daemon-config.ts";
import { freePort, slowMs, until } from "../support/daemons/daemon-process.ts";
import { peer } from "../support/daemons/peers.ts";
import { DaemonWorld } from "../support/worlds/daemon-world.ts";
import { startNetworkRun } from "../support/worlds/http-run.ts";

type Exporter = Readonly<{ address: string; kill(): Promise<void> }>;

async function nodeExporter(context: TestContext): Promise<Exporter> {
  const port = await freePort();
  const binary = peer(context, "prometheus-node-exporter", "prometheus-node-exporter");
  const child = spawn(binary, [`--web.listen-address=127.0.0.1:${port}`], { stdio: ["ignore", "ignore", "pipe"] });
  context.onTestFinished(() => ended(child));
  await new Promise<void>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`node_exporter ended with ${code}`)));
    child.stderr.on("data", (chunk: Buffer) => chunk.includes("Listening on") && resolve());
  });
  return { address: `http://127.0.0.1:${port}/metrics`, kill: () => ended(child) };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, "exit");
  child.kill("SIGKILL");
  await exit;
}

describe("scrape of node_exporter", () => {
  it("takes every sample, typed as the exporter says", async (context) => {
    const { address } = await nodeExporter(context);

    const { result } = await startNetworkRun(scrape, address).outcome;

    const text = await (await fetch(address)).text();
    const names = text.split("\n").flatMap((line) => (/^[a-z]/.test(line) ? [/^\w+/.exec(line)?.[0] ?? ""] : []));
    const taken = new Map(result.samples.map((sample) => [sample.metric, sample.type]));
    expect(result.findings).toEqual([]);
    expect(names.length).toBeGreaterThan(200);
    expect(names.filter((name) => !taken.has(name))).toEqual([]);
    expect([taken.get("node_load1"), taken.get("node_cpu_seconds_total"), taken.get("node_vmstat_pgfault")]).toEqual([
      "gauge",
      "counter",
      "untyped",
    ]);
  });

  it("lets rules judge a machine of hosts without exposing its series, and tells when it is gone", {
    timeout: slowMs,
  }, async (context) => {
    const exporter = await nodeExporter(context);
    const world = new DaemonWorld(context);
    const chat = await world.server();
    const machine = { scrape: exporter.address, interval: "1s", timeout: "1s", failure_threshold: 1 };
    const busy = { kind: "threshold", metric: "node_load1", tier: "os", aggregate: "last", below: { warning: 1e9 } };
    const more = { hosts: { "db-1": machine }, packs: { linux: false, windows: false } };
    const rules = { Busy: { ...busy, title: "Busy", summary: "{instance} is busy", interval: "15s" } };
    const home = await world.home(chatConfig(chat, {}, { ...more, rules }));
    const daemon = await home.start();

    await daemon.untilState("db-1", "up");
    await until("the rule is told", () => headlines(chat).find((line) => line.includes("Busy")));
    expect(await daemon.values("node_load1")).toEqual([]);
    expect((await daemon.values("probe_scrape_samples", { check: "db-1", tier: "os" }))[0]).toBeGreaterThan(200);

    await exporter.kill();

    await daemon.untilState("db-1", "down");
  });
});
