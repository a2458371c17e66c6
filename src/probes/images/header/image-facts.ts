import { readBmp } from "./bmp.ts";
import { type HeaderFacts, type HeaderReader, latin } from "./bytes.ts";
import { readGif } from "./gif.ts";
import { isIco, readIco } from "./ico.ts";
import { isobmffFormat, readIsobmff } from "./isobmff.ts";
import { readJpeg } from "./jpeg.ts";
import { readPng } from "./png.ts";
import { isSvg, readSvg } from "./svg.ts";
import { readWebp } from "./webp.ts";

const readers = {
  png: readPng,
  jpeg: readJpeg,
  gif: readGif,
  webp: readWebp,
  avif: readIsobmff,
  heif: readIsobmff,
  bmp: readBmp,
  ico: readIco,
  svg: readSvg,
} as const satisfies Readonly<Record<string, HeaderReader>>;

export type ImageFormat = keyof typeof readers;

/** What the bytes of an image say about it; its pixels are never unpacked. */
export type ImageFacts = HeaderFacts & Readonly<{ format: ImageFormat }>;

/** Tells the format by the first bytes, whatever name and type say; undefined when they begin no image. */
export function formatOf(bytes: Uint8Array): ImageFormat | undefined {
  const head = latin(bytes, 0, 12);
  if (head.startsWith("\u0089PNG\r\n\u001a\n")) return "png";
  if (head.startsWith("\u00ff\u00d8\u00ff")) return "jpeg";
  if (/^GIF8[79]a/.test(head)) return "gif";
  if (head.startsWith("RIFF") && head.endsWith("WEBP")) return "webp";
  if (head.startsWith("BM") && /^\0{4}$/.test(latin(bytes, 6, 4))) return "bmp";
  if (isIco(bytes)) return "ico";
  return isobmffFormat(bytes) ?? (isSvg(bytes) ? "svg" : undefined);
}

/**
 * Reads format, size in pixels and whether the file goes to its end; undefined when the bytes begin no image.
 * Time is linear in the size of the file. `isWhole` is false when we stopped reading, so that the end says nothing.
 */
export function imageFacts(bytes: Uint8Array, isWhole: boolean): ImageFacts | undefined {
  const format = formatOf(bytes);
  if (format === undefined) return undefined;
  const facts = readers[format](bytes, isWhole);
  if (facts.problem === undefined && (facts.width === 0 || facts.height === 0)) {
    return {
      format,
      ...facts,
      problem: `the image has no size: ${facts.width ?? "?"} × ${facts.height ?? "?"} pixels`,
    };
  }
  const isUnsized = format !== "svg" && (facts.width === undefined || facts.height === undefined);
  return facts.problem === undefined && isUnsized && isWhole
    ? { format, ...facts, problem: "the image's header does not say its size" }
    : { format, ...facts };
}
