import { Buffer } from "node:buffer";
import { deflateSync } from "node:zlib";

const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

const le = (value: number, sizeBytes: number): Buffer => {
  const bytes = Buffer.alloc(sizeBytes);
  bytes.writeUIntLE(value, 0, sizeBytes);
  return bytes;
};

const chunk = (type: string, data: Buffer): Buffer =>
  Buffer.concat([u32(data.length), Buffer.from(type), data, Buffer.alloc(4)]);

/** A PNG whose header says this size; its data is that of one row. */
export function png(width = 2, height = 3): Buffer {
  const header = Buffer.concat([u32(width), u32(height), Buffer.from([8, 0, 0, 0, 0])]);
  const signature = Buffer.from("89504e470d0a1a0a", "hex");
  const data = deflateSync(Buffer.alloc(64));
  return Buffer.concat([signature, chunk("IHDR", header), chunk("IDAT", data), chunk("IEND", Buffer.alloc(0))]);
}

/** A JPEG with a thumbnail in its application segment, which has an end mark of its own. */
export function jpeg(width = 2, height = 3): Buffer {
  const frame = Buffer.alloc(17);
  frame.writeUInt16BE(17, 0);
  frame[2] = 8;
  frame.writeUInt16BE(height, 3);
  frame.writeUInt16BE(width, 5);
  return Buffer.concat([
    Buffer.from("ffd8ffe1000affd8ffd90000000000", "hex").subarray(0, 14),
    Buffer.from([0xff, 0xff, 0xc2]),
    frame,
    Buffer.from("ffda0008010100003f00", "hex"),
    Buffer.from("11ff0022ffd033", "hex"),
    Buffer.from("ffd9", "hex"),
  ]);
}

/** A GIF with a colour table, a comment and one image. */
export function gif(width = 2, height = 3): Buffer {
  return Buffer.concat([
    Buffer.from("GIF89a"),
    le(width, 2),
    le(height, 2),
    Buffer.from([0x80, 0, 0, 0, 0, 0, 255, 255, 255]),
    Buffer.from([0x21, 0xfe, 2, 0x68, 0x69, 0]),
    Buffer.from([0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0]),
    Buffer.from([0x3b]),
  ]);
}

const webpData = {
  "VP8 ": (width: number, height: number) =>
    Buffer.concat([Buffer.from("0000009d012a", "hex"), le(width, 2), le(height, 2)]),
  VP8L: (width: number, height: number) =>
    Buffer.concat([Buffer.from([0x2f]), le(((height - 1) << 14) | (width - 1), 4), Buffer.alloc(1)]),
  VP8X: (width: number, height: number) => Buffer.concat([Buffer.alloc(4), le(width - 1, 3), le(height - 1, 3)]),
};

/** A WebP in one of its three forms. */
export function webp(form: keyof typeof webpData, width = 2, height = 3): Buffer {
  const data = webpData[form](width, height);
  const inner = Buffer.concat([Buffer.from(`WEBP${form}`), le(data.length, 4), data]);
  return Buffer.concat([Buffer.from("RIFF"), le(inner.length, 4), inner]);
}

const box = (type: string, ...content: readonly Buffer[]): Buffer => {
  const data = Buffer.concat(content);
  return Buffer.concat([u32(data.length + 8), Buffer.from(type), data]);
};

/** An AVIF or HEIF with a thumbnail beside its image. */
export function isobmff(brand: "avif" | "heic", width = 2, height = 3): Buffer {
  const part = (...sides: readonly number[]): Buffer => box("ispe", Buffer.alloc(4), ...sides.map(u32));
  return Buffer.concat([
    box("ftyp", Buffer.from("mif1"), Buffer.alloc(4), Buffer.from(brand)),
    box("meta", Buffer.alloc(4), box("iprp", box("ipco", part(1, 1), part(width, height)))),
    box("mdat", Buffer.from([1, 2, 3, 4])),
  ]);
}

/** A BMP whose rows run from the top. */
export function bmp(width = 2, height = 3): Buffer {
  const pixels = Buffer.alloc(40);
  const header = Buffer.alloc(40);
  header.writeUInt32LE(40, 0);
  header.writeInt32LE(width, 4);
  header.writeInt32LE(-height, 8);
  const size = 14 + header.length + pixels.length;
  return Buffer.concat([Buffer.from("BM"), le(size, 4), Buffer.alloc(4), le(54, 4), header, pixels]);
}

/** An icon file of one icon. */
export function ico(width = 2, height = 3): Buffer {
  const entry = Buffer.concat([Buffer.from([width, height, 0, 0, 1, 0, 32, 0]), le(10, 4), le(22, 4)]);
  return Buffer.concat([Buffer.from([0, 0, 1, 0, 1, 0]), entry, Buffer.alloc(10)]);
}

/** An SVG with all that may stand before its root. */
export function svg(inner = "<circle r='1'/>", sides = "width='2' height='3px'"): Buffer {
  const prolog = "\ufeff<?xml version='1.0'?>\n<!-- drawn -->\n<!DOCTYPE svg [ <!ENTITY a '>'> ]>\n";
  return Buffer.from(`${prolog}<svg xmlns='http://www.w3.org/2000/svg' ${sides}>${inner}</svg>\n`);
}
