const lineFeed = 0x0a;
const byteOrderMark = "\ufeff";

/** Cuts what a program writes into lines, whatever its line ends and however it is chunked. */
export class OutputLines {
  readonly #chunks: Buffer[] = [];

  /** Takes the next bytes; returns the lines that they complete. */
  push(bytes: Buffer): readonly string[] {
    const lines: string[] = [];
    let start = 0;
    for (let end = bytes.indexOf(lineFeed); end >= 0; end = bytes.indexOf(lineFeed, start)) {
      lines.push(textOf(Buffer.concat([...this.#chunks.splice(0), bytes.subarray(start, end)])));
      start = end + 1;
    }
    if (start < bytes.length) this.#chunks.push(bytes.subarray(start));
    return lines;
  }
}

/** UTF-8, and where it is none what Chinese Windows writes by itself, which leaves ASCII as it is. */
function textOf(bytes: Buffer): string {
  const text = decodedStrictly(bytes) ?? new TextDecoder("gb18030").decode(bytes);
  return (text.startsWith(byteOrderMark) ? text.slice(1) : text).replace(/\r+$/, "");
}

function decodedStrictly(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
