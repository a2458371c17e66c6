import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { createScrape } from "../../src/exporters/prometheus/scrape.ts";
import { yieldLoop } from "../../src/platform/yield-loop.ts";
import { freePort } from "../support/daemons/daemon-process.ts";
import { peer } from "../support/daemons/peers.ts";
import { sampleSources } from "../support/samples/sample-exposition.ts";
import { type JoinedServer, startJoined } from "../support/worlds/joined-client.ts";

const patienceMs = 25_000;

let directory = "";
let child: ChildProcess | undefined;
let server: JoinedServer | undefined;

afterEach(async () => {
  if (child !== undefined && child.exitCode === null) {
    child.kill("SIGTERM");
    await once(child, "exit");
  }
  await server?.app.close();
  if (directory !== "") await rm(directory, { recursive: true, force: true });
});

async function startPrometheus(binary: string, target: string): Promise<Readonly<{ url: string; log: string[] }>> {
  directory = await mkdtemp(join(tmpdir(), "watchfire-prometheus-"));
  const config = join(directory, "prometheus.yml");
  const scrape = { job_name: "watchfire", honor_labels: true, static_configs: [{ targets: [target] }] };
  const door = { job_name: "door", metrics_path: "/probe", params: { module: ["tcp"], target: ["a:1"] } };
  const scrapes = [scrape, { ...door, static_configs: scrape.static_configs }];
  // YAML takes JSON as it is.
  await writeFile(config, JSON.stringify({ global: { scrape_interval: "1s" }, scrape_configs: scrapes }));
  const listen = `127.0.0.1:${await freePort()}`;
  const log: string[] = [];
  child = spawn(binary, [
    `--config.file=${config}`,
    `--storage.tsdb.path=${join(directory, "tsdb")}`,
    `--web.listen-address=${listen}`,
  ]);
  child.stderr?.on("data", (chunk: Buffer) => log.push(chunk.toString()));
  return { url: `http://${listen}`, log };
}

type Series = Readonly<{ metric: Record<string, string>; value: [number, string] }>;

/** Asks until there is an answer; Prometheus needs a second or two for its first scrape. */
async function query(url: string, expression: string): Promise<readonly Series[]> {
  for (let waitedMs = 0; waitedMs < patienceMs; waitedMs += 200) {
    const answer = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(expression)}`).catch(() => undefined);
    const body = (await answer?.json().catch(() => undefined)) as { data?: { result?: Series[] } } | undefined;
    if (body?.data?.result !== undefined && body.data.result.length > 0) return body.data.result;
    await sleep(200);
  }
  return [];
}

/** Metrics as the door for blackbox_exporter's scrapes answers. */
async function probe(asked: URLSearchParams) {
  const body = `probe_success{of="${asked.get("target")} ${asked.get("module")}"} 1\n`;
  return { status: 200, contentType: "text/plain; version=0.0.4; charset=utf-8", body };
}

describe("e2e/prometheus", () => {
  it("is scraped by Prometheus with its labels kept and without a complaint, through the door before Node sees a request", async (context) => {
    const prometheus = peer(context, "prometheus", "prometheus");
    const sources = sampleSources();
    const accepted = new Set<string>();
    const scrape = createScrape({ ...sources, yieldLoop });
    server = await startJoined(probe, {
      scrape(accept) {
        const answer = scrape(accept);
        accepted.add(answer.contentType.split(";")[0] ?? "");
        return answer;
      },
    });

    const { url, log } = await startPrometheus(prometheus, server.url.replace("http://", ""));
    const success = await query(url, 'probe_success{job!="door"}');

    const labels = success.map(({ metric }) => metric).find(({ check }) => check === "http-check");
    expect(labels).toMatchObject({
      tier: "application",
      env: "test",
      location: "default",
      service: "shop",
      team: "web",
      instance: "http://shop.test/",
    });
    const [up] = await query(url, 'up{job="watchfire"}');
    expect(up?.value[1]).toBe("1");
    const [states] = await query(url, 'count(watchfire_check_state{check="http-check"})');
    expect(states?.value[1]).toBe("4");
    const [lag] = await query(url, "histogram_quantile(0.5, watchfire_schedule_lag_seconds_bucket)");
    expect(Number(lag?.value[1])).toBeGreaterThan(0);
    expect(await query(url, 'node_load1{check="host-check"}')).toHaveLength(1);
    const [probed] = await query(url, 'sum_over_time(probe_success{job="door"}[1m]) > 1');
    expect(probed?.metric).toMatchObject({ instance: server.url.replace("http://", ""), of: "a:1 tcp" });
    expect(new Set(server.asked)).toEqual(new Set(["/metrics"]));
    expect([...accepted]).toEqual(["application/openmetrics-text"]);
    expect(log.filter((line) => /level=(?:warn|error)/.test(line))).toEqual([]);
  });
});
