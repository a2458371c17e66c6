/** What the server sent is not SSH. */
export class SshProblem extends Error {}

const encoder = new TextEncoder();

/** Writes the fields of a message. @see RFC 4251 §5 */
export class SshWriter {
  readonly #parts: Uint8Array[] = [];

  byte(value: number): this {
    this.#parts.push(Uint8Array.of(value));
    return this;
  }

  uint32(value: number): this {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setUint32(0, value);
    this.#parts.push(bytes);
    return this;
  }

  raw(bytes: Uint8Array): this {
    this.#parts.push(bytes);
    return this;
  }

  string(value: Uint8Array | string): this {
    const bytes = typeof value === "string" ? encoder.encode(value) : value;
    return this.uint32(bytes.length).raw(bytes);
  }

  /** A positive number, big-endian. */
  mpint(value: Uint8Array): this {
    return this.string(mpintBytes(value));
  }

  bytes(): Uint8Array {
    const whole = new Uint8Array(this.#parts.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const part of this.#parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }
}

/** The number without leading zeros, and with one where it would be read as negative. */
function mpintBytes(value: Uint8Array): Uint8Array {
  const first = value.findIndex((byte) => byte !== 0);
  if (first < 0) return new Uint8Array(0);
  const digits = value.subarray(first);
  return (digits[0] ?? 0) < 0x80 ? digits : Uint8Array.of(0, ...digits);
}

/** Reads the fields of a message; every method throws where they do not fit. */
export class SshFields {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** @throws {SshProblem} when the message is too short. */
  take(count: number): Uint8Array {
    if (this.#at + count > this.#bytes.length) throw new SshProblem("a message is shorter than it says");
    this.#at += count;
    return this.#bytes.subarray(this.#at - count, this.#at);
  }

  byte(): number {
    return this.take(1)[0] ?? 0;
  }

  uint32(): number {
    const bytes = this.take(4);
    return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  }

  string(): Uint8Array {
    return this.take(this.uint32());
  }

  text(): string {
    return new TextDecoder("latin1").decode(this.string());
  }

  names(): readonly string[] {
    const text = this.text();
    return text === "" ? [] : text.split(",");
  }

  /** A positive number without leading zeros. */
  mpint(): Uint8Array {
    const bytes = this.string();
    if ((bytes[0] ?? 0) >= 0x80) throw new SshProblem("a number is negative");
    const first = bytes.findIndex((byte) => byte !== 0);
    return first < 0 ? new Uint8Array(0) : bytes.subarray(first);
  }
}

/** A message as one packet before encryption begins; the padding is zeros. @see RFC 4253 §6 */
export function packetOf(payload: Uint8Array): Uint8Array {
  const padding = 8 - ((5 + payload.length) % 8);
  const paddingBytes = padding < 4 ? padding + 8 : padding;
  return new SshWriter()
    .uint32(1 + payload.length + paddingBytes)
    .byte(paddingBytes)
    .raw(payload)
    .raw(new Uint8Array(paddingBytes))
    .bytes();
}
