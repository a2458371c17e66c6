import type { HeaderReader } from "./bytes.ts";

const headBytes = 64 * 1024;

/** True when the first element of the text is an SVG's. */
export function isSvg(bytes: Uint8Array): boolean {
  return /^<(?:[A-Za-z][\w-]*:)?svg[\s/>]/i.test(rootOf(headText(bytes)));
}

/** Size in pixels where the root element says one; the root must be closed. */
export const readSvg: HeaderReader = (bytes, isWhole) => {
  const root = rootOf(headText(bytes));
  const tag = root.slice(0, Math.max(root.indexOf(">"), 0) + 1);
  const width = pixelsOf(tag, "width");
  const height = pixelsOf(tag, "height");
  const isClosed = !isWhole || tag.endsWith("/>") || /<\/(?:[A-Za-z][\w-]*:)?svg\s*>/i.test(tailText(bytes));
  return {
    ...(width !== undefined && { width }),
    ...(height !== undefined && { height }),
    ...(!isClosed && { problem: "the SVG breaks off before its end (no closing tag)" }),
  };
};

/** True when the SVG carries a script: harmless in an `<img>`, and not when somebody opens it. */
export function hasScript(bytes: Uint8Array): boolean {
  return /<(?:[a-z][\w-]*:)?script[\s/>]/i.test(new TextDecoder("latin1").decode(bytes));
}

function headText(bytes: Uint8Array): string {
  return new TextDecoder("utf-8").decode(bytes.subarray(0, headBytes));
}

function tailText(bytes: Uint8Array): string {
  return new TextDecoder("latin1").decode(bytes.subarray(-1024));
}

/** Leaves out what may stand before the first element: declaration, comments, an SVG's document type with its inner part. */
function rootOf(text: string): string {
  let rest = text.trimStart();
  for (let end = endOfProlog(rest); end > 0; end = endOfProlog(rest)) rest = rest.slice(end).trimStart();
  return rest;
}

function endOfProlog(text: string): number {
  if (text.startsWith("<?")) return after(text, "?>");
  if (text.startsWith("<!--")) return after(text, "-->");
  if (!/^<!doctype\s+(?:[a-z][\w-]*:)?svg[\s>]/i.test(text)) return 0;
  const close = after(text, ">");
  const open = text.indexOf("[");
  if (open === -1 || open > close) return close;
  const inner = after(text, "]");
  const end = inner === 0 ? -1 : text.indexOf(">", inner);
  return end + 1;
}

function after(text: string, end: string): number {
  const at = text.indexOf(end);
  return at === -1 ? 0 : at + end.length;
}

function pixelsOf(tag: string, name: string): number | undefined {
  const match = new RegExp(`\\s${name}\\s*=\\s*["']\\s*(\\d{1,9}(?:\\.\\d{1,9})?)(?:px)?\\s*["']`, "i").exec(tag);
  return match === null ? undefined : Number(match[1]);
}
