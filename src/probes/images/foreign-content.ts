const headBytes = 1024;

/** Names what bytes are that should be something else, for people: an HTML page, JSON, text, or their first bytes. */
export function foreignContent(bytes: Uint8Array): string {
  if (isHtml(bytes)) return "an HTML page";
  const head = headText(bytes);
  if (/^[[{]/.test(head)) return "JSON";
  if (/^<\?xml/i.test(head)) return "XML";
  if (!bytes.subarray(0, 200).some(isBinary)) return "text";
  const first = [...bytes.subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, "0"));
  return `unknown bytes (${first.join(" ")})`;
}

/** @see https://mimesniff.spec.whatwg.org/#binary-data-byte */
function isBinary(byte: number): boolean {
  return byte <= 0x08 || byte === 0x0b || (byte >= 0x0e && byte <= 0x1a) || (byte >= 0x1c && byte <= 0x1f);
}

/** True when the bytes begin as an HTML page does. @see https://mimesniff.spec.whatwg.org/#identifying-a-resource-with-an-unknown-mime-type */
export function isHtml(bytes: Uint8Array): boolean {
  const tags = "!doctype html|html|head|body|script|iframe|h1|div|font|table|style|title|center|br|p|meta|noscript";
  return new RegExp(`^(?:<!--[\\s\\S]*?-->\\s*)?<(?:${tags})[\\s/>]`, "i").test(headText(bytes));
}

function headText(bytes: Uint8Array): string {
  return new TextDecoder("utf-8").decode(bytes.subarray(0, headBytes)).trimStart();
}
