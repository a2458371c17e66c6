import { bigEndian, type HeaderReader, latin, sized } from "./bytes.ts";

/** Size from IHDR; chunks must lead to IEND and hold image data. @see PNG (Third Edition) §5 */
export const readPng: HeaderReader = (bytes, isWhole) => {
  if (latin(bytes, 12, 4) !== "IHDR") return { problem: "the PNG does not begin with its header (IHDR)" };
  const width = bigEndian(bytes, 16, 4);
  const height = bigEndian(bytes, 20, 4);
  return sized(width, height, isWhole ? chunkProblem(bytes) : undefined);
};

function chunkProblem(bytes: Uint8Array): string | undefined {
  let hasData = false;
  for (let at = 8; ; ) {
    const sizeBytes = bigEndian(bytes, at, 4);
    const type = latin(bytes, at + 4, 4);
    if (sizeBytes === undefined || type.length < 4) return "the PNG breaks off before its end (no IEND)";
    if (!/^[A-Za-z]{4}$/.test(type)) return "the PNG holds bytes that are no chunk";
    if (at + 12 + sizeBytes > bytes.length) return `the PNG breaks off inside a chunk (${type})`;
    if (type === "IEND") return hasData ? undefined : "the PNG holds no image data (no IDAT)";
    if (type === "IDAT" && sizeBytes > 0) hasData = true;
    at += 12 + sizeBytes;
  }
}
