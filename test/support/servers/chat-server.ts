import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import type { ServerIdentity } from "../samples/certificates.ts";

/** What the server does with one request: bytes to write (then close when `end`), a reset, or silence. */
export type ScriptedAnswer =
  | Readonly<{ status: number; headers?: Readonly<Record<string, string>>; body?: string }>
  | Readonly<{ raw: string; end?: boolean }>
  | "reset"
  | "hang"
  | ((request: ReceivedRequest) => ScriptedAnswer);

export type ReceivedRequest = Readonly<{
  method: string;
  path: string;
  headers: Readonly<Record<string, string>>;
  body: string;
}>;

/** A chat endpoint on loopback that answers byte for byte what its script says, the last entry for ever. */
export class ChatServer {
  readonly requests: ReceivedRequest[] = [];
  readonly #server: Server;
  readonly #scheme: "http" | "https";
  readonly #sockets = new Set<Socket>();
  readonly #waiters: { count: number; resolve: () => void }[] = [];
  #script: readonly ScriptedAnswer[];

  private constructor(script: readonly ScriptedAnswer[], identity?: ServerIdentity) {
    this.#script = script;
    const serve = (socket: Socket): void => this.#serve(socket);
    this.#server = identity === undefined ? createServer(serve) : createTlsServer(identity, serve);
    this.#server.on("tlsClientError", () => {});
    this.#scheme = identity === undefined ? "http" : "https";
  }

  static start(...script: readonly ScriptedAnswer[]): Promise<ChatServer> {
    return ChatServer.#listening(new ChatServer(script.length === 0 ? [{ status: 200, body: "ok" }] : script));
  }

  /** The same behind TLS. */
  static startTls(identity: ServerIdentity, ...script: readonly ScriptedAnswer[]): Promise<ChatServer> {
    return ChatServer.#listening(
      new ChatServer(script.length === 0 ? [{ status: 200, body: "ok" }] : script, identity),
    );
  }

  static async #listening(chat: ChatServer): Promise<ChatServer> {
    chat.#server.listen(0, "127.0.0.1");
    await once(chat.#server, "listening");
    return chat;
  }

  get url(): string {
    return `${this.#scheme}://127.0.0.1:${this.port}`;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Replaces what is left of the script. */
  answerWith(...script: readonly ScriptedAnswer[]): void {
    this.#script = script;
  }

  /** Resolves when so many requests have arrived since the start. */
  received(count: number): Promise<void> {
    return new Promise((resolve) => {
      this.#waiters.push({ count, resolve });
      this.#wake();
    });
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on("close", () => this.#sockets.delete(socket));
    socket.on("error", () => {});
    let text = "";
    socket.setEncoding("latin1");
    socket.on("data", (chunk: string) => {
      text += chunk;
      for (let request = parseRequest(text); request !== undefined; request = parseRequest(text)) {
        text = text.slice(request.length);
        this.requests.push(request.received);
        this.#answer(socket, request.received);
        this.#wake();
      }
    });
  }

  #answer(socket: Socket, request: ReceivedRequest): void {
    const [next, ...rest] = this.#script;
    if (rest.length > 0) this.#script = rest;
    let answer = next;
    while (typeof answer === "function") answer = answer(request);
    if (answer === undefined || answer === "hang") return;
    if (answer === "reset") return void socket.resetAndDestroy();
    if ("raw" in answer) {
      socket.write(answer.raw);
      if (answer.end === true) socket.end();
      return;
    }
    const body = answer.body ?? "";
    const headers = Object.entries({ "content-length": String(Buffer.byteLength(body)), ...answer.headers });
    socket.write(
      `HTTP/1.1 ${answer.status} X\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n${body}`,
    );
  }

  #wake(): void {
    for (const waiter of this.#waiters) if (this.requests.length >= waiter.count) waiter.resolve();
  }
}

function parseRequest(text: string): Readonly<{ received: ReceivedRequest; length: number }> | undefined {
  const headEnd = text.indexOf("\r\n\r\n");
  if (headEnd < 0) return undefined;
  const [start = "", ...lines] = text.slice(0, headEnd).split("\r\n");
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 1).trim()]),
  );
  const length = headEnd + 4 + Number(headers["content-length"] ?? 0);
  if (text.length < length) return undefined;
  const [method = "", path = ""] = start.split(" ");
  const body = Buffer.from(text.slice(headEnd + 4, length), "latin1").toString("utf8");
  return { received: { method, path, headers, body }, length };
}
