import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";

/** Listens on one connection at a time and then stands still: the kernel drops whoever comes when its queue is full. */
const script = `
require("node:net").createServer().listen({ port: Number(process.argv[1]), host: process.argv[2], backlog: 1 }, () => {
  process.stdout.write("listening");
  process.kill(process.pid, "SIGSTOP");
}).on("error", (error) => process.stdout.write(error.code));`;

/** A place to which every packet is lost, by the kernel's own doing. */
export class BlackHole {
  readonly #child: ChildProcess;
  readonly #fillers: readonly Socket[];

  private constructor(child: ChildProcess, fillers: readonly Socket[]) {
    this.#child = child;
    this.#fillers = fillers;
  }

  /** Opens it; undefined when somebody else listens there. */
  static async open(host: string, port: number): Promise<BlackHole | undefined> {
    const child = spawn(process.execPath, ["-e", script, String(port), host], { stdio: ["ignore", "pipe", "inherit"] });
    const [said] = (await once(child.stdout, "data")) as [Buffer];
    if (String(said) !== "listening") {
      child.kill("SIGKILL");
      return undefined;
    }
    // It says so a moment before it stands still.
    while (!/\) T /.test(readFileSync(`/proc/${child.pid}/stat`, "utf8")))
      await new Promise((next) => setImmediate(next));
    // The queue takes one more than it is asked to.
    const fillers = [connect(port, host), connect(port, host)];
    await Promise.all(fillers.map((socket) => once(socket, "connect")));
    for (const socket of fillers) socket.on("error", () => {});
    return new BlackHole(child, fillers);
  }

  /** Lets who waits come in: the kernel tries again within a second. */
  relieve(): void {
    this.#child.kill("SIGCONT");
  }

  async close(): Promise<void> {
    for (const socket of this.#fillers) socket.destroy();
    this.#child.kill("SIGKILL");
    await once(this.#child, "exit");
  }
}
