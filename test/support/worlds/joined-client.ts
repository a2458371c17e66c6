import { type Duplex, duplexPair } from "node:stream";
import { setImmediate as turn } from "node:timers/promises";
import type { FastifyInstance } from "fastify";
import type { ApiDependencies } from "../../../src/api/api-dependencies.ts";
import { buildHttpServer } from "../../../src/api/http-server.ts";
import type { ProbeDoor } from "../../../src/api/probe-door.ts";
import { routeTable } from "../../../src/api/route-table.ts";
import { serverSchema } from "../../../src/api/server-schema.ts";
import type { ListenerIdentity } from "../../../src/core/ports/listener-identity.ts";
import { type ApiParts, apiParts } from "./api-harness.ts";

/** A listener's server with a door. */
export type JoinedServer = ApiParts & {
  readonly app: FastifyInstance;
  readonly url: string;
  /** Addresses that Node's server was asked for. */
  readonly asked: string[];
};

/** Starts the server of one listener. */
export async function startJoined(
  probe: ProbeDoor["probe"],
  { identity, ...overrides }: Partial<ApiDependencies> & Readonly<{ identity?: ListenerIdentity }> = {},
): Promise<JoinedServer> {
  const text = (body: string) => ({ status: 200, contentType: "text/plain; charset=utf-8", body });
  const door: ProbeDoor = { probe, logs: () => text("logs\n"), config: () => text("config\n"), history: () => [] };
  const parts = apiParts({ door: () => door, ...overrides });
  const settings = serverSchema.parse({});
  const [listener] = Object.values(settings.listeners);
  if (listener === undefined) throw new Error("there is a listener by default");
  const app = await buildHttpServer(
    { ...listener, identity },
    settings,
    parts.dependencies,
    routeTable(parts.dependencies),
  );
  const asked: string[] = [];
  app.server.prependListener("request", ({ url = "" }) => void asked.push(url));
  const url = await app.listen({ host: "127.0.0.1", port: 0 });
  return { ...parts, app, url, asked };
}

/** The other end of a connection to a server, joined in memory: what was said is there a few turns of the loop later. */
export class JoinedClient {
  /** The server's end. */
  readonly socket: Duplex;
  said = "";
  hasEnded = false;
  readonly #stream: Duplex;

  constructor({ app }: JoinedServer) {
    const [stream, socket] = duplexPair();
    this.#stream = stream;
    // A socket that is read brings nothing before what it brings now is taken.
    const read = socket._read.bind(socket);
    socket._read = (sizeBytes) => process.nextTick(() => read(sizeBytes));
    this.socket = Object.assign(socket, { setTimeout: () => {} });
    stream.setEncoding("latin1").on("data", (chunk: string) => {
      this.said += chunk;
    });
    stream
      .on("error", () => {})
      .on("end", () => {
        this.hasEnded = true;
      });
    app.server.emit("connection", socket);
  }

  /** Sends the chunks one after the other; resolves with what is answered, but for its date. */
  async send(...chunks: readonly (string | Uint8Array)[]): Promise<string> {
    const before = this.said.length;
    for (const chunk of chunks) {
      if (this.#stream.writable) this.#stream.write(typeof chunk === "string" ? Buffer.from(chunk, "latin1") : chunk);
      await turns(3);
    }
    await turns(12);
    return this.said.slice(before).replaceAll(/^Date: .*$/gm, "Date: then");
  }

  /** Reads no more until `resume`. */
  pause(): void {
    this.#stream.pause();
  }

  resume(): void {
    this.#stream.resume();
  }

  end(): void {
    this.#stream.end();
  }

  destroy(): void {
    this.#stream.destroy();
  }
}

async function turns(count: number): Promise<void> {
  for (let made = 0; made < count; made += 1) await turn();
}
