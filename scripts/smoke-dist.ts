import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const port = 19_797;
const patienceMs = 20_000;

/** Starts the built daemon on a small config, asks it what a user would, and stops it; exits non-zero at the first disappointment. */
async function main(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "watchfire-smoke-"));
  const config = join(directory, "watchfire.yaml");
  writeFileSync(
    config,
    JSON.stringify({
      server: { listeners: { main: { listen: `127.0.0.1:${port}` } } },
      storage: { path: join(directory, "data", "watchfire.db") },
      hosts: { this: { local: true } },
      checks: { self: { probe: "http", target: `http://127.0.0.1:${port}/-/healthy`, interval: "1s", timeout: "1s" } },
    }),
  );
  const daemon = spawn(process.execPath, ["dist/main.js", "run", "--config", config], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  try {
    await until("it is ready", async () => (await get("/-/ready")).status === 200);
    await until("a check was measured", async () =>
      (await get("/metrics")).body.includes('probe_success{check="self"'),
    );
    await until("this machine was measured", async () =>
      (await get("/metrics")).body.includes("node_cpu_seconds_total{"),
    );
    await until("the page shows the check", async () => (await get("/")).body.includes("self"));
    const code = await stop(daemon);
    if (code !== 0) throw new Error(`the daemon ended with exit code ${code} after SIGTERM`);
    console.log("the built daemon starts, measures, serves and stops");
  } finally {
    daemon.kill("SIGKILL");
    rmSync(directory, { recursive: true, force: true });
  }
}

async function get(path: string): Promise<Readonly<{ status: number; body: string }>> {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`).catch(() => undefined);
  return answer === undefined ? { status: 0, body: "" } : { status: answer.status, body: await answer.text() };
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const endMs = performance.now() + patienceMs;
  while (performance.now() < endMs) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`not within ${patienceMs / 1000} s: ${what}`);
}

async function stop(daemon: ChildProcess): Promise<number | null> {
  const ended = once(daemon, "exit") as Promise<[number | null]>;
  daemon.kill("SIGTERM");
  return (await ended)[0];
}

await main();
