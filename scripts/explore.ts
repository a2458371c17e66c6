import { execFileSync } from "node:child_process";

const seed = Number(process.env["WATCHFIRE_SEED"] ?? Date.now() % 2 ** 31);
const runs = process.env["WATCHFIRE_RUNS"] ?? "20";
const properties = [
  "properties.test.ts",
  "invariants.test.ts",
  "outbox-agreement.test.ts",
  "test/integration/scheduler",
];

/** Runs the property tests on stories that were not told before, and many more of them; a failure names its seed. */
console.log(`Exploring with WATCHFIRE_SEED=${seed} WATCHFIRE_RUNS=${runs}`);
execFileSync(process.execPath, ["node_modules/vitest/vitest.mjs", "run", "--testTimeout=3600000", ...properties], {
  env: { ...process.env, WATCHFIRE_SEED: String(seed), WATCHFIRE_RUNS: runs },
  stdio: "inherit",
});
