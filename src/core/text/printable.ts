// C0 and C1 controls, DEL, line separators, direction overrides and lone surrogates: what could change how a line is read.
const unsafe = /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;

/** Escapes control and direction characters as `\n`, `\x1b` or `\u202e`, so that foreign text stays on its line. */
export function escapeControls(text: string): string {
  return text.toWellFormed().replace(unsafe, escaped);
}

/** As `escapeControls`, but keeps line ends and tabs, for text that is shown as a block. */
export function escapeBlock(text: string): string {
  return text.toWellFormed().replace(unsafe, (char) => (char === "\n" || char === "\t" ? char : escaped(char)));
}

function escaped(char: string): string {
  if (char === "\n") return "\\n";
  if (char === "\r") return "\\r";
  if (char === "\t") return "\\t";
  const code = char.charCodeAt(0);
  return code < 256 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`;
}
