import type { Finding } from "../../core/checks/finding.ts";
import type { Pattern } from "../../core/matching/pattern.ts";
import type { WireReader } from "../../core/net/wire-reader.ts";
import type { Wire } from "../../core/ports/wires.ts";
import { escapeControls } from "../../core/text/printable.ts";
import { closeText } from "./close-codes.ts";
import { encodeFrame, opcodes, readFrame } from "./frames.ts";
import type { Step } from "./options.ts";

const mostLines = 60;
const shownCharacters = 200;
const encoder = new TextEncoder();

/** A whole message, or how the server closed. */
type Heard = Readonly<
  | { text: string }
  | { bytes: Uint8Array }
  | { pong: Uint8Array }
  | { closed: string; code: number | undefined }
  | { finding: Finding }
>;

/** What a conversation is given. */
export type Line = Readonly<{
  wire: Wire;
  reader: WireReader;
  random(): number;
  monotonicMs(): number;
  /** Says what is waited for. */
  waits(what: string): void;
}>;

/** Holds the conversation of a check with one server. */
export class Conversation {
  /** What was said, oldest first: `<` came, `>` was sent; never a secret. */
  readonly lines: string[] = [];
  failedDueToRegex = false;
  /** Time of the last ping that was answered. */
  pingMs: number | undefined;
  readonly #line: Line;
  #isClosing = false;

  constructor(line: Line) {
    this.#line = line;
  }

  /** Goes through the steps; the finding says at which one it ended and why. */
  async hold(steps: readonly Step[]): Promise<Finding | undefined> {
    for (const [index, step] of steps.entries()) {
      this.#line.waits(`step ${index + 1}${wantedBy(step)}`);
      const finding = await this.#take(step);
      if (finding !== undefined) return { ...finding, detail: `step ${index + 1}: ${finding.detail}` };
    }
    if (!this.#isClosing) await this.#send(opcodes.close, closePayload(1000));
    return undefined;
  }

  #take(step: Step): Promise<Finding | undefined> {
    if (step.expect !== undefined) return this.#expect(step.expect, false);
    if (step.expect_next !== undefined) return this.#expect(step.expect_next, true);
    if (step.expect_hex !== undefined) return this.#expectBytes(step.expect_hex);
    if (step.expect_close !== undefined) return this.#expectClose(step.expect_close);
    if (step.close !== undefined) return this.#close(step.close);
    return step.ping ? this.#ping() : this.#say(step);
  }

