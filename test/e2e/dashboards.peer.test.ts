import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, type TestContext } from "vitest";
import { root } from "../docs/documents.ts";
import { pageCheck } from "../support/daemons/daemon-config.ts";
import { type DaemonProcess, freePort, slowMs, until } from "../support/daemons/daemon-process.ts";
import { peer } from "../support/daemons/peers.ts";
import { DaemonWorld, good } from "../support/worlds/daemon-world.ts";

type Panel = Readonly<{ title: string; targets?: readonly Readonly<{ expr: string }>[] }>;
type Board = Readonly<{ title: string; panels: readonly Panel[]; templating: Readonly<{ list: readonly Variable[] }> }>;
type Variable = Readonly<{ type: string; query: string }>;

/** What a daemon on Linux with a page, a value and its machine does not have. */
const notHere = /windows_|probe_domain_|probe_ssl_|watchfire_host_info|offset 1[dw]/;

/**
 * What the rows of "Node Exporter Full" (https://github.com/rfmoz/grafana-dashboards, version 102, read in August 2026) ask for that are
 * open when it is opened, and its variables.
 */
const openRows = [
  "node_uname_info",
  "node_time_seconds",
  "node_boot_time_seconds",
  "node_cpu_seconds_total",
  "node_load1",
  "node_memory_MemTotal_bytes",
  "node_memory_MemFree_bytes",
  "node_memory_MemAvailable_bytes",
  "node_memory_Buffers_bytes",
  "node_memory_Cached_bytes",
  "node_memory_SReclaimable_bytes",
  "node_memory_SwapTotal_bytes",
  "node_memory_SwapFree_bytes",
  'node_filesystem_size_bytes{fstype!="rootfs"}',
  'node_filesystem_avail_bytes{fstype!="rootfs"}',
  "node_network_receive_bytes_total",
  "node_network_transmit_bytes_total",
  "node_pressure_cpu_waiting_seconds_total",
  "node_pressure_memory_waiting_seconds_total",
  "node_pressure_io_waiting_seconds_total",
  ...(existsSync("/proc/pressure/irq") ? ["node_pressure_irq_stalled_seconds_total"] : []),
];

it("finds the series of every dashboard, and of the open rows of Node Exporter Full, in Prometheus", {
  timeout: 2 * slowMs,
}, async (context) => {
  const prometheus = peer(context, "prometheus", "prometheus");
  const world = new DaemonWorld(context);
  const shop = await world.server(good);
  const home = await world.home({
    services: { shop: { title: "Shop" } },
    hosts: { this: { local: true, interval: "1s" } },
    checks: { page: pageCheck(shop), orders: { probe: "push", every: "1h", service: "shop", tier: "business" } },
    packs: { linux: false, windows: false },
  });
  const daemon = await home.start();
  const { stdout } = await home.command("url", "orders");
  const address = new URL(
    stdout
      .trim()
      .split(/\s+/)
      .find((word) => word.includes("/ping/")) ?? "",
  );
  const push = `${home.url}${address.pathname.replace("/ping/", "/api/push/")}`;
  const pushed = await fetch(push, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ business_orders: 12 }),
  });
  expect(pushed.ok).toBe(true);
  const ask = await startPrometheus(context, prometheus, new URL(home.url).host);
  await expectInventory(daemon, await home.adminToken());

  const boards = globSync("deploy/grafana/dashboards/*.json", { cwd: root }).map(
    (path) => JSON.parse(readFileSync(join(root, path), "utf8")) as Board,
  );
  expect(boards).toHaveLength(3);
  for (const board of boards) await expectSeries(board, ask);
  for (const series of openRows) await until(series, () => isThere(ask, series));
});

/** The static facts are on /metrics and on the API, unless commands of this machine took longer than the minute that they have. */
async function expectInventory(daemon: DaemonProcess, token: string): Promise<void> {
  const told = async (): Promise<boolean> => (await daemon.values("watchfire_host_info")).length > 0;
  const ended = async (): Promise<boolean> => daemon.events("inventory_failed").length > 0 || told();
  await until("the inventory is read", ended).catch(() => until("the inventory is read", ended));
  const [failed] = daemon.events("inventory_failed");
  if (failed !== undefined) return expect(failed["reason"]).toBe("timeout");
  const answer = await daemon.get("/api/v1/host", { authorization: `Bearer ${token}` });
  const { told: known } = (await answer.json()) as { told: { inventory: { operatingSystem?: object } } };
  expect(known.inventory.operatingSystem).toMatchObject({ hostname: hostname() });
}

type Ask = (expression: string) => Promise<number | undefined>;

async function expectSeries({ title, panels, templating }: Board, ask: Ask): Promise<void> {
  for (const panel of panels) {
    for (const expression of (panel.targets ?? []).map(({ expr }) => filled(expr))) {
      if (notHere.test(expression)) expect(await ask(expression)).toBeDefined();
      else await until(`${title}: ${panel.title}: ${expression}`, () => isThere(ask, expression));
    }
  }
  for (const { query } of templating.list.filter(({ type }) => type === "query")) {
    const [, selector = "", label = ""] = /^label_values\((.*), (\w+)\)$/.exec(query) ?? [];
    await until(`${title}: ${query}`, () => isThere(ask, `count by (${label}) (${selector})`));
  }
}

async function isThere(ask: Ask, expression: string): Promise<boolean> {
  return ((await ask(expression)) ?? 0) > 0;
}

/** With everything chosen and the shortest ranges. */
function filled(expr: string): string {
  return expr.replaceAll(/\$(?:env|service|instance)\b/g, ".*").replaceAll(/\$__(?:rate_interval|range)\b/g, "10s");
}

/** Starts Prometheus on the daemon; what it gives back evaluates an expression: the number of series, undefined for an error. */
async function startPrometheus(context: TestContext, binary: string, target: string): Promise<Ask> {
  const directory = mkdtempSync(join(tmpdir(), "watchfire-dashboards-"));
  const listen = `127.0.0.1:${await freePort()}`;
  const scrape = { job_name: "watchfire", honor_labels: true, static_configs: [{ targets: [target] }] };
  // YAML takes JSON as it is.
  const config = JSON.stringify({ global: { scrape_interval: "1s" }, scrape_configs: [scrape] });
  writeFileSync(join(directory, "prometheus.yml"), config);
  const child = spawn(
    binary,
    [
      `--config.file=${join(directory, "prometheus.yml")}`,
      `--storage.tsdb.path=${join(directory, "tsdb")}`,
      `--web.listen-address=${listen}`,
    ],
    { stdio: "ignore" },
  );
  context.onTestFinished(async () => {
    if (child.exitCode === null) {
      const exit = once(child, "exit");
      child.kill("SIGKILL");
      await exit;
    }
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  });
  const ask = async (expression: string): Promise<number | undefined> => {
    const answer = await fetch(`http://${listen}/api/v1/query?query=${encodeURIComponent(expression)}`);
    const body = (await answer.json()) as { status: string; data?: { result: readonly unknown[] } };
    return body.status === "success" ? body.data?.result.length : undefined;
  };
  await until("Prometheus answers", () =>
    ask("up")
      .catch(() => undefined)
      .then((count) => (count ?? 0) > 0),
  );
  return ask;
}
