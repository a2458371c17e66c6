import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Bench, missing, type Row, type RunOptions, ratio } from "./support/bench.ts";
import { doorContender, startBlackbox } from "./support/blackbox.ts";
import { type Contender, childContender } from "./support/contender.ts";
import { floorContender } from "./support/floor.ts";
import { type CaseName, casesOf, type ProbeCase } from "./support/probe-cases.ts";
import { type Sample, sampleOf } from "./support/statistics.ts";
import { startTarget } from "./support/target.ts";

const modes = ["saturated", "schedule"] as const;
type Mode = (typeof modes)[number];

const modeTitles = { saturated: "16 in flight", schedule: "333/s" } as const;

/** Goals of the design: the schedule's beside blackbox_exporter, the saturated ones beside bare sockets. */
const againstBlackbox: Readonly<Partial<Record<CaseName, number>>> = {
  http: 0.3,
  "http-page": 0.3,
  https: 0.8,
  tcp: 0.2,
};
const contenderNames = ["watchfire", "raw", "blackbox_exporter", "C and OpenSSL"] as const;
const againstFloor: Readonly<Partial<Record<CaseName, number>>> = { https: 1.4 };
const againstRaw: Readonly<Partial<Record<CaseName, number>>> = { http: 1.5, "http-page": 1.5 };

/** CPU per probe beside bare sockets and blackbox_exporter, as fast as it goes and in the schedule. */
export const probeBench: Bench = {
  name: "probe",
  title: "CPU µs per probe over a fresh connection, with full verification",
  goals: [
    "in the schedule HTTP ≤ 0.30 ×, HTTPS ≤ 0.80 ×, TCP ≤ 0.20 × blackbox_exporter",
    "saturated HTTP ≤ 1.5 × bare sockets in Node, HTTPS ≤ 1.4 × C and OpenSSL",
  ],
  run,
};

async function run(options: RunOptions): Promise<readonly Row[]> {
  const directory = mkdtempSync(join(tmpdir(), "watchfire-bench-probe-"));
  const target = await startTarget(directory);
  const blackbox = await startBlackbox(directory);
  const floor = floorContender(directory);
  const contenders: readonly Contender[] = [
    childContender("watchfire", new URL("probe-load.ts", import.meta.url)),
    childContender("raw", new URL("raw-load.ts", import.meta.url)),
    ...(blackbox === undefined ? [] : [doorContender("blackbox_exporter", blackbox)]),
    ...(floor === undefined ? [] : [floor]),
  ];
  try {
    const measured = new Costs();
    const cases = casesOf(target);
    await warmUp(contenders, cases, options);
    for (let round = 0; round < (options.quick ? 1 : 3); round += 1) {
      await measureRound({ contenders, cases, measured, round }, options);
    }
    const rows = cases.flatMap((probeCase) => modes.flatMap((mode) => rowsOf(probeCase, mode, measured)));
    const absent =
      blackbox === undefined ? [missing("prometheus-blackbox-exporter", "prometheus-blackbox-exporter")] : [];
    if (floor === undefined) measured.remark("no C compiler or no headers of OpenSSL (libssl-dev): no floor in C");
    return [{ kind: "remark", text: `target: ${target.name}` }, ...absent, ...rows, ...measured.remarks];
  } finally {
    await Promise.all(contenders.map((contender) => contender.stop()));
    await target.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** CPU per probe by case, mode and contender, one value per round. */
class Costs {
  readonly #values = new Map<string, number[]>();
  readonly remarks: Row[] = [];

  add(probeCase: ProbeCase, mode: Mode, contender: string, microseconds: number): void {
    const key = `${probeCase.name} ${mode} ${contender}`;
    this.#values.set(key, [...(this.#values.get(key) ?? []), microseconds]);
  }

  remark(text: string): void {
    this.remarks.push({ kind: "remark", text });
  }

  of(probeCase: ProbeCase, mode: Mode, contender: string): Sample | undefined {
    return sampleOf(this.#values.get(`${probeCase.name} ${mode} ${contender}`) ?? []);
  }
}

async function warmUp(
  contenders: readonly Contender[],
  cases: readonly ProbeCase[],
  options: RunOptions,
): Promise<void> {
  options.say("warming up");
  for (const contender of contenders) {
    for (const probeCase of cases) {
      if (contender.does?.(probeCase, "saturated") === false) continue;
      await contender.load({ probeCase, mode: "saturated", durationMs: options.quick ? 700 : 2000 });
    }
  }
}

type Round = Readonly<{
  contenders: readonly Contender[];
  cases: readonly ProbeCase[];
  measured: Costs;
  round: number;
}>;

/** Every case, mode and contender once, the contenders in another order each round. */
async function measureRound({ contenders, cases, measured, round }: Round, options: RunOptions): Promise<void> {
  const order = [...contenders.slice(round % contenders.length), ...contenders.slice(0, round % contenders.length)];
  for (const probeCase of cases) {
    for (const mode of modes) {
      const able = order.filter((contender) => contender.does?.(probeCase, mode) !== false);
      for (const contender of able) await measure(contender, { probeCase, mode, measured }, options);
    }
  }
}

type Wanted = Readonly<{ probeCase: ProbeCase; mode: Mode; measured: Costs }>;

async function measure(
  contender: Contender,
  { probeCase, mode, measured }: Wanted,
  options: RunOptions,
): Promise<void> {
  const durationMs = (mode === "saturated" ? 3000 : 8000) / (options.quick ? 2 : 1);
  const { runs, bad, cpuMs } = await contender.load({ probeCase, mode, durationMs });
  const microseconds = (cpuMs * 1000) / runs;
  const what = `${probeCase.title}, ${modeTitles[mode]}`;
  options.say(`${what}, ${contender.name}: ${microseconds.toFixed(0)} µs, ${runs} runs`);
  measured.add(probeCase, mode, contender.name, microseconds);
  if (bad > 0) measured.remark(`${contender.name} found ${bad} of ${runs} probes bad (${what})`);
}

function rowsOf(probeCase: ProbeCase, mode: Mode, measured: Costs): readonly Row[] {
  const what = `${probeCase.title}, ${modeTitles[mode]}`;
  const figures = contenderNames.flatMap((contender): readonly Row[] => {
    const sample = measured.of(probeCase, mode, contender);
    return sample === undefined ? [] : [{ kind: "figure", what: `${what}: ${contender}`, unit: "µs", sample }];
  });
  const [ours, raw, blackbox, floor] = contenderNames.map((name) => measured.of(probeCase, mode, name));
  return [
    ...figures,
    ...ratio(`${what}: × raw`, ours, raw, mode === "saturated" ? againstRaw[probeCase.name] : undefined),
    ...ratio(`${what}: × C and OpenSSL`, ours, floor, againstFloor[probeCase.name]),
    ...ratio(`${what}: × blackbox`, ours, blackbox, mode === "schedule" ? againstBlackbox[probeCase.name] : undefined),
  ];
}
