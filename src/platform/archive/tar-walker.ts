import { Writable } from "node:stream";

const blockBytes = 512;

/** Takes a tar archive and throws away its content; fails where a header is wrong or the end is missing. @see https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html#tag_20_92_13_06 */
export class TarWalker extends Writable {
  /** Members seen so far. */
  members = 0;
  #block: Buffer = Buffer.alloc(0);
  #skipBytes = 0;
  #zeroBlocks = 0;

  override _write(chunk: Buffer, _: BufferEncoding, done: (error?: Error) => void): void {
    let rest = chunk;
    while (rest.length > 0) {
      const skipped = Math.min(this.#skipBytes, rest.length);
      this.#skipBytes -= skipped;
      rest = rest.subarray(skipped);
      if (rest.length === 0) break;
      // What follows the two empty blocks fills up the last record of a tape.
      if (this.#zeroBlocks >= 2) break;
      const taken = rest.subarray(0, blockBytes - this.#block.length);
      rest = rest.subarray(taken.length);
      this.#block = this.#block.length === 0 ? taken : Buffer.concat([this.#block, taken]);
      if (this.#block.length < blockBytes) break;
      const problem = this.#header(this.#block);
      if (problem !== undefined) return done(new Error(problem));
      this.#block = Buffer.alloc(0);
    }
    done();
  }

  override _final(done: (error?: Error) => void): void {
    if (this.#skipBytes > 0) return done(new Error("the tar archive ends in the middle of a member"));
    if (this.#block.length > 0) return done(new Error("the tar archive ends in the middle of a header"));
    done(this.#zeroBlocks === 0 ? new Error("the tar archive has no end mark: it was cut off") : undefined);
  }

  #header(block: Buffer): string | undefined {
    if (block.every((byte) => byte === 0)) {
      this.#zeroBlocks += 1;
      return undefined;
    }
    if (this.#zeroBlocks > 0) return "the tar archive goes on after an empty block";
    if (!isTarHeader(block)) return `member ${this.members + 1} of the tar archive has a broken header`;
    const sizeBytes = sizeOf(block);
    if (sizeBytes === undefined) return `member ${this.members + 1} of the tar archive has no readable size`;
    this.members += 1;
    this.#skipBytes = Math.ceil(sizeBytes / blockBytes) * blockBytes;
    return undefined;
  }
}

/** Tells by its checksum whether a block begins a member. */
export function isTarHeader(block: Buffer): boolean {
  if (block.length < blockBytes) return false;
  const said = Number.parseInt(block.toString("latin1", 148, 156).replaceAll("\0", " ").trim(), 8);
  let sum = 0;
  for (let index = 0; index < blockBytes; index += 1) sum += index >= 148 && index < 156 ? 32 : (block[index] ?? 0);
  return said === sum;
}

/** Octal digits, or base 256 for what does not fit. */
function sizeOf(block: Buffer): number | undefined {
  const first = block[124] ?? 0;
  if ((first & 0x80) !== 0) {
    const big = block.readBigUInt64BE(128);
    return big > BigInt(Number.MAX_SAFE_INTEGER) ? undefined : Number(big);
  }
  const digits = block.toString("latin1", 124, 136).replaceAll("\0", " ").trim();
  return /^[0-7]*$/.test(digits) ? Number.parseInt(digits || "0", 8) : undefined;
}
