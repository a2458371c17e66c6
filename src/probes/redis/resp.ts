/** A reply of RESP2: text, number, nothing, or an error that the server tells. @see https://redis.io/docs/latest/develop/reference/protocol-spec/ */
export type Reply = Readonly<{ text: string } | { error: string }>;
/** `more`: the bytes end before the reply does. */
export type ReplyRead = Readonly<{ reply: Reply; length: number } | { more: true } | { problem: string }>;

const longestLine = 64 * 1024;
const crlf = "\r\n";

/** Writes a command as an array of bulk strings. */
export function encodeCommand(words: readonly string[]): Uint8Array {
  const encoder = new TextEncoder();
  const parts = words.map((word) => `$${encoder.encode(word).length}${crlf}${word}${crlf}`);
  return encoder.encode(`*${words.length}${crlf}${parts.join("")}`);
}

/** Reads one reply from the beginning of the bytes; arrays are none of those that are asked for. */
export function readReply(bytes: Uint8Array, mostBytes: number): ReplyRead {
  const end = lineEnd(bytes);
  if (end < 0) return bytes.length > longestLine ? { problem: "sends a line without end" } : { more: true };
  const line = decode(bytes.subarray(1, end));
  const length = end + crlf.length;
  switch (String.fromCharCode(bytes[0] ?? 0)) {
    case "+":
    case ":":
      return { reply: { text: line }, length };
    case "-":
      return { reply: { error: line }, length };
    case "$":
      return readBulk(bytes, line, length, mostBytes);
    default:
      return { problem: "speaks no Redis protocol" };
  }
}

function readBulk(bytes: Uint8Array, line: string, start: number, mostBytes: number): ReplyRead {
  if (line === "-1") return { reply: { text: "" }, length: start };
  const size = /^\d{1,10}$/.test(line) ? Number(line) : -1;
  if (size < 0) return { problem: "speaks no Redis protocol" };
  if (size > mostBytes) return { problem: `announces an answer of ${size} bytes, more than ${mostBytes}` };
  const end = start + size;
  if (bytes.length < end + crlf.length) return { more: true };
  if (decode(bytes.subarray(end, end + crlf.length)) !== crlf) return { problem: "speaks no Redis protocol" };
  return { reply: { text: decode(bytes.subarray(start, end)) }, length: end + crlf.length };
}

function lineEnd(bytes: Uint8Array): number {
  const at = bytes.indexOf(0x0d);
  return at >= 0 && bytes[at + 1] === 0x0a && at <= longestLine ? at : -1;
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
