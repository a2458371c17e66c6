import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { benches } from "./benches.ts";
import type { Row } from "./support/bench.ts";
import { machineFacts } from "./support/machine.ts";
import { allMet, reportOf } from "./support/report.ts";

const usage = `npm run bench -- [name …] [--quick] [--json FILE]
names: ${benches.map(({ name }) => name).join(", ")} (all of them when none is given)`;

type Wish = Readonly<{ names: readonly string[]; quick: boolean; json: string | undefined }>;

function readWish(): Wish | undefined {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { quick: { type: "boolean", default: false }, json: { type: "string" } },
    });
    const unknown = positionals.filter((name) => benches.every((bench) => bench.name !== name));
    if (unknown.length === 0) return { names: positionals, quick: values.quick, json: values.json };
    console.error(`There is no bench ${unknown.join(", ")}.\n${usage}`);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  }
  return undefined;
}

async function main(): Promise<number> {
  const wish = readWish();
  if (wish === undefined) return 64;
  const machine = machineFacts();
  console.log(machine.join("\n"));
  const results: { name: string; rows: readonly Row[] }[] = [];
  let failed = false;
  for (const bench of benches) {
    if (wish.names.length > 0 && !wish.names.includes(bench.name)) continue;
    try {
      const rows = await bench.run({ quick: wish.quick, say: (line) => console.error(`… ${bench.name}: ${line}`) });
      console.log(reportOf(bench, rows));
      results.push({ name: bench.name, rows });
    } catch (error) {
      failed = true;
      console.error(`${bench.name} did not run to its end: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  if (wish.json !== undefined) writeFileSync(wish.json, `${JSON.stringify({ machine, results }, undefined, 2)}\n`);
  if (failed) return 1;
  const missed = results.filter(({ rows }) => !allMet(rows)).map(({ name }) => name);
  console.log(missed.length === 0 ? "\nAll goals are met." : `\nGoals are missed in: ${missed.join(", ")}`);
  return 0;
}

process.exitCode = await main();
