import type { Socket } from "node:net";
import type { HeaderWords } from "../answering.ts";
import type { RouteSpec } from "../route-spec.ts";
import { type PlainHead, PlainHeads, type ReadLine } from "./plain-heads.ts";

/** What the guards let through once and so again: they look at the path, which is the route's, and at the headers. */
export type Admitted = Readonly<{ spec: RouteSpec; headers: PlainHead["headers"]; words: HeaderWords }>;

/** What a connection is served with. */
export interface PlainService {
  readonly monotonicMs: () => number;
  /** A connection on which nothing comes for so long at its beginning is Node's. */
  readonly silentMs: number;
  /** One that is asked nothing for so long after an answer is closed. */
  readonly idleMs: number;
  /** Reads request lines. */
  readonly lineOf: ReadLine;
  /** Takes a request and goes on to answer it, not before it has returned, within so many milliseconds; undefined leaves it to Node. */
  take(head: PlainHead, connection: HeldConnection): number | undefined;
  /** Gives a connection to Node's server as if it were new. */
  handOn(socket: Socket): void;
  /** The connection is closed, or Node's. */
  forget(connection: HeldConnection): void;
}

/** A connection on which only plain requests have come so far, each after the answer to the one before; with the first byte of anything else it is Node's, for good. */
export class HeldConnection {
  readonly socket: Socket;
  /** What was let through last. */
  admitted: Admitted | undefined;
  readonly #service: PlainService;
  readonly #heads: PlainHeads;
  /** What came before the answer that is due. */
  readonly #early: Buffer[] = [];
  /** When the time is over of what is waited for now: a request or the end of an answer. */
  #dueMs: number;
  #requests = 0;
  #isBusy = false;
  #isRetired = false;

  constructor(socket: Socket, service: PlainService) {
    this.socket = socket;
    this.#service = service;
    this.#heads = new PlainHeads(service.lineOf);
    this.#dueMs = service.monotonicMs() + service.silentMs;
    socket.on("data", this.#onData).on("end", this.#onEnd).on("close", this.#onClose).on("error", ignore);
  }

  /** Requests that were taken. */
  get requests(): number {
    return this.#requests;
  }

  /** The answer that is due is the last one. */
  get isRetired(): boolean {
    return this.#isRetired;
  }

  /** Closes now, or after the answer that is due. */
  retire(): void {
    this.#isRetired = true;
    if (!this.#isBusy) this.socket.destroy();
  }

  /** Ends what waits for longer than it may. */
  expire(nowMs: number): void {
    if (nowMs < this.#dueMs) return;
    if (this.#requests === 0) this.#handOn();
    else this.socket.destroy();
  }

  /** The kernel has the answer, or the connection is gone. */
  answered(): void {
    this.#dueMs = this.#service.monotonicMs() + this.#service.idleMs;
    this.#isBusy = false;
    const { socket } = this;
    if (this.#isRetired) socket.end();
    else if (this.#early.length > 0 && !socket.destroyed) {
      this.#handOn(Buffer.concat(this.#early));
      socket.resume();
    }
  }

  readonly #onData = (chunk: Buffer): void => {
    if (this.#isBusy) {
      this.socket.pause();
      this.#early.push(chunk);
      return;
    }
    const head = this.#heads.read(chunk);
    if (head === undefined) return this.#handOn(chunk);
    const withinMs = this.#service.take(head, this);
    if (withinMs === undefined) return this.#handOn(chunk);
    this.#isBusy = true;
    this.#requests += 1;
    this.#dueMs = this.#service.monotonicMs() + withinMs;
    // Node would do so a moment later, and makes an object of its own for that.
    this.socket.read(0);
  };

  readonly #onEnd = (): void => void this.socket.end();
  readonly #onClose = (): void => this.#service.forget(this);

  #handOn(chunk?: Buffer): void {
    const { socket } = this;
    socket.off("data", this.#onData).off("end", this.#onEnd).off("close", this.#onClose).off("error", ignore);
    this.#service.forget(this);
    this.#service.handOn(socket);
    if (chunk !== undefined) socket.unshift(chunk);
  }
}

function ignore(): void {}
