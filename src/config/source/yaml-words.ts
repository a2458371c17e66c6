/** What the library says of a fault in the words of whoever wrote the file, with what to do; as it says it where that is plain. */
export function yamlWords(code: string, message: string): string {
  if (code === "BAD_INDENT" && message.includes("end with a"))
    return `a ${message.trimEnd().at(-1)} is missing before this, or this line is indented too little`;
  return wordsByCode[code]?.(message) ?? message;
}

const quotes = "put the value into quotes";

const wordsByCode: Readonly<Record<string, (message: string) => string>> = {
  TAB_AS_INDENT: () => "a tab cannot indent; use spaces",
  BAD_INDENT: () => "this line is indented otherwise than those beside it",
  BAD_SCALAR_START: (message) => `${message}; ${quotes}`,
  BLOCK_AS_IMPLICIT_KEY: () => `a second \`: \` in one line; ${quotes}, or what follows the first on a line of its own`,
  BLOCK_IN_FLOW: () => `a \`: \` or \`- \` too many inside { } or [ ]; ${quotes}`,
  MULTILINE_IMPLICIT_KEY: () => "a key without its `:`, or a text over several lines that needs quotes",
};
