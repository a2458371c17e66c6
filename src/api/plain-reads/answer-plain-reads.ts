import type { Server } from "node:http";
import type { Socket } from "node:net";
import { answerDeadlineMs, answerOfError, headerWords } from "../answering.ts";
import type { ApiDependencies } from "../api-dependencies.ts";
import type { Guards } from "../guards.ts";
import type { ApiAnswer, RouteSpec } from "../route-spec.ts";
import { DateText, headText } from "./answer-text.ts";
import { type Admitted, HeldConnection, type PlainService } from "./held-connection.ts";
import { lineReader } from "./plain-heads.ts";
import { TimeLimits } from "./time-limits.ts";

type Listener = (socket: Socket) => void;

/**
 * Answers plain reads of what programs read on their connections, before Node's server makes objects of them: it and fastify cost as
 * much as a light probe. Whatever is not plain or would be refused goes on to Node with its connection, so that there is one way to
 * read requests and one to refuse them.
 */
export function answerPlainReads(
  server: Server,
  table: readonly RouteSpec[],
  guards: Guards,
  dependencies: ApiDependencies,
): void {
  const specs = new Map(table.filter(isPlain).map((spec) => [spec.path, spec]));
  if (specs.size === 0) return;
  const event = "setSecureContext" in server ? "secureConnection" : "connection";
  const listeners = server.listeners(event) as Listener[];
  const held = new Set<HeldConnection>();
  const { clock } = dependencies;
  const limits = new TimeLimits(held, clock);
  const answering = new Answering(server, dependencies);
  const service: PlainService = {
    monotonicMs: () => clock.monotonicMs(),
    // Node asks for the whole head within this time.
    silentMs: server.headersTimeout,
    idleMs: server.keepAliveTimeout,
    lineOf: lineReader(specs),
    take({ line, headers }, connection) {
      const { spec, url, query } = line;
      // A server that closes refuses, too.
      if (!server.listening) return undefined;
      let { admitted } = connection;
      if (admitted?.spec !== spec || admitted.headers !== headers) {
        if (guards.refuse({ method: "GET", url, headers }, spec) !== undefined) return undefined;
        admitted = { spec, headers, words: headerWords(headers) };
        connection.admitted = admitted;
      }
      void answering.answer(query, admitted, connection);
      return spec.answerWithinMs ?? answerDeadlineMs;
    },
    handOn(socket) {
      for (const listener of listeners) listener.call(server, socket);
    },
    forget: (connection) => void held.delete(connection),
  };
  server.removeAllListeners(event);
  server.on(event, (socket: Socket) => {
    held.add(new HeldConnection(socket, service));
    limits.watch();
  });
  server.once("close", () => limits.stop());
  closeWith(server, held);
}

/** Open to everybody, without limits or parts of its path that mean something: there is nothing to decide but what guards do. */
function isPlain({ readBy, auth, limit, body, path }: RouteSpec): boolean {
  return readBy === "programs" && auth === "none" && limit === undefined && body === "none" && !path.includes(":");
}

/** Node's server closes the connections that it knows: those that are held here are closed with them. */
function closeWith(server: Server, held: ReadonlySet<HeldConnection>): void {
  const closeIdle = server.closeIdleConnections.bind(server);
  const closeAll = server.closeAllConnections.bind(server);
  server.closeIdleConnections = () => {
    closeIdle();
    for (const connection of held) connection.retire();
  };
  server.closeAllConnections = () => {
    closeAll();
    for (const { socket } of held) socket.destroy();
  };
}

class Answering {
  readonly #server: Server;
  readonly #dependencies: ApiDependencies;
  readonly #date = new DateText();

  constructor(server: Server, dependencies: ApiDependencies) {
    this.#server = server;
    this.#dependencies = dependencies;
  }

  async answer(query: URLSearchParams, { spec, words }: Admitted, connection: HeldConnection): Promise<void> {
    const { accept, acceptsGzip, scrapeTimeout } = words;
    // Named one by one: V8 copies objects that are spread key by key.
    const request = { query, accept, acceptsGzip, scrapeTimeout, params: {}, body: undefined, push: undefined };
    let answer: ApiAnswer;
    try {
      answer = await spec.handle(request, this.#dependencies);
    } catch (error) {
      answer = answerOfError(error, spec.path, this.#dependencies);
    }
    this.#write(answer, connection);
  }

  #write(answer: ApiAnswer, connection: HeldConnection): void {
    const { socket, requests } = connection;
    const { keepAliveTimeout: keepAliveMs, maxRequestsPerSocket } = this.#server;
    const mostRequests = maxRequestsPerSocket ?? 0;
    if (requests >= mostRequests || !this.#server.listening) connection.retire();
    const words = connection.isRetired ? "close" : { keepAliveMs, mostRequests };
    const { body } = answer;
    const whole = typeof body === "string" ? body : Buffer.concat(body);
    const lengthBytes = Buffer.byteLength(whole);
    const head = headText(answer, lengthBytes, this.#date.at(this.#dependencies.clock.now()), words);
    if (typeof whole === "string") {
      // Letters of one byte go out as they are.
      socket.write(head + whole, lengthBytes === whole.length ? "latin1" : "utf8");
    } else {
      socket.write(head, "latin1");
      socket.write(whole);
    }
    // The kernel takes what is short at once; to be called back for that is dear.
    if (socket.writableLength === 0) connection.answered();
    else socket.write("", () => connection.answered());
  }
}
