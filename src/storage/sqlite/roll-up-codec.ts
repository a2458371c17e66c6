import { latencyBoundsMs, type RollUp } from "../../core/store.ts";
import { toMicroseconds } from "../stored-result.ts";
import { ByteReader, ByteWriter } from "./bytes.ts";

const writer = new ByteWriter();

/** Encodes the roll-ups of one hour; valid until the next call. */
export function encodeRollUps(rollUps: readonly RollUp[], hourMs: number): Buffer {
  writer.reset();
  for (const rollUp of rollUps) {
    writer.varint(rollUp.atMs - hourMs);
    writer.varint(rollUp.up);
    writer.varint(rollUp.down);
    writer.varint(rollUp.unknown);
    writer.varint(toMicroseconds(rollUp.durationMsSum));
    writer.varint(toMicroseconds(rollUp.durationMsMax));
    let mask = 0;
    for (const [index, count] of rollUp.latencyCounts.entries()) if (count > 0) mask |= 1 << index;
    writer.varint(mask);
    for (const count of rollUp.latencyCounts) if (count > 0) writer.varint(count);
  }
  return writer.bytes();
}

/** Decodes what `encodeRollUps` wrote. */
export function decodeRollUps(bytes: Buffer, hourMs: number): readonly RollUp[] {
  const reader = new ByteReader(bytes);
  const rollUps: RollUp[] = [];
  while (!reader.atEnd) {
    const atMs = hourMs + reader.varint();
    const [up, down, unknown] = [reader.varint(), reader.varint(), reader.varint()];
    const [durationMsSum, durationMsMax] = [reader.varint() / 1000, reader.varint() / 1000];
    const mask = reader.varint();
    const latencyCounts = Array.from({ length: latencyBoundsMs.length + 1 }, (_, index) =>
      (mask & (1 << index)) === 0 ? 0 : reader.varint(),
    );
    rollUps.push({ atMs, up, down, unknown, durationMsSum, durationMsMax, latencyCounts });
  }
  return rollUps;
}
