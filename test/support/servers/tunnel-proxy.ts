import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";

/** What the proxy does with a CONNECT: makes the tunnel, answers a status, or says nothing. */
export type TunnelBehaviour = "tunnel" | "hang" | number;

/** A proxy on loopback that makes tunnels for CONNECT; every name that ends in `.test` is this machine to it. */
export class TunnelProxy {
  /** What was asked for, as `host:port`, with the credentials that came along. */
  readonly asked: { target: string; credentials: string | undefined }[] = [];
  behaviour: TunnelBehaviour = "tunnel";
  readonly #server: Server = createServer((_request, response) => response.writeHead(405).end());
  readonly #sockets = new Set<Socket>();
  readonly #login: string | undefined;

  private constructor(login: string | undefined) {
    this.#login = login;
    this.#server.on("connection", (socket) => this.#keep(socket));
    this.#server.on("connect", ({ url = "", headers }, socket) => {
      this.#connect(url, headers["proxy-authorization"], socket as Socket);
    });
  }

  /** `login` is `user:password`; without it the proxy asks for none. */
  static async start(login?: string): Promise<TunnelProxy> {
    const proxy = new TunnelProxy(login);
    proxy.#server.listen(0, "127.0.0.1");
    await once(proxy.#server, "listening");
    return proxy;
  }

  /** With the user and password of `login` where it is given. */
  urlFor(login?: string): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://${login === undefined ? "" : `${login}@`}127.0.0.1:${port}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => this.#sockets.delete(socket));
  }

  #connect(target: string, authorization: string | undefined, socket: Socket): void {
    const credentials =
      authorization === undefined ? undefined : Buffer.from(authorization.slice("Basic ".length), "base64").toString();
    this.asked.push({ target, credentials });
    if (this.behaviour === "hang") return;
    const status = credentials === this.#login ? this.behaviour : 407;
    if (status !== "tunnel") return void socket.end(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\n\r\n`);
    const { hostname, port } = new URL(`tcp://${target}`);
    const remote = connect(Number(port), hostname.endsWith(".test") ? "127.0.0.1" : hostname, () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      socket.pipe(remote).pipe(socket);
    });
    this.#keep(remote);
    remote.on("error", () => socket.destroy());
  }
}
