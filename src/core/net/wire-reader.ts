import type { Finding } from "../checks/finding.ts";
import type { Wire } from "../ports/wires.ts";

/** What was asked for, or how the other end's part of the conversation ended. */
export type Read<T> = Readonly<{ got: T } | { end: true } | { finding: Finding }>;

const lineFeed = 10;
const carriageReturn = 13;

/** Takes lines and bytes from a wire in order, and refuses to take more than its budgets in all. */
export class WireReader {
  readonly #wire: Wire;
  readonly #limitBytes: number;
  readonly #lineLimitBytes: number;
  readonly #decoder = new TextDecoder();
  /** Grows twofold, so that a drip of single bytes costs no more than a block. */
  #buffer = new Uint8Array(1024);
  #from = 0;
  #to = 0;
  #takenBytes = 0;

  constructor(wire: Wire, limits: Readonly<{ limitBytes: number; lineLimitBytes?: number }>) {
    this.#wire = wire;
    this.#limitBytes = limits.limitBytes;
    this.#lineLimitBytes = limits.lineLimitBytes ?? 64 * 1024;
  }

  /** True when the other end has sent more than was read. */
  get hasMore(): boolean {
    return this.#to > this.#from;
  }

  /** The next line without its end; at the end of everything the rest counts as one when there is any. */
  async line(): Promise<Read<string>> {
    for (let searched = 0; ; ) {
      const at = this.#pending.indexOf(lineFeed, searched);
      if (at >= 0) return { got: this.#text(this.#take(at + 1)) };
      searched = this.#pending.length;
      if (searched > this.#lineLimitBytes) return tooMuch(`a line is longer than ${this.#lineLimitBytes} bytes`);
      const more = await this.#more();
      if ("finding" in more) return more;
      if ("end" in more) return searched === 0 ? more : { got: this.#text(this.#take(searched)) };
    }
  }

  /** Exactly this many bytes; `end` when the other end is done before. */
  async bytes(count: number): Promise<Read<Uint8Array>> {
    while (this.#pending.length < count) {
      const more = await this.#more();
      if (!("got" in more)) return more;
    }
    return { got: this.#take(count) };
  }

  /** Everything until the other end is done. */
  async rest(): Promise<Read<Uint8Array>> {
    while (true) {
      const more = await this.#more();
      if ("finding" in more) return more;
      if ("end" in more) return { got: this.#take(this.#pending.length) };
    }
  }

  async #more(): Promise<Read<true>> {
    const received = await this.#wire.receive();
    if (!("bytes" in received)) return received;
    const { bytes } = received;
    this.#takenBytes += bytes.length;
    if (this.#takenBytes > this.#limitBytes) return tooMuch(`more than ${this.#limitBytes} bytes came`);
    this.#makeRoom(bytes.length);
    this.#buffer.set(bytes, this.#to);
    this.#to += bytes.length;
    return { got: true };
  }

  #makeRoom(count: number): void {
    if (this.#to + count <= this.#buffer.length) return;
    const pending = this.#pending;
    // What was handed out stays as it is: the bytes move to another buffer.
    this.#buffer = new Uint8Array(Math.max(1024, 2 * (pending.length + count)));
    this.#buffer.set(pending);
    this.#from = 0;
    this.#to = pending.length;
  }

  get #pending(): Uint8Array {
    return this.#buffer.subarray(this.#from, this.#to);
  }

  #take(count: number): Uint8Array {
    const taken = this.#buffer.subarray(this.#from, this.#from + count);
    this.#from += count;
    return taken;
  }

  #text(line: Uint8Array): string {
    let end = line.length;
    if (line[end - 1] === lineFeed) end -= 1;
    if (line[end - 1] === carriageReturn) end -= 1;
    return this.#decoder.decode(line.subarray(0, end));
  }
}

function tooMuch(what: string): Readonly<{ finding: Finding }> {
  return { finding: { is: "down", reason: "protocol", phase: "dialogue", detail: `the other end floods us: ${what}` } };
}
