import { execFileSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

const sources = ["src", "package.json", "package-lock.json", "scripts/build.ts", "scripts/joined-packages.ts"];

/** Compiles `dist` unless it is newer than everything that it is made of. */
export function buildWhenStale(): void {
  const builtMs = statSync("dist/main.js", { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (!sources.some((path) => newestMs(path) > builtMs)) return;
  // Not on stdout: there may be JSON to follow.
  console.error("Building …");
  execFileSync(process.execPath, ["scripts/build.ts", "scripts/joined-packages.ts"], { stdio: "inherit" });
}

function newestMs(path: string): number {
  const facts = statSync(path);
  if (!facts.isDirectory()) return facts.mtimeMs;
  return Math.max(facts.mtimeMs, ...readdirSync(path).map((name) => newestMs(join(path, name))));
}
