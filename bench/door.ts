import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { perSecond } from "./raw-load.ts";
import { type Bench, missing, type Row, type RunOptions, ratio } from "./support/bench.ts";
import { type DoorContender, doorContender, startBlackbox } from "./support/blackbox.ts";
import { startDaemon } from "./support/daemon-process.ts";
import { freePort, Peer } from "./support/peers.ts";
import { blackboxConfig, type CaseName, casesOf, type ProbeCase } from "./support/probe-cases.ts";
import { type Sample, sampleOf } from "./support/statistics.ts";
import { startTarget } from "./support/target.ts";

/** CPU of the daemon beside that of blackbox_exporter for the same scrapes. */
const atMost: Readonly<Partial<Record<CaseName, number>>> = { http: 0.4, https: 0.85, tcp: 0.3 };

const contenderNames = ["watchfire", "blackbox_exporter", "bare Node"] as const;

/** The door for blackbox_exporter's scrapes beside blackbox_exporter itself. */
export const doorBench: Bench = {
  name: "door",
  title: "CPU µs per scrape through /probe, of the whole process",
  goals: ["HTTP ≤ 0.40 ×, HTTPS ≤ 0.85 ×, TCP ≤ 0.30 × blackbox_exporter under the same load"],
  run,
};

async function run(options: RunOptions): Promise<readonly Row[]> {
  if (!existsSync(new URL("../dist/main.js", import.meta.url))) {
    throw new Error("there is no build to measure: run `npm run build` first");
  }
  const directory = mkdtempSync(join(tmpdir(), "watchfire-bench-door-"));
  const target = await startTarget(directory);
  const modules = join(directory, "modules.yml");
  writeFileSync(modules, blackboxConfig());
  const daemon = await startDaemon(directory, { blackbox: { modules_file: modules } });
  const blackbox = await startBlackbox(directory);
  const contenders = [
    doorContender("watchfire", { peer: daemon.peer, port: Number(new URL(daemon.url).port) }),
    ...(blackbox === undefined ? [] : [doorContender("blackbox_exporter", blackbox)]),
    await startFloor(directory),
  ];
  try {
    const cases = casesOf(target).filter(({ name }) => atMost[name] !== undefined);
    const rows = await compare(cases, contenders, options);
    const absent =
      blackbox === undefined ? [missing("prometheus-blackbox-exporter", "prometheus-blackbox-exporter")] : [];
    return [{ kind: "remark", text: `target: ${target.name}; ${perSecond} scrapes a second` }, ...absent, ...rows];
  } finally {
    await Promise.all(contenders.map((contender) => contender.stop()));
    await target.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** What Node can do at best; it connects and does nothing else. */
async function startFloor(directory: string): Promise<DoorContender> {
  const port = await freePort();
  const program = new URL("door-floor.ts", import.meta.url).pathname;
  const command = [process.execPath, program, String(port)] as const;
  const peer = await Peer.start(command, join(directory, "floor.log"), `http://127.0.0.1:${port}/`);
  return { ...doorContender("bare Node", { peer, port }), does: ({ name }) => name === "tcp" };
}

async function compare(
  cases: readonly ProbeCase[],
  contenders: readonly DoorContender[],
  { quick, say }: RunOptions,
): Promise<readonly Row[]> {
  const able = (probeCase: ProbeCase): readonly DoorContender[] =>
    contenders.filter((contender) => contender.does?.(probeCase, "schedule") !== false);
  // An exporter runs for weeks: V8 gets the runs after which it leaves the code alone.
  for (const probeCase of cases) {
    for (const contender of able(probeCase)) {
      const runs = await contender.warmUp(probeCase, quick ? 1000 : 30_000);
      say(`warming up: ${probeCase.title}, ${contender.name}: ${runs} scrapes`);
    }
  }
  const turns = Array.from({ length: quick ? 1 : 5 }, (_, round) =>
    cases.flatMap((probeCase) => {
      const order = round % 2 === 0 ? able(probeCase) : able(probeCase).toReversed();
      return order.map((contender) => ({ probeCase, contender }));
    }),
  ).flat();
  const costs = new Map<string, number[]>();
  const remarks: Row[] = [];
  for (const { probeCase, contender } of turns) {
    const { runs, bad, cpuMs } = await contender.load({ probeCase, mode: "schedule", durationMs: quick ? 2000 : 8000 });
    const what = `${probeCase.title}, ${contender.name}`;
    say(`${what}: ${((cpuMs * 1000) / runs).toFixed(0)} µs, ${runs} scrapes`);
    const key = `${probeCase.name} ${contender.name}`;
    costs.set(key, [...(costs.get(key) ?? []), (cpuMs * 1000) / runs]);
    if (bad > 0) remarks.push({ kind: "remark", text: `${what}: ${bad} of ${runs} failed` });
  }
  return [...cases.flatMap((probeCase) => rowsOf(probeCase, costs)), ...remarks];
}

function rowsOf({ name, title }: ProbeCase, costs: ReadonlyMap<string, readonly number[]>): readonly Row[] {
  const of = (contender: string): Sample | undefined => sampleOf(costs.get(`${name} ${contender}`) ?? []);
  const figures = contenderNames.flatMap((contender): readonly Row[] => {
    const sample = of(contender);
    return sample === undefined ? [] : [{ kind: "figure", what: `${title}: ${contender}`, unit: "µs", sample }];
  });
  const [ours, theirs, floor] = contenderNames.map(of);
  return [
    ...figures,
    ...ratio(`${title}: × blackbox`, ours, theirs, atMost[name]),
    ...ratio(`${title}: bare Node × blackbox`, floor, theirs),
  ];
}
