import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MetricsFigures, MetricsOrder } from "./metrics-load.ts";
import { type Bench, missing, type Row, type RunOptions, ratio } from "./support/bench.ts";
import { freePort, Peer, peerPath } from "./support/peers.ts";
import { type Sample, sampleOf } from "./support/statistics.ts";
import { WorkerProcess } from "./support/worker-process.ts";

const subjects = 10_000;

/** `/metrics` with 100 000 series, a tenth of them new, beside prom-client and a Go exporter. */
export const metricsBench: Bench = {
  name: "metrics",
  title: "rendering 100 000 series, a tenth of them changed since the last time",
  goals: [
    "≤ 0.25 × client_golang; node_exporter's textfile collector stands in for it, and it also parses",
    "the loop is never blocked for more than 50 ms",
  ],
  run,
};

async function run({ quick, say }: RunOptions): Promise<readonly Row[]> {
  const directory = mkdtempSync(join(tmpdir(), "watchfire-bench-metrics-"));
  const textDirectory = join(directory, "texts");
  mkdirSync(textDirectory);
  try {
    const renders = quick ? 6 : 15;
    say("Watchfire");
    const ours = await inChild({ by: "watchfire", subjects, renders, writeTo: join(textDirectory, "series.prom") });
    say("prom-client");
    const theirs = await inChild({ by: "prom-client", subjects, renders });
    say("node_exporter");
    const textfile = await scrapeTextfile(directory, textDirectory, renders);
    const own = sampleOf(ours.renderMs);
    return [
      { kind: "remark", text: `${ours.series} series, ${(ours.sizeBytes / 1e6).toFixed(1)} MB` },
      ...figures("watchfire", ours),
      ...figures("prom-client", theirs),
      ...(textfile === undefined
        ? [missing("prometheus-node-exporter", "prometheus-node-exporter")]
        : figure("node_exporter textfile: scrape over HTTP", textfile)),
      ...ratio("watchfire × prom-client", own, sampleOf(theirs.renderMs)),
      ...ratio("watchfire × node_exporter textfile", own, textfile, 0.25),
      { kind: "limit", what: "longest block", unit: "ms", value: Math.max(...ours.blockMs), atMost: 50 },
    ];
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function inChild(order: MetricsOrder): Promise<MetricsFigures> {
  const child = new WorkerProcess<MetricsOrder, MetricsFigures>(new URL("metrics-load.ts", import.meta.url));
  try {
    return await child.ask(order);
  } finally {
    await child.stop();
  }
}

function figures(name: string, { updateMs, renderMs, blockMs }: MetricsFigures): readonly Row[] {
  return [
    ...figure(`${name}: a render`, sampleOf(renderMs)),
    ...figure(`${name}: taking the changes before it`, sampleOf(updateMs)),
    ...figure(`${name}: longest block in a render`, sampleOf(blockMs)),
  ];
}

function figure(what: string, sample: Sample | undefined): readonly Row[] {
  return sample === undefined ? [] : [{ kind: "figure", what, unit: "ms", sample }];
}

/** Times a Go exporter that reads the same series from a file; undefined when it is not installed. */
async function scrapeTextfile(directory: string, texts: string, renders: number): Promise<Sample | undefined> {
  const binary = peerPath("prometheus-node-exporter");
  if (binary === undefined) return undefined;
  const listen = `127.0.0.1:${await freePort()}`;
  const url = `http://${listen}/metrics`;
  const only = ["--collector.disable-defaults", "--collector.textfile", `--collector.textfile.directory=${texts}`];
  const peer = await Peer.start(
    [binary, ...only, "--web.disable-exporter-metrics", `--web.listen-address=${listen}`],
    join(directory, "node-exporter.log"),
    url,
  );
  try {
    const times: number[] = [];
    for (let round = 0; round < renders; round += 1) {
      const beganMs = performance.now();
      const answer = await fetch(url, { headers: { "accept-encoding": "identity" } });
      const text = await answer.text();
      times.push(performance.now() - beganMs);
      if (!text.includes("probe_success")) throw new Error("node_exporter does not expose the series; see its output");
    }
    return sampleOf(times);
  } finally {
    await peer.stop();
  }
}