  #say({ send, send_secret: secret, send_hex: hex }: Step): Promise<Finding | undefined> {
    if (hex !== undefined) {
      this.#note(">", `${hex.length} bytes`);
      return this.#send(opcodes.binary, hex);
    }
    this.#note(">", secret === undefined ? (send ?? "") : String(secret));
    return this.#send(opcodes.text, encoder.encode(secret === undefined ? (send ?? "") : secret.reveal()));
  }

  async #expect(pattern: Pattern, isNext: boolean): Promise<Finding | undefined> {
    let last: string | undefined;
    while (true) {
      const heard = await this.#hear();
      if ("finding" in heard) return heard.finding;
      if ("pong" in heard) continue;
      if ("closed" in heard) {
        this.failedDueToRegex = true;
        const before = last === undefined ? "no message came" : `the last message was ${last}`;
        return down("keyword", `${heard.closed} before a message matched ${pattern.source}; ${before}`);
      }
      if ("text" in heard && pattern.test(heard.text)) return undefined;
      last = "text" in heard ? `"${shown(heard.text)}"` : `${heard.bytes.length} bytes`;
      if (!isNext) continue;
      this.failedDueToRegex = true;
      return down("keyword", `the next message was ${last}, which does not match ${pattern.source}`);
    }
  }

  async #expectBytes(wanted: Uint8Array): Promise<Finding | undefined> {
    const heard = await this.#hearMessage();
    if ("finding" in heard) return heard.finding;
    if ("closed" in heard) return down("keyword", `${heard.closed} before a message came`);
    const got = "text" in heard ? encoder.encode(heard.text) : heard.bytes;
    if (got.length === wanted.length && got.every((byte, index) => byte === wanted[index])) return undefined;
    return down("keyword", `the next message was ${got.length} other bytes than the ${wanted.length} expected`);
  }

  async #expectClose(code: number): Promise<Finding | undefined> {
    while (true) {
      const heard = await this.#hear();
      if ("finding" in heard) return heard.finding;
      if (!("closed" in heard)) continue;
      return heard.code === code ? undefined : down("protocol", `${heard.closed}, expected ${closeText(code)}`);
    }
  }

  async #close(code: number): Promise<Finding | undefined> {
    this.#isClosing = true;
    const failure = await this.#send(opcodes.close, closePayload(code));
    if (failure !== undefined) return failure;
    while (true) {
      const heard = await this.#hear();
      if ("finding" in heard) return heard.finding;
      if (!("closed" in heard)) continue;
      return heard.code === undefined ? down("protocol", `we closed with ${code}, and ${heard.closed}`) : undefined;
    }
  }

  async #ping(): Promise<Finding | undefined> {
    const { random, monotonicMs } = this.#line;
    const payload = Uint8Array.from({ length: 8 }, () => Math.floor(random() * 256));
    const sentMs = monotonicMs();
    const failure = await this.#send(opcodes.ping, payload);
    if (failure !== undefined) return failure;
    this.#note(">", "ping");
    while (true) {
      const heard = await this.#hear();
      if ("finding" in heard) return heard.finding;
      if ("closed" in heard) return down("protocol", `${heard.closed} before the ping was answered`);
      if (!("pong" in heard) || !heard.pong.every((byte, index) => byte === payload[index])) continue;
      if (heard.pong.length !== payload.length) continue;
      this.pingMs = monotonicMs() - sentMs;
      this.#note("<", "pong");
      return undefined;
    }
  }

  async #hearMessage(): Promise<Exclude<Heard, { pong: Uint8Array }>> {
    while (true) {
      const heard = await this.#hear();
      if (!("pong" in heard)) return heard;
    }
  }

  /** The next message whole, the next pong, or the end; pings are answered on the way. */
  async #hear(): Promise<Heard> {
    const parts: Uint8Array[] = [];
    let opcode: number = opcodes.continuation;
    while (true) {
      const frame = await readFrame(this.#line.reader);
      if ("finding" in frame) return frame;
      if ("end" in frame) return { closed: "the connection ended without a close frame", code: undefined };
      if (frame.opcode === opcodes.close) return this.#closed(frame.payload);
      if (frame.opcode === opcodes.pong) {
        // One between the parts of a message is passed over.
        if (parts.length === 0) return { pong: frame.payload };
        continue;
      }
      if (frame.opcode === opcodes.ping) {
        const failure = await this.#send(opcodes.pong, frame.payload);
        if (failure !== undefined) return { finding: failure };
        continue;
      }
      if ((frame.opcode === opcodes.continuation) !== parts.length > 0) {
        return { finding: down("protocol", "the parts of the server's messages are mixed up") };
      }
      if (parts.length === 0) opcode = frame.opcode;
      parts.push(frame.payload);
      if (frame.isFinal) return this.#whole(opcode, parts);
    }
  }

  #whole(opcode: number, parts: readonly Uint8Array[]): Heard {
    const bytes = parts.length === 1 && parts[0] !== undefined ? parts[0] : joined(parts);
    if (opcode === opcodes.binary) {
      this.#note("<", `${bytes.length} bytes`);
      return { bytes };
    }
    const text = decode(bytes);
    if (text === undefined) return { finding: down("protocol", "a text message of the server is no UTF-8") };
    this.#note("<", text);
    return { text };
  }

  async #closed(payload: Uint8Array): Promise<Heard> {
    const code = payload.length < 2 ? 1005 : (payload[0] ?? 0) * 256 + (payload[1] ?? 0);
    const why = decode(payload.subarray(2)) ?? "";
    if (!this.#isClosing) await this.#send(opcodes.close, payload.subarray(0, 2));
    this.#isClosing = true;
    const closed = `the server closed with ${closeText(code)}${why === "" ? "" : `: ${shown(why)}`}`;
    this.#note("<", closed);
    return { closed, code };
  }

  #send(opcode: number, payload: Uint8Array): Promise<Finding | undefined> {
    const mask = Uint8Array.from({ length: 4 }, () => Math.floor(this.#line.random() * 256));
    return this.#line.wire.send(encodeFrame(opcode, payload, mask));
  }

  #note(direction: "<" | ">", text: string): void {
    if (this.lines.length < mostLines) this.lines.push(`${direction} ${shown(text)}`);
  }
}

function wantedBy({ expect, expect_next: next, expect_hex: hex, expect_close: close, ping }: Step): string {
  const pattern = expect ?? next;
  if (pattern !== undefined) return `, waiting for a message that matches ${shown(pattern.source)}`;
  if (hex !== undefined) return ", waiting for a binary message";
  if (close !== undefined) return ", waiting for the close";
  return ping ? ", waiting for the pong" : "";
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function closePayload(code: number): Uint8Array {
  return Uint8Array.of(code >> 8, code & 0xff);
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

function shown(text: string): string {
  return escapeControls(text.slice(0, shownCharacters));
}

function down(reason: "keyword" | "protocol", detail: string): Finding {
  return { is: "down", reason, phase: "dialogue", detail };
}
