import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { chmod, writeFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { join } from "node:path";
import type { TestContext } from "vitest";
import { type InetdServer, serveByInetd } from "../servers/ssh-daemon.ts";
import { freePort } from "./daemon-process.ts";
import { peer } from "./peers.ts";

/** Daemons from Debian on loopback, with files in one directory; each answers `host:port`, perhaps only in a moment. */
export class RealDaemons {
  readonly #directory: string;
  readonly #children: ChildProcess[] = [];
  readonly #servers: InetdServer[] = [];

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** A Redis without a password. */
  async redis(context: TestContext): Promise<string> {
    const port = await freePort();
    const options = ["--port", String(port), "--save", "", "--bind", "127.0.0.1"];
    this.#start(peer(context, "redis-server", "redis-server"), options);
    return `127.0.0.1:${port}`;
  }

  /** An OpenSSH that offers these MACs, and nothing weak besides. */
  async openSsh(context: TestContext, macs: string): Promise<string> {
    // As root the daemon wants a directory to lock itself into.
    if (userInfo().uid === 0) mkdirSync("/run/sshd", { recursive: true, mode: 0o755 });
    const key = join(this.#directory, `ssh-${macs}`);
    execFileSync(peer(context, "ssh-keygen", "openssh-client"), ["-q", "-N", "", "-f", key, "-t", "ed25519"]);
    const rest = ["Ciphers aes128-ctr", "KexAlgorithms curve25519-sha256", ""];
    await writeFile(`${key}.conf`, ["UsePAM no", `HostKey ${key}`, `MACs ${macs}`, ...rest].join("\n"));
    await chmod(`${key}.conf`, 0o600);
    const server = await serveByInetd(peer(context, "sshd", "openssh-server"), ["-i", "-f", `${key}.conf`]);
    this.#servers.push(server);
    return `127.0.0.1:${server.port}`;
  }

  /** A chronyd that serves its own clock and sets none. */
  async chrony(context: TestContext): Promise<string> {
    const port = await freeUdpPort();
    const lines = [`port ${port}`, "bindaddress 127.0.0.1", "cmdport 0", "allow 127.0.0.0/8", "local stratum 8"];
    const files = [
      "bindcmdaddress /",
      `user ${userInfo().username}`,
      `pidfile ${join(this.#directory, "chronyd.pid")}`,
    ];
    const config = join(this.#directory, "chrony.conf");
    await writeFile(config, [...lines, ...files, ""].join("\n"));
    this.#start(peer(context, "chronyd", "chrony"), ["-d", "-x", "-f", config]);
    return `127.0.0.1:${port}`;
  }

  async close(): Promise<void> {
    await Promise.all(this.#servers.map((server) => server.close()));
    for (const child of this.#children) {
      if (child.exitCode !== null) continue;
      child.kill("SIGKILL");
      await once(child, "close");
    }
  }

  #start(program: string, args: readonly string[]): void {
    this.#children.push(spawn(program, args, { stdio: "ignore", cwd: this.#directory }));
  }
}

async function freeUdpPort(): Promise<number> {
  const socket = createSocket("udp4");
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", () => resolve()));
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(() => resolve()));
  return port;
}
