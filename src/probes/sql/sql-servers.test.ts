import { type AddressInfo, createServer, type Socket } from "node:net";
import { createSecureContext, TLSSocket } from "node:tls";
import { afterEach, describe, expect, it } from "vitest";
import { identities, rootPath } from "../../../test/support/samples/certificates.ts";
import { reasonsOf, startNetworkRun } from "../../../test/support/worlds/http-run.ts";
import type { Result } from "../../core/checks/result.ts";
import { sql } from "./sql.ts";

const closing: (() => unknown)[] = [];

afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

/** A server that does with each connection as it likes; returns its port. */
async function serve(talk: (socket: Socket, bytes: Buffer | undefined) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {}).on("data", (bytes) => talk(socket, bytes));
    talk(socket, undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

async function askServer(driver: "postgres" | "mysql", port: number, options: object = {}): Promise<Result> {
  const dsn = `${driver}://monitor:canary%2Fsecret@127.0.0.1:${port}/shop`;
  return (await startNetworkRun(sql, "shop", { driver, dsn, ...options }).outcome).result;
}

/** A message of PostgreSQL's protocol. */
function message(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5, type);
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

const loggedIn = Buffer.concat([message("R", Buffer.alloc(4)), message("Z", Buffer.from("I"))]);

describe("probes/sql at servers", () => {
  it.each<readonly [string, "postgres" | "mysql", (socket: Socket, bytes: Buffer | undefined) => void, string]>([
    ["closes at once (F13)", "postgres", (socket) => socket.end(), "down reset"],
    ["closes at once (F13)", "mysql", (socket) => socket.end(), "down reset"],
    [
      "speaks something else (F28)",
      "postgres",
      (socket, bytes) => void (bytes && socket.write("HTTP/1.1 400 Bad\r\n\r\n")),
      "down protocol",
    ],
    [
      "speaks something else (F28)",
      "mysql",
      (socket) => void socket.write("SSH-2.0-x\r\n".repeat(20)),
      "down protocol",
    ],
    [
      "announces a message without end",
      "postgres",
      (socket, bytes) =>
        bytes &&
        flood(socket, Buffer.concat([loggedIn, Buffer.from([0x44, 127, 255, 255, 255]), Buffer.alloc(50_000, "z")])),
      "down body_too_large",
    ],
    [
      "sends rows without end (F22)",
      "postgres",
      (socket, bytes) => bytes && flood(socket, Buffer.concat([loggedIn, message("S", Buffer.alloc(50_000, "a"))])),
      "down body_too_large",
    ],
    [
      "sends a row that nobody announced",
      "postgres",
      (socket, bytes) =>
        void (
          bytes &&
          socket.write(
            Buffer.concat([loggedIn, message("D", Buffer.from([255, 255])), message("T", Buffer.from([127, 255]))]),
          )
        ),
      "down protocol",
    ],
    [
      "asks for the password in clear",
      "postgres",
      (socket, bytes) => void (bytes && socket.write(message("R", Buffer.from([0, 0, 0, 3])))),
      "unknown permission",
    ],
  ])("outlives a server that %s: %s", async (_, driver, talk, reason) => {
    let heard = "";
    const port = await serve((socket, bytes) => {
      heard += bytes?.toString("latin1") ?? "";
      talk(socket, bytes);
    });

    const result = await askServer(driver, port);

    expect(reasonsOf(result)).toEqual([reason]);
    expect(heard + JSON.stringify(result)).not.toContain("canary");
  });

  it.each([
    ["expired (F40)", "expired", "down tls_expired"],
    ["not valid yet (F40)", "notYetValid", "down tls_not_yet_valid"],
    ["for another host (F41)", "wrongHost", "down tls_hostname"],
    ["from nobody we trust (F41)", "untrusted", "down tls_untrusted"],
    ["weak (F42)", "shortKey", "down tls_weak"],
  ] as const)("refuses to log in behind a certificate that is %s", async (_, identity, reason) => {
    const heard: Buffer[] = [];
    const port = await serve((socket, bytes) => {
      if (bytes === undefined) return;
      socket.removeAllListeners("data");
      socket.write("S");
      const secure = new TLSSocket(socket, {
        isServer: true,
        secureContext: createSecureContext({ ...identities[identity], ciphers: "DEFAULT:@SECLEVEL=0" }),
      });
      secure.on("error", () => {}).on("data", (more: Buffer) => heard.push(more));
    });

    const result = await askServer("postgres", port, {
      encryption: "tls",
      tls: { ca: rootPath, server_name: "shop.test" },
    });

    expect(reasonsOf(result)[0]).toBe(reason);
    expect(heard).toEqual([]);
  });

  it.each<readonly [string, (socket: Socket, stall: () => void) => void, string]>([
    ["does not go on with TLS (F43)", (_, stall) => stall(), "down tls_timeout"],
    ["does not speak TLS (F44)", (socket) => void socket.end("220 hello\r\n"), "down tls_handshake"],
    ["offers no TLS", () => {}, "down protocol"],
  ])("never logs in at a server that %s", async (_, talk, reason) => {
    const stalled = Promise.withResolvers<void>();
    let asked = 0;
    const port = await serve((socket, bytes) => {
      if (bytes === undefined) return;
      asked += 1;
      if (asked > 1) return talk(socket, stalled.resolve);
      socket.write(reason === "down protocol" ? "N" : "S");
    });
    const dsn = `postgres://monitor:canary@127.0.0.1:${port}/shop`;
    const run = startNetworkRun(sql, "shop", { dsn, encryption: "tls" });
    void stalled.promise.then(() => run.cancel());

    expect(reasonsOf((await run.outcome).result)).toEqual([reason]);
  });
});

/** Writes as long as the other end listens. */
function flood(socket: Socket, bytes: Buffer): void {
  const next = (): void => void (socket.destroyed || socket.write(bytes, () => setImmediate(next)));
  next();
}
