import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { chatConfig, pageCheck } from "../support/daemons/daemon-config.ts";
import { DaemonHome, type DaemonProcess, freePort, slowMs, until } from "../support/daemons/daemon-process.ts";
import { peer } from "../support/daemons/peers.ts";
import { ChatServer } from "../support/servers/chat-server.ts";

type Series = Readonly<{ metric: Readonly<Record<string, string>>; value: readonly [number, string] }>;

const servers: ChatServer[] = [];
const children: ChildProcess[] = [];
let home: DaemonHome | undefined;
let directory: string | undefined;

/** A daemon that has measured a page, this host and a pushed value. */
async function measuringDaemon(): Promise<Readonly<{ place: DaemonHome; daemon: DaemonProcess; target: ChatServer }>> {
  const [target, chat] = [await ChatServer.start(), await ChatServer.start()];
  servers.push(target, chat);
  home = await DaemonHome.create(
    chatConfig(chat, {
      checkout: pageCheck(target, { labels: { team: "web" } }),
      machine: { probe: "host", interval: "1s", timeout: "1s" },
      orders: { probe: "push", tier: "business", every: "1h" },
    }),
  );
  const daemon = await home.start();
  for (const check of ["checkout", "machine"]) await daemon.untilState(check, "up");
  await until("both are exposed", async () => {
    return (await daemon.values("node_load1")).length > 0 && (await daemon.values("probe_success")).length > 0;
  });
  return { place: home, daemon, target };
}

function start(binary: string, args: readonly string[]): { log: string } {
  const child = spawn(binary, args, { stdio: ["ignore", "ignore", "pipe"] });
  children.push(child);
  const told = { log: "" };
  child.stderr.on("data", (chunk: Buffer) => {
    told.log += chunk.toString();
  });
  return told;
}

function lint(promtool: string, metrics: string): readonly string[] {
  const { stdout, stderr } = spawnSync(promtool, ["check", "metrics"], { input: metrics, encoding: "utf8" });
  return `${stdout}${stderr}`.split("\n").filter((line) => line !== "");
}

afterEach(async () => {
  for (const child of children.splice(0)) {
    child.kill("SIGKILL");
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  }
  await home?.remove();
  for (const started of servers.splice(0)) await started.stop();
  if (directory !== undefined) await rm(directory, { recursive: true, force: true, maxRetries: 5 });
});

/** Series of younger versions of node_exporter than Debian's, or that its kernel did not have. */
const younger = ["node_kernel_hung_tasks", "node_netstat_TcpExt_TCPOFOQueue", "node_netstat_TcpExt_TCPRcvQDrop"];

describe("e2e/daemon metrics", { timeout: slowMs }, () => {
  it("gives promtool nothing to say but what node_exporter hears too", async (context) => {
    const promtool = peer(context, "promtool", "prometheus");
    const exporter = peer(context, "prometheus-node-exporter", "prometheus-node-exporter");
    const { daemon } = await measuringDaemon();
    const listen = `127.0.0.1:${await freePort()}`;
    start(exporter, [`--web.listen-address=${listen}`]);
    const theirs = await until("node_exporter answers", async () => {
      return (await (await fetch(`http://${listen}/metrics`).catch(() => undefined))?.text()) ?? false;
    });

    const ours = lint(promtool, await daemon.text("/metrics"));
    const known = lint(promtool, theirs);

    expect(known.length).toBeGreaterThan(0);
    expect(ours.filter((complaint) => !complaint.startsWith("node_"))).toEqual([]);
    const further = ours.filter((complaint) => !known.includes(complaint));
    expect(further.filter((complaint) => !younger.some((name) => complaint.startsWith(`${name} `)))).toEqual([]);
  });

  it("is scraped by Prometheus with its own labels", async (context) => {
    const prometheus = peer(context, "prometheus", "prometheus");
    const { place, target } = await measuringDaemon();
    directory = await mkdtemp(join(tmpdir(), "watchfire-prometheus-"));
    const config = join(directory, "prometheus.yml");
    const scrape = {
      job_name: "watchfire",
      honor_labels: true,
      static_configs: [{ targets: [new URL(place.url).host] }],
    };
    await writeFile(config, JSON.stringify({ global: { scrape_interval: "1s" }, scrape_configs: [scrape] }));
    const listen = `127.0.0.1:${await freePort()}`;
    const told = start(prometheus, [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(directory, "tsdb")}`,
      `--web.listen-address=${listen}`,
    ]);
    const query = (expression: string): Promise<readonly Series[]> =>
      until(`Prometheus knows ${expression}`, async () => {
        const answer = await fetch(`http://${listen}/api/v1/query?query=${encodeURIComponent(expression)}`).catch(
          () => undefined,
        );
        const body = (await answer?.json().catch(() => undefined)) as { data?: { result?: Series[] } } | undefined;
        const result = body?.data?.result ?? [];
        return result.length > 0 && result;
      });

    const [success] = await query("probe_success");
    const [cpu] = await query('node_cpu_seconds_total{mode="idle"}');
    const [runs] = await query('watchfire_probe_runs_total{verdict="up"} > 2');
    target.answerWith({ status: 500 });
    const [down] = await query("probe_success == 0");

    const common = { env: "production", location: "default", job: "watchfire" };
    const checkout = { check: "checkout", tier: "application", service: "shop", team: "web" };
    expect(success?.metric).toMatchObject({ ...common, ...checkout, instance: `${target.url}/shop` });
    expect(cpu?.metric).toMatchObject({ ...common, check: "machine", tier: "os" });
    expect(runs?.metric["instance"]).toBe(new URL(place.url).host);
    expect(down?.metric).toMatchObject(checkout);
    expect(told.log.split("\n").filter((line) => /level=(?:warn|error)/i.test(line))).toEqual([]);
  });
});
