import { type MinuteBucket, minuteMs } from "../minute-bucket.ts";
import { ByteReader, ByteWriter } from "./bytes.ts";

const writer = new ByteWriter();
const singleBit = 1;
const increaseBit = 2;

/** Encodes buckets in order of arrival; valid until the next call. */
export function encodeBuckets(buckets: readonly MinuteBucket[]): Buffer {
  writer.reset();
  let minute = 0;
  for (const bucket of buckets) {
    const next = bucket.atMs / minuteMs;
    writer.signed(next - minute);
    minute = next;
    writer.byte((bucket.count === 1 ? singleBit : 0) | (bucket.increase === 0 ? 0 : increaseBit));
    writeNumber(bucket.last);
    if (bucket.increase !== 0) writeNumber(bucket.increase);
    if (bucket.count === 1) continue;
    writer.varint(bucket.count);
    writeNumber(bucket.sum);
    writeNumber(bucket.min);
    writeNumber(bucket.max);
  }
  return writer.bytes();
}

/** Decodes what `encodeBuckets` wrote. */
export function decodeBuckets(bytes: Buffer): readonly MinuteBucket[] {
  const reader = new ByteReader(bytes);
  const buckets: MinuteBucket[] = [];
  let minute = 0;
  while (!reader.atEnd) {
    minute += reader.signed();
    const flags = reader.byte();
    const last = readNumber(reader);
    const increase = (flags & increaseBit) === 0 ? 0 : readNumber(reader);
    const atMs = minute * minuteMs;
    if ((flags & singleBit) !== 0) {
      buckets.push({ atMs, count: 1, sum: last, min: last, max: last, last, increase });
      continue;
    }
    const count = reader.varint();
    buckets.push({
      atMs,
      count,
      sum: readNumber(reader),
      min: readNumber(reader),
      max: readNumber(reader),
      last,
      increase,
    });
  }
  return buckets;
}

/** Whole numbers up to 2^50 take few bytes (0 stands before a float, which takes nine). */
function writeNumber(value: number): void {
  if (Number.isInteger(value) && Math.abs(value) < 2 ** 50 && !Object.is(value, -0)) {
    writer.varint((value < 0 ? -value * 2 - 1 : value * 2) + 1);
    return;
  }
  writer.byte(0);
  writer.float(value);
}

function readNumber(reader: ByteReader): number {
  const code = reader.varint();
  if (code === 0) return reader.float();
  const value = code - 1;
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}
