import type { FileHandle } from "node:fs/promises";

const endSignature = 0x06054b50;
const end64Signature = 0x06064b50;
const locatorSignature = 0x07064b50;
const entrySignature = 0x02014b50;
const localSignature = 0x04034b50;
const endBytes = 22;
const longestComment = 65_535;
const mostDirectoryBytes = 64 * 1024 ** 2;

type Directory = Readonly<{ entries: number; sizeBytes: number; offset: number }>;

/**
 * Walks the central directory of a zip archive and looks at the header of every member that it names; returns their number.
 * @throws {Error} saying what is wrong.
 * @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */
export async function walkZip(file: FileHandle, sizeBytes: number): Promise<number> {
  const directory = await directoryOf(file, sizeBytes);
  if (directory.sizeBytes > mostDirectoryBytes || directory.offset + directory.sizeBytes > sizeBytes) {
    throw new Error("the zip archive's directory lies outside the file");
  }
  const bytes = await readAt(file, directory.offset, directory.sizeBytes);
  let at = 0;
  for (let entry = 0; entry < directory.entries; entry += 1) {
    if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== entrySignature) {
      throw new Error(`entry ${entry + 1} of the zip archive's directory is broken`);
    }
    const localOffset = bytes.readUInt32LE(at + 42);
    if (localOffset !== 0xffffffff) await checkMember(file, localOffset, entry + 1);
    at += 46 + bytes.readUInt16LE(at + 28) + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return directory.entries;
}

async function directoryOf(file: FileHandle, sizeBytes: number): Promise<Directory> {
  const tailBytes = Math.min(sizeBytes, endBytes + longestComment);
  const tailAt = sizeBytes - tailBytes;
  const tail = await readAt(file, tailAt, tailBytes);
  for (let at = tail.length - endBytes; at >= 0; at -= 1) {
    if (tail.readUInt32LE(at) !== endSignature) continue;
    const entries = tail.readUInt16LE(at + 10);
    const offset = tail.readUInt32LE(at + 16);
    if (entries !== 0xffff && offset !== 0xffffffff) return { entries, offset, sizeBytes: tail.readUInt32LE(at + 12) };
    return directory64(file, tailAt + at);
  }
  throw new Error("the zip archive has no end mark: it was cut off");
}

async function directory64(file: FileHandle, endAt: number): Promise<Directory> {
  const locator = await readAt(file, endAt - 20, 20);
  if (locator.readUInt32LE(0) !== locatorSignature)
    throw new Error("the zip archive's end does not lead to its directory");
  const end = await readAt(file, Number(locator.readBigUInt64LE(8)), 56);
  if (end.readUInt32LE(0) !== end64Signature) throw new Error("the zip archive's end does not lead to its directory");
  return {
    entries: Number(end.readBigUInt64LE(32)),
    sizeBytes: Number(end.readBigUInt64LE(40)),
    offset: Number(end.readBigUInt64LE(48)),
  };
}

async function checkMember(file: FileHandle, offset: number, entry: number): Promise<void> {
  const header = await readAt(file, offset, 4);
  if (header.readUInt32LE(0) !== localSignature)
    throw new Error(`member ${entry} of the zip archive is not where it should be`);
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  if (position < 0 || !Number.isSafeInteger(position)) throw new Error("the zip archive points outside the file");
  const bytes = Buffer.alloc(length);
  const { bytesRead } = await file.read(bytes, 0, length, position);
  if (bytesRead < length) throw new Error("the zip archive ends too early");
  return bytes;
}
