/** Arrays and objects within each other. */
const mostNesting = 100;

/** A document, or what is wrong with the text. */
export type JsonRead = Readonly<{ ok: true; document: unknown } | { ok: false; problem: string }>;

/** Reads a JSON text; one that is nested deeper than 100 times is refused before it is read. @see RFC 8259 */
export function readJson(text: string): JsonRead {
  if (nestingOf(text) > mostNesting) return { ok: false, problem: `is nested deeper than ${mostNesting} times` };
  try {
    return { ok: true, document: JSON.parse(text) };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { ok: false, problem: text.trim() === "" ? "is empty" : "is no JSON" };
  }
}

/** A name that stands twice in one object of a well-formed text; JSON.parse keeps the last one silently. */
export function duplicateName(text: string): string | undefined {
  const open: Set<string>[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === "{" || character === "[") open.push(new Set());
    if (character === "}" || character === "]") open.pop();
    if (character !== '"') continue;
    const end = endOfString(text, at);
    const name = isBeforeColon(text, end) ? String(JSON.parse(text.slice(at, end + 1))) : undefined;
    if (name !== undefined && open.at(-1)?.has(name) === true) return name;
    if (name !== undefined) open.at(-1)?.add(name);
    at = end;
  }
  return undefined;
}

function isBeforeColon(text: string, end: number): boolean {
  let at = end + 1;
  while (/[ \t\r\n]/.test(text[at] ?? "")) at += 1;
  return text[at] === ":";
}

function nestingOf(text: string): number {
  let nesting = 0;
  let deepest = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === '"') at = endOfString(text, at);
    else if (character === "}" || character === "]") nesting -= 1;
    else if (character === "{" || character === "[") {
      nesting += 1;
      deepest = Math.max(deepest, nesting);
    }
  }
  return deepest;
}

/** Place of the closing quote; the text's end when it does not close. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === "\\") at += 1;
    else if (text[at] === '"') return at;
  }
  return text.length;
}
