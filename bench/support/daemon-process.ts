import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort, Peer } from "./peers.ts";

const entry = fileURLToPath(new URL("../../dist/main.js", import.meta.url));

/** A daemon of the build, on a config of its own in `directory`. */
export type DaemonProcess = Readonly<{ peer: Peer; url: string; readyMs: number }>;

/** Sections of the config as the bench wants them; storage and listener are added. */
export type DaemonConfig = Readonly<Record<string, unknown>>;

/** Starts the built daemon and waits until it is ready. @throws {Error} when it does not get so far; its log is in `directory`. */
export async function startDaemon(directory: string, config: DaemonConfig): Promise<DaemonProcess> {
  const configDirectory = join(directory, "config");
  mkdirSync(configDirectory, { recursive: true });
  const port = await freePort();
  const sections = {
    storage: { path: join(directory, "data", "watchfire.db") },
    environments: { bench: {} },
    server: { listeners: { main: { listen: `127.0.0.1:${port}` } }, lifecycle: true },
    ...config,
  };
  // YAML takes JSON as it is.
  writeFileSync(join(configDirectory, "base.yaml"), JSON.stringify(sections, undefined, 1));
  const url = `http://127.0.0.1:${port}`;
  const beganMs = performance.now();
  const command: [string, ...string[]] = [
    // As the service and the image start it.
    "env",
    "MALLOC_ARENA_MAX=2",
    process.execPath,
    entry,
    "run",
    "--config",
    configDirectory,
    "--env",
    "bench",
  ];
  const peer = await Peer.start(command, join(directory, "daemon.log"), `${url}/-/ready`);
  return { peer, url, readyMs: performance.now() - beganMs };
}
