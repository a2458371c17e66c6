import { createSocket } from "node:dgram";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { type AddressInfo, createServer as createNetServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer as createTlsServer } from "node:tls";
import { WebSocketServer } from "ws";
import { identities } from "../../support/samples/certificates.ts";
import { DnsServer } from "../../support/servers/dns-server.ts";
import { GrpcServer } from "../../support/servers/grpc-server.ts";

/** The servers and files that the probes of the suite run into. */
export class ProbeServers {
  nameServer!: DnsServer;
  grpcServer!: GrpcServer;
  socketPath = "";
  databasePath = "";
  #directory = "";
  readonly #tls = createTlsServer(identities.good, (socket) => socket.on("error", () => {}));
  readonly #web = createServer((request, response) => {
    if (request.url === "/shop") response.setHeader("content-type", "text/html").end("<img src=/a.png><img src=/hang>");
    else if (request.url === "/health") response.end('{"status":"UP","components":{"db":{"status":"DOWN"}},"n":2}');
    else if (request.url === "/metrics") response.end('# TYPE jobs gauge\njobs{instance="a",queue="mail"} 7\n');
    else if (request.url?.startsWith("/hang") !== true) response.end("hello");
  });
  readonly #socketSite = createServer();
  readonly #sockets = new WebSocketServer({ server: this.#socketSite });
  readonly #silent = createSocket("udp4");
  readonly #banner = createNetServer((socket) => void socket.on("error", () => {}).end("SSH-2.0-x\r\nno packet"));
  readonly #path = createNetServer((socket) => void socket.on("error", () => {}).write("hello"));
  readonly #redis = createNetServer((socket) => {
    socket
      .on("error", () => {})
      .on("data", (bytes) => {
        const words = bytes.toString();
        if (words.includes("PING")) socket.write("+PONG\r\n");
        if (words.includes("INFO")) socket.write("$18\r\nrole:master\r\na:1\r\n\r\n");
      });
  });

  /** Answers in the clear, and at `/hang` never. */
  get port(): number {
    return portOf(this.#web);
  }

  get tlsPort(): number {
    return portOf(this.#tls);
  }

  get socketPort(): number {
    return portOf(this.#socketSite);
  }

  get silentPort(): number {
    return this.#silent.address().port;
  }

  get bannerPort(): number {
    return portOf(this.#banner);
  }

  get redisPort(): number {
    return portOf(this.#redis);
  }

  async start(): Promise<void> {
    this.#directory = await mkdtemp(join(tmpdir(), "watchfire-probes-"));
    this.socketPath = join(this.#directory, "app.sock");
    this.databasePath = join(this.#directory, "shop.db");
    await writeFile(this.databasePath, "");
    await new Promise<void>((resolve) => this.#path.listen(this.socketPath, resolve));
    this.grpcServer = await GrpcServer.start({ "": { serving: 1 }, ill: { serving: 2 }, silent: "silent" });
    this.nameServer = await DnsServer.start();
    this.nameServer.set("shop.test", { a: ["192.0.2.1"] });
    this.nameServer.set("edge.test", { a: ["127.0.0.1"] });
    this.nameServer.set("silent.test", { drop: true });
    this.#sockets.on(
      "connection",
      (socket) => void socket.on("message", (data) => socket.send(data, { binary: false })),
    );
    for (const each of [this.#web, this.#tls, this.#socketSite, this.#banner, this.#redis])
      await new Promise<void>((resolve) => each.listen(0, "127.0.0.1", resolve));
    await new Promise<void>((resolve) => this.#silent.bind(0, "127.0.0.1", () => resolve()));
  }

  async stop(): Promise<void> {
    await this.nameServer.close();
    await this.grpcServer.close();
    this.#tls.close();
    this.#path.close();
    this.#redis.close();
    this.#silent.close();
    this.#banner.close();
    await rm(this.#directory, { recursive: true });
    for (const client of this.#sockets.clients) client.terminate();
    this.#socketSite.close();
    this.#web.closeAllConnections();
    this.#web.close();
  }
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
