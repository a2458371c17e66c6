import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Bench, missing, type Row, type RunOptions } from "./support/bench.ts";
import { startBlackbox } from "./support/blackbox.ts";
import { startDaemon } from "./support/daemon-process.ts";
import { histogramQuantile, increase, scrape } from "./support/exposition.ts";
import { freePort, Peer, peerPath } from "./support/peers.ts";
import { blackboxQuery, caPath, casesOf, type ProbeCase, urlOf } from "./support/probe-cases.ts";
import { cpuMsOfAll, rssBytesOf } from "./support/process-cost.ts";
import { startTarget } from "./support/target.ts";

/** The whole daemon beside Prometheus with blackbox_exporter, on the same checks. */
export const daemonBench: Bench = {
  name: "daemon",
  title: "the whole daemon: 1 000 and 10 000 HTTP checks and 10 000 HTTPS checks at 30 s",
  goals: [
    "10 000 checks in ≤ 20 % of one core and ≤ 0.20 × Prometheus + blackbox_exporter; all HTTPS ≤ 0.60 ×",
    "schedule lag p50 ≤ 25 ms, p99 ≤ 100 ms, no lost run",
    "resident memory ≤ 160 MB at 1 000 checks, ≤ 300 MB at 10 000",
    "ready in < 1 s at 1 000 checks, < 8 s at 10 000",
  ],
  run,
};

const megabyte = 1_000_000;
/** What each size promises; CPU is promised for the large ones only. */
const sizes = [
  { checks: 1000, scheme: "http", rssMegabytes: 160, readyMs: 1000 },
  { checks: 10_000, scheme: "http", rssMegabytes: 300, readyMs: 8000, cpuPercent: 20, ratio: 0.2 },
  { checks: 10_000, scheme: "https", rssMegabytes: 300, readyMs: 8000, ratio: 0.6 },
] as const satisfies readonly Size[];
type Size = Readonly<{
  checks: number;
  scheme: "http" | "https";
  rssMegabytes: number;
  readyMs: number;
  cpuPercent?: number;
  ratio?: number;
}>;

type Times = Readonly<{ warmUpMs: number; measuredMs: number }>;

async function run(options: RunOptions): Promise<readonly Row[]> {
  if (!existsSync(new URL("../dist/main.js", import.meta.url))) {
    throw new Error("there is no build to measure: run `npm run build` first");
  }
  const times = options.quick ? { warmUpMs: 10_000, measuredMs: 10_000 } : { warmUpMs: 40_000, measuredMs: 60_000 };
  const rows: Row[] = [];
  for (const size of options.quick ? sizes.slice(0, 1) : sizes) {
    const directory = mkdtempSync(join(tmpdir(), "watchfire-bench-daemon-"));
    const target = await startTarget(directory);
    const probeCase = casesOf(target).find(({ name }) => name === size.scheme);
    try {
      if (probeCase !== undefined) rows.push(...(await compare({ directory, probeCase, size, times }, options)));
    } finally {
      await target.stop();
      rmSync(directory, { recursive: true, force: true });
    }
  }
  return rows;
}

type Task = Readonly<{ directory: string; probeCase: ProbeCase; size: Size; times: Times }>;

async function compare(task: Task, { say }: RunOptions): Promise<readonly Row[]> {
  const { size } = task;
  const what = whatOf(size);
  say(`${what}, Watchfire`);
  const { cpuPercent, rows } = await measureDaemon(task);
  say(`${what}, Prometheus and blackbox_exporter`);
  const pair = await measurePair(task);
  const goals: readonly Row[] =
    size.cpuPercent === undefined
      ? [remark(`${what}: CPU ${cpuPercent.toFixed(1)} % of a core`)]
      : [{ kind: "limit", what: `${what}: CPU`, unit: "% of a core", value: cpuPercent, atMost: size.cpuPercent }];
  if (pair === undefined) return [...rows, ...goals, missing("prometheus or its blackbox exporter", "prometheus")];
  const ratio = cpuPercent / pair.cpuPercent;
  return [
    ...rows,
    ...goals,
    remark(
      `${what}: Prometheus + blackbox_exporter ${pair.cpuPercent.toFixed(1)} % of a core, ${pair.rssMegabytes.toFixed(0)} MB`,
    ),
    {
      kind: "ratio",
      what: `${what}: CPU × Prometheus + blackbox`,
      value: ratio,
      ...(size.ratio !== undefined && { atMost: size.ratio }),
    },
  ];
}

function whatOf({ checks, scheme }: Size): string {
  return `${checks} ${scheme.toUpperCase()} checks`;
}

const remark = (text: string): Row => ({ kind: "remark", text });

/** Mean CPU of some processes over the measured time, after the warm-up. */
async function meanCpuPercent(pids: readonly number[], { warmUpMs, measuredMs }: Times): Promise<number> {
  await sleep(warmUpMs);
  const beforeMs = cpuMsOfAll(pids);
  const fromMs = performance.now();
  await sleep(measuredMs);
  return (100 * (cpuMsOfAll(pids) - beforeMs)) / (performance.now() - fromMs);
}

