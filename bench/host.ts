import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HostFigures, HostOrder } from "./host-load.ts";
import { type Bench, missing, type Row, type RunOptions, ratio } from "./support/bench.ts";
import { freePort, Peer, peerPath } from "./support/peers.ts";
import { cpuMsOf } from "./support/process-cost.ts";
import { sampleOf } from "./support/statistics.ts";
import { WorkerProcess } from "./support/worker-process.ts";

/** Node_exporter's collectors that the probe does not have by default, and what it says of itself. */
const others = [
  "bcache",
  "btrfs",
  "edac",
  "fibrechannel",
  "infiniband",
  "ipvs",
  "nfs",
  "nfsd",
  "nvme",
  "powersupplyclass",
];
const further = ["rapl", "tapestats", "timex", "xfs", "zfs"];

/** The daemon's own machine beside node_exporter with the same collectors. */
export const hostBench: Bench = {
  name: "host",
  title: "one reading of this machine beside one scrape of node_exporter with the same collectors",
  goals: [
    "CPU ≤ 0.5 × node_exporter, whose part also writes the text and answers over HTTP",
    "99 of 100 readings take the thread less than 10 ms of CPU, so that none blocks it for longer; no program is started",
  ],
  run,
};

async function run({ quick, say }: RunOptions): Promise<readonly Row[]> {
  const directory = mkdtempSync(join(tmpdir(), "watchfire-bench-host-"));
  const rounds = quick ? 2 : 5;
  const readings = quick ? 40 : 200;
  const ours: HostFigures[] = [];
  const theirs: number[] = [];
  const child = new WorkerProcess<HostOrder, HostFigures>(new URL("host-load.ts", import.meta.url));
  try {
    const exporter = await nodeExporter(directory);
    for (let round = 0; round < rounds; round += 1) {
      say(`round ${round + 1} of ${rounds}`);
      ours.push(await child.ask({ readings, warmUps: round === 0 ? 40 : 5, spacingMs: 20 }));
      if (exporter !== undefined) theirs.push(await scrapeCpuMs(exporter, readings));
    }
    await exporter?.peer.stop();
    return rowsOf(ours, theirs);
  } finally {
    await child.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

function rowsOf(ours: readonly HostFigures[], theirs: readonly number[]): readonly Row[] {
  const own = sampleOf(ours.map(({ cpuMs }) => cpuMs));
  const peer = theirs.length === 0 ? undefined : sampleOf(theirs);
  return [
    { kind: "remark", text: `${ours[0]?.series ?? 0} series` },
    {
      kind: "remark",
      text: `the event loop was late by ${Math.max(...ours.map(({ delayMs }) => delayMs)).toFixed(1)} ms (p99), also by what else runs here`,
    },
    ...figure("watchfire: CPU of a reading", own),
    ...(peer === undefined
      ? [missing("prometheus-node-exporter", "prometheus-node-exporter")]
      : figure("node_exporter: CPU of a scrape", peer)),
    ...ratio("watchfire × node_exporter", own, peer, 0.5),
    {
      kind: "limit",
      what: "CPU of the thread in one reading (p99)",
      unit: "ms",
      value: Math.max(...ours.map(({ blockMs }) => blockMs)),
      atMost: 10,
    },
  ];
}

function figure(what: string, sample: ReturnType<typeof sampleOf>): readonly Row[] {
  return sample === undefined ? [] : [{ kind: "figure", what, unit: "ms", sample }];
}

type Exporter = Readonly<{ peer: Peer; url: string }>;

async function nodeExporter(directory: string): Promise<Exporter | undefined> {
  const binary = peerPath("prometheus-node-exporter");
  if (binary === undefined) return undefined;
  const listen = `127.0.0.1:${await freePort()}`;
  const url = `http://${listen}/metrics`;
  const without = [...others, ...further].map((name) => `--no-collector.${name}`);
  const command = [binary, ...without, "--web.disable-exporter-metrics", `--web.listen-address=${listen}`] as const;
  return { peer: await Peer.start([...command] as [string, ...string[]], join(directory, "exporter.log"), url), url };
}

async function scrapeCpuMs({ peer, url }: Exporter, scrapes: number): Promise<number> {
  const beforeMs = cpuMsOf(peer.pid);
  for (let scrape = 0; scrape < scrapes; scrape += 1) {
    await (await fetch(url, { headers: { "accept-encoding": "identity" } })).arrayBuffer();
  }
  return (cpuMsOf(peer.pid) - beforeMs) / scrapes;
}
