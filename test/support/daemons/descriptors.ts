import { execFileSync } from "node:child_process";
import { closeSync, openSync, readdirSync } from "node:fs";

/** So many more than are open now: enough for what a test opens itself, and soon taken. */
const spare = 300;

/** Lowers how much this process may have open; the answer sets it back. Only for files of test/e2e and test/integration, each of which has a process of its own. */
export function limitDescriptors(): () => void {
  const before = prlimit("--nofile", "--output=SOFT", "--noheadings").trim();
  const numbers = readdirSync("/proc/self/fd").map(Number);
  prlimit(`--nofile=${Math.max(...numbers) + spare}:`);
  return () => void prlimit(`--nofile=${before}:`);
}

/** Does something to its end while this process, limited before, can open nothing more. */
export async function withoutDescriptors<T>(action: () => Promise<T>): Promise<T> {
  const taken: number[] = [];
  try {
    while (takeOne(taken));
    return await action();
  } finally {
    for (const descriptor of taken) closeSync(descriptor);
  }
}

function prlimit(...options: readonly string[]): string {
  return execFileSync("/usr/bin/prlimit", ["--pid", String(process.pid), ...options], { encoding: "utf8" });
}

function takeOne(taken: number[]): boolean {
  try {
    return taken.push(openSync("/dev/null", "r")) > 0;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EMFILE") return false;
    throw error;
  }
}