const families = ["watchfire_schedule_lag_seconds", "watchfire_runs_missed_total", "watchfire_probe_runs_total"];

async function measureDaemon({ directory, probeCase, size, times }: Task) {
  const daemon = await startDaemon(directory, { checks: checksFor(probeCase, size.checks) });
  try {
    await sleep(times.warmUpMs);
    const before = await scrape(daemon.url, families);
    const cpuPercent = await meanCpuPercent([daemon.peer.pid], { ...times, warmUpMs: 0 });
    const rssMegabytes = rssBytesOf(daemon.peer.pid) / megabyte;
    const after = await scrape(daemon.url, families);
    const runs = increase(before, after, "watchfire_probe_runs_total");
    const lagMs = (q: number): number => 1000 * histogramQuantile(before, after, "watchfire_schedule_lag_seconds", q);
    const expected = (size.checks * times.measuredMs) / 30_000;
    const limit = (what: string, unit: string, value: number, atMost: number): Row => {
      return { kind: "limit", what: `${whatOf(size)}: ${what}`, unit, value, atMost };
    };
    const rows: readonly Row[] = [
      limit("time to ready", "ms", daemon.readyMs, size.readyMs),
      limit("resident memory", "MB", rssMegabytes, size.rssMegabytes),
      limit("schedule lag p50", "ms", lagMs(0.5), 25),
      limit("schedule lag p99", "ms", lagMs(0.99), 100),
      limit("lost runs", "runs", increase(before, after, "watchfire_runs_missed_total"), 0),
      remark(`${whatOf(size)}: ${runs} runs in ${times.measuredMs / 1000} s, ${expected.toFixed(0)} planned`),
      ...badRuns(after, whatOf(size)),
    ];
    return { cpuPercent, rows };
  } finally {
    await daemon.peer.stop();
  }
}

/** A bench of failing probes measures something else. */
function badRuns(after: ReadonlyMap<string, number>, what: string): readonly Row[] {
  return [...after].flatMap(([name, value]) => {
    const isBad = name.startsWith("watchfire_probe_runs_total{") && !name.includes('verdict="up"') && value > 0;
    return isBad ? [remark(`${what}: ${value} runs were ${name.slice(name.indexOf("{"))}`)] : [];
  });
}

function checksFor(probeCase: ProbeCase, checks: number): Readonly<Record<string, unknown>> {
  const tls = probeCase.isTls ? { tls: { ca: caPath, server_name: "localhost" } } : {};
  return Object.fromEntries(
    Array.from({ length: checks }, (_, index) => [
      `check-${index}`,
      { probe: "http", target: urlOf(probeCase, index), interval: "30s", timeout: "5s", ...tls },
    ]),
  );
}

/** CPU and memory of Prometheus and blackbox_exporter doing the same; undefined when one is not installed. */
async function measurePair({ directory, probeCase, size, times }: Task) {
  const binary = peerPath("prometheus");
  const blackbox = binary === undefined ? undefined : await startBlackbox(directory);
  if (binary === undefined || blackbox === undefined) return undefined;
  try {
    const prometheus = await startPrometheus(binary, {
      directory,
      probeCase,
      checks: size.checks,
      port: blackbox.port,
    });
    try {
      const pids = [prometheus.pid, blackbox.peer.pid];
      const cpuPercent = await meanCpuPercent(pids, times);
      return { cpuPercent, rssMegabytes: pids.reduce((sum, pid) => sum + rssBytesOf(pid), 0) / megabyte };
    } finally {
      await prometheus.stop();
    }
  } finally {
    await blackbox.peer.stop();
  }
}

type Scraping = Readonly<{ directory: string; probeCase: ProbeCase; checks: number; port: number }>;

/** Prometheus with one scraped target per check, each a query of blackbox_exporter's door. */
async function startPrometheus(binary: string, { directory, probeCase, checks, port }: Scraping): Promise<Peer> {
  const config = join(directory, "prometheus.yml");
  const [, query = ""] = blackboxQuery(probeCase, 0).split("?");
  const targets = Array.from({ length: checks }, (_, index) => ({
    targets: [`${urlOf(probeCase, index)}?check=${index}`],
  }));
  const job = {
    job_name: "probes",
    metrics_path: "/probe",
    params: { module: [new URLSearchParams(query).get("module")] },
    static_configs: targets,
    relabel_configs: [
      { source_labels: ["__address__"], target_label: "__param_target" },
      { source_labels: ["__param_target"], target_label: "instance" },
      { target_label: "__address__", replacement: `127.0.0.1:${port}` },
    ],
  };
  writeFileSync(config, JSON.stringify({ global: { scrape_interval: "30s" }, scrape_configs: [job] }));
  const listen = `127.0.0.1:${await freePort()}`;
  const command: [string, ...string[]] = [
    binary,
    `--config.file=${config}`,
    `--storage.tsdb.path=${join(directory, `tsdb-${checks}`)}`,
    `--web.listen-address=${listen}`,
  ];
  return Peer.start(command, join(directory, "prometheus.log"), `http://${listen}/-/ready`);
}
