import { type FileHandle, open } from "node:fs/promises";
import { type Duplex, PassThrough, type Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createZstdDecompress } from "node:zlib";
import { isTarHeader, TarWalker } from "./tar-walker.ts";
import { walkZip } from "./zip-directory.ts";

const headBytes = 512;

/** Reads an archive to its end; returns its form and what it holds. @throws {Error} saying what is wrong, or that the form is not known. */
export async function verifyArchive(path: string, signal: AbortSignal): Promise<string> {
  await using file = await open(path, "r");
  const { size } = await file.stat();
  const head = Buffer.alloc(headBytes);
  const { bytesRead } = await file.read(head, 0, headBytes, 0);
  const magic = head.subarray(0, bytesRead);
  if (magic.length === 0) throw new Error("the file is empty");
  if (begins(magic, 0x1f, 0x8b)) return await unpacked("gzip", file, createGunzip(), signal);
  if (begins(magic, 0x28, 0xb5, 0x2f, 0xfd)) return await unpacked("zstd", file, createZstdDecompress(), signal);
  if (begins(magic, 0x50, 0x4b)) return `zip of ${await walkZip(file, size)} members`;
  if (isTarHeader(magic)) {
    const walker = new TarWalker();
    await pipeline(contentOf(file), walker, { signal });
    return `tar of ${walker.members} members`;
  }
  throw new Error("this is neither tar, gzip, zstd nor zip");
}

/** Unpacks and throws away what comes; a tar archive inside is walked. */
async function unpacked(form: string, file: FileHandle, unpack: Duplex, signal: AbortSignal): Promise<string> {
  const sink = new InnerSink();
  await pipeline(contentOf(file), unpack, new PassThrough(), sink, { signal });
  return sink.tarMembers === undefined ? form : `${form} of tar of ${sink.tarMembers} members`;
}

function contentOf(file: FileHandle): Readable {
  return file.createReadStream({ start: 0, autoClose: false, highWaterMark: 1024 * 1024 });
}

/** Looks at the first block to tell whether a tar archive follows. */
class InnerSink extends Writable {
  #head = Buffer.alloc(0);
  #inner: TarWalker | "other" | undefined;

  /** Members of the tar archive inside; undefined when something else is. */
  get tarMembers(): number | undefined {
    return this.#inner instanceof TarWalker ? this.#inner.members : undefined;
  }

  override _write(chunk: Buffer, encoding: BufferEncoding, done: (error?: Error) => void): void {
    if (this.#inner === "other") return done();
    if (this.#inner !== undefined) return this.#inner._write(chunk, encoding, done);
    this.#head = Buffer.concat([this.#head, chunk]);
    if (this.#head.length < headBytes) return done();
    this.#inner = isTarHeader(this.#head.subarray(0, headBytes)) ? new TarWalker() : "other";
    if (this.#inner === "other") return done();
    this.#inner._write(this.#head, encoding, done);
  }

  override _final(done: (error?: Error) => void): void {
    if (this.#inner instanceof TarWalker) this.#inner._final(done);
    else done();
  }
}

function begins(bytes: Buffer, ...magic: readonly number[]): boolean {
  return magic.every((byte, index) => bytes[index] === byte);
}
