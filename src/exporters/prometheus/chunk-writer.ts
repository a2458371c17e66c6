const chunkBytes = 256 * 1024;

/** Gathers slices of bytes into chunks of about 256 KiB; a slice larger than that makes a chunk of its own. */
export class ChunkWriter {
  #chunk = Buffer.allocUnsafeSlow(chunkBytes);
  #length = 0;

  get isEmpty(): boolean {
    return this.#length === 0;
  }

  fits(sizeBytes: number): boolean {
    return this.isEmpty || this.#length + sizeBytes <= this.#chunk.length;
  }

  append(bytes: Buffer, from = 0, to = bytes.length): void {
    const end = this.#length + to - from;
    if (end > this.#chunk.length) this.#grow(end);
    bytes.copy(this.#chunk, this.#length, from, to);
    this.#length = end;
  }

  take(): Buffer {
    const full = this.#chunk.subarray(0, this.#length);
    this.#chunk = Buffer.allocUnsafeSlow(chunkBytes);
    this.#length = 0;
    return full;
  }

  #grow(leastBytes: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(leastBytes, this.#chunk.length * 2));
    this.#chunk.copy(larger, 0, 0, this.#length);
    this.#chunk = larger;
  }
}
