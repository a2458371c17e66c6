import { globSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

// As deep below the package as a test's own folder would be for `../../assets`, and where packages are found.
const directory = new URL("../../../node_modules/.test-threads/", import.meta.url);

/** Where a thread that a test brings, `test/…/<name>-worker.ts`, lies after it was built. */
export function builtThread(name: string): URL {
  return new URL(`${name}.js`, directory);
}

/** Builds the threads that tests bring. */
export async function buildThreads(): Promise<void> {
  const build = await rolldown({
    input: Object.fromEntries(globSync("test/**/*-worker.ts").map((path) => [basename(path, ".ts"), path])),
    platform: "node",
    external: /^(?![./]|[A-Za-z]:[\\/])/,
  });
  await build.write({ dir: fileURLToPath(directory), format: "esm", sourcemap: true });
  await build.close();
}
