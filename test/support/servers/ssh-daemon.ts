import { type ChildProcess, spawn } from "node:child_process";
import { type AddressInfo, createServer } from "node:net";

/** A daemon that serves one connection on its standard input and output, as inetd starts it. */
export type InetdServer = Readonly<{ port: number; close(): Promise<void> }>;

/** Listens on a free loopback port and starts the program for each connection. */
export async function serveByInetd(program: string, args: readonly string[]): Promise<InetdServer> {
  const children = new Set<ChildProcess>();
  const server = createServer({ pauseOnConnect: true }, (socket) => {
    const child = spawn(program, args, { stdio: [socket, socket, "ignore"] });
    children.add(child);
    child.once("exit", () => children.delete(child));
    // The child has the connection now; ours would keep it open.
    child.once("spawn", () => socket.destroy());
    socket.on("error", () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      for (const child of children) child.kill("SIGKILL");
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
