import type { Finding } from "../../core/checks/finding.ts";
import type { WireReader } from "../../core/net/wire-reader.ts";

/** Kinds of frames. @see RFC 6455 §5.2 */
export const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** Longest message that is read. */
const mostBytes = 1024 ** 2;
const longestControl = 125;

export type Frame = Readonly<{ opcode: number; isFinal: boolean; payload: Uint8Array }>;

/** One frame as a client sends it: final, and masked by these four bytes. */
export function encodeFrame(opcode: number, payload: Uint8Array, mask: Uint8Array): Uint8Array {
  const { length } = payload;
  const extended = length < 126 ? 0 : length < 65_536 ? 2 : 8;
  const frame = new Uint8Array(2 + extended + 4 + length);
  const view = new DataView(frame.buffer);
  frame[0] = 0x80 | opcode;
  frame[1] = 0x80 | (extended === 0 ? length : extended === 2 ? 126 : 127);
  if (extended === 2) view.setUint16(2, length);
  if (extended === 8) view.setBigUint64(2, BigInt(length));
  frame.set(mask, 2 + extended);
  for (const [index, byte] of payload.entries()) frame[6 + extended + index] = byte ^ (mask[index % 4] ?? 0);
  return frame;
}

/** Reads one frame of a server, and refuses what a server must not send or we would not hold. */
export async function readFrame(reader: WireReader): Promise<Frame | Readonly<{ end: true } | { finding: Finding }>> {
  const head = await reader.bytes(2);
  if (!("got" in head)) return head;
  const [first = 0, second = 0] = head.got;
  const opcode = first & 0x0f;
  const isControl = opcode >= 8;
  const isFinal = (first & 0x80) !== 0;
  if ((first & 0x70) !== 0) return wrong("sets a reserved bit although no extension was agreed on");
  if ((second & 0x80) !== 0) return wrong("is masked, which only clients do");
  if (!Object.values<number>(opcodes).includes(opcode)) return wrong(`is of the unknown kind ${opcode}`);
  const length = await readLength(reader, second & 0x7f);
  if (typeof length !== "number") return length;
  if (isControl && (!isFinal || length > longestControl)) return wrong("is a control frame in parts, or too long");
  if (length > mostBytes) return wrong(`holds ${length} bytes; more than ${mostBytes} are not read`);
  const payload = await reader.bytes(length);
  return "got" in payload ? { opcode, isFinal, payload: payload.got } : payload;
}

async function readLength(
  reader: WireReader,
  short: number,
): Promise<number | Readonly<{ end: true } | { finding: Finding }>> {
  if (short < 126) return short;
  const read = await reader.bytes(short === 126 ? 2 : 8);
  if (!("got" in read)) return read;
  const view = new DataView(read.got.buffer, read.got.byteOffset);
  return short === 126 ? view.getUint16(0) : Number(view.getBigUint64(0));
}

function wrong(what: string): Readonly<{ finding: Finding }> {
  return { finding: { is: "down", reason: "protocol", phase: "dialogue", detail: `a frame of the server ${what}` } };
}
