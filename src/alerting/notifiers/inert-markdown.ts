const formatting = /[*`[\]<>]|~(?=~)|(?<=~)~|\\(?=[!-/:-@[-`{-~])|&(?=#?\w{1,31};)/g;
const looseUnderscore = /(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu;
const blockStart = /^(?:#|[-+=](?=[-+=\s]|$)|\d{1,9}[.)](?=\s|$))/;

/**
 * Makes one line of foreign text that no Markdown dialect formats, links or mentions with: what would be markup becomes its full-width
 * look-alike. Backslashes are no way, since chat dialects of Markdown have no common escape.
 */
export function inertMarkdown(line: string): string {
  const start = line.replace(blockStart, (marker) => marker.replace(/.$/, fullWidth));
  return start.replace(formatting, fullWidth).replace(looseUnderscore, fullWidth);
}

/** A Markdown link to an address of ours, whose text formats nothing. */
export function markdownLink({ text, url }: Readonly<{ text: string; url: string }>): string {
  return `[${inertMarkdown(text)}](${url.replace(/[()\\]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)})`;
}

function fullWidth(char: string): string {
  return String.fromCharCode(char.charCodeAt(0) + 0xfee0);
}
