import { benchStore } from "./store.ts";
import type { Bench, Row, RunOptions } from "./support/bench.ts";

/** The embedded store with many results in it. */
export const storeBench: Bench = {
  name: "store",
  title: "the embedded store after many results: storing, packing, rolling up, reading",
  goals: ["≤ 6 µs CPU and ≤ 45 bytes per result", "24 h of one check in ≤ 10 ms"],
  run,
};

async function run({ quick, say }: RunOptions): Promise<readonly Row[]> {
  const wanted = quick ? 1_000_000 : 10_000_000;
  say(`storing ${wanted} results`);
  const figures = await benchStore({ results: wanted, subjects: quick ? 500 : 2000 });
  return [
    { kind: "remark", text: `${figures.results} results of ${figures.subjects} checks` },
    { kind: "limit", what: "CPU per result", unit: "µs", value: figures.cpuMicrosecondsPerResult, atMost: 6 },
    { kind: "limit", what: "size per result", unit: "bytes", value: figures.bytesPerResult, atMost: 45 },
    { kind: "limit", what: "24 h of one check", unit: "ms", value: figures.dayQueryMs, atMost: 10 },
    { kind: "remark", text: `opening the file again takes ${figures.openMs.toFixed(0)} ms` },
  ];
}
