import { execFileSync } from "node:child_process";

const seed = Number(process.env["WATCHFIRE_SEED"] ?? Date.now() % 2 ** 31);
const properties = ["-properties.test.ts", "test/stories", "test/integration/scheduler"];

/** Runs the property tests on stories that were not told before; a failure names its seed. */
console.log(`Exploring with WATCHFIRE_SEED=${seed}`);
execFileSync(process.execPath, ["node_modules/vitest/vitest.mjs", "run", ...properties], {
  env: { ...process.env, WATCHFIRE_SEED: String(seed) },
  stdio: "inherit",
});
