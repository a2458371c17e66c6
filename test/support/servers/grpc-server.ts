import { once } from "node:events";
import {
  createSecureServer,
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from "node:http2";
import type { AddressInfo } from "node:net";

/** What a service answers: a serving status, a status of gRPC, or something of the test's own; `silent` never answers. */
export type GrpcAnswer =
  | Readonly<{ serving: number }>
  | Readonly<{ status: number; message?: string }>
  | Readonly<{ raw(stream: ServerHttp2Stream): void }>
  | "silent";

const path = "/grpc.health.v1.Health/Check";

/** A server of the standard health service over HTTP/2, by what the test says for each service name. */
export class GrpcServer {
  readonly #server: Http2Server;
  readonly #answers: Readonly<Record<string, GrpcAnswer>>;
  readonly #sessions = new Set<ServerHttp2Session>();
  /** Headers of the requests that came. */
  readonly seen: IncomingHttpHeaders[] = [];
  #asked = (): void => {};
  /** Resolves when the first request has come. */
  readonly asked = new Promise<void>((resolve) => {
    this.#asked = resolve;
  });

  private constructor(answers: Readonly<Record<string, GrpcAnswer>>, identity?: { key: string; cert: string }) {
    this.#answers = answers;
    this.#server = identity === undefined ? createServer() : createSecureServer(identity);
    this.#server.on("sessionError", () => {});
    this.#server.on("session", (session) => {
      this.#sessions.add(session);
      session.on("error", () => {}).on("close", () => this.#sessions.delete(session));
    });
    this.#server.on("stream", (stream, headers) => this.#serve(stream, headers));
  }

  static async start(
    answers: Readonly<Record<string, GrpcAnswer>>,
    identity?: { key: string; cert: string },
  ): Promise<GrpcServer> {
    const server = new GrpcServer(answers, identity);
    server.#server.listen(0, "127.0.0.1");
    await once(server.#server, "listening");
    return server;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get openSessions(): number {
    return this.#sessions.size;
  }

  async close(): Promise<void> {
    for (const session of this.#sessions) session.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #serve(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
    this.seen.push(headers);
    this.#asked();
    stream.on("error", () => {});
    const chunks: Buffer[] = [];
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.on("end", () => {
      if (headers[":path"] !== path) return refuse(stream, 12, "no such method");
      // Five bytes of frame, a tag and a length, then the name.
      const service = Buffer.concat(chunks).subarray(7).toString("utf8");
      const answer = this.#answers[service] ?? { status: 5, message: "unknown service" };
      if (answer === "silent") return;
      if ("raw" in answer) return answer.raw(stream);
      if ("status" in answer) return refuse(stream, answer.status, answer.message ?? "");
      const message = answer.serving === 0 ? [] : [8, answer.serving];
      respond(stream, Buffer.from([0, 0, 0, 0, message.length, ...message]));
    });
  }
}

/** Answers with bytes as they are and status OK. */
export function respond(stream: ServerHttp2Stream, bytes: Uint8Array): void {
  stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
  stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
  stream.end(bytes);
}

function refuse(stream: ServerHttp2Stream, status: number, message: string): void {
  const headers = { "grpc-status": String(status), "grpc-message": encodeURIComponent(message) };
  stream.respond({ ":status": 200, "content-type": "application/grpc", ...headers }, { endStream: true });
}
