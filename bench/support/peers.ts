import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants, openSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** Path of a peer's binary in PATH; undefined when it is not installed. */
export function peerPath(binary: string): string | undefined {
  const directories = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin"];
  return directories.map((directory) => join(directory, binary)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A port of 127.0.0.1 on which nothing listens now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (typeof address !== "object" || address === null) throw new Error("the kernel gave no port");
  return address.port;
}

/** A program that runs beside the benches until it is stopped. */
export class Peer {
  readonly #child: ChildProcess;
  readonly #logPath: string;

  private constructor(child: ChildProcess, logPath: string) {
    this.#child = child;
    this.#logPath = logPath;
  }

  /** Starts a program, its output in `logPath`, and waits until `url` answers. @throws {Error} when it does not within 60 s. */
  static async start(command: readonly [string, ...string[]], logPath: string, url: string): Promise<Peer> {
    const log = openSync(logPath, "a");
    const [binary, ...args] = command;
    const peer = new Peer(spawn(binary, args, { stdio: ["ignore", log, log] }), logPath);
    await peer.#answers(url);
    return peer;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, "exit");
    this.#child.kill("SIGTERM");
    await Promise.race([ended, sleep(10_000, undefined, { ref: false }).then(() => this.#child.kill("SIGKILL"))]);
  }

  async #answers(url: string): Promise<void> {
    for (let tries = 0; tries < 600 && this.#child.exitCode === null; tries += 1) {
      const answer = await fetch(url).catch(() => undefined);
      await answer?.arrayBuffer();
      if (answer?.ok === true) return;
      await sleep(100);
    }
    await this.stop();
    const said = readFileSync(this.#logPath, "utf8").trim().split("\n").slice(-5).join("\n");
    throw new Error(`${this.#child.spawnargs.join(" ")} does not answer at ${url}; it said last:\n${said}`);
  }
}
