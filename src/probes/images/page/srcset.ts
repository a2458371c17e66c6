/**
 * Addresses of the candidates of a `srcset`, in order; descriptors are skipped. Reads any text without failing, in linear time.
 * @see https://html.spec.whatwg.org/multipage/images.html#parse-a-srcset-attribute
 */
export function srcsetAddresses(text: string, most: number): readonly string[] {
  const found: string[] = [];
  let at = 0;
  while (found.length < most) {
    at = skip(text, at, isSpaceOrComma);
    if (at >= text.length) return found;
    const end = skip(text, at, isNoSpace);
    const written = text.slice(at, end);
    const trimmed = withoutCommas(written);
    found.push(trimmed);
    // A comma right behind the address ends the candidate: there are no descriptors.
    at = trimmed.length < written.length ? end : afterDescriptors(text, end);
  }
  return found;
}

type Test = (char: string) => boolean;

const isSpace: Test = (char) => char === " " || char === "\n" || char === "\t" || char === "\r" || char === "\f";
const isNoSpace: Test = (char) => !isSpace(char);
const isSpaceOrComma: Test = (char) => char === "," || isSpace(char);

function skip(text: string, from: number, test: Test): number {
  let at = from;
  while (at < text.length && test(text.charAt(at))) at += 1;
  return at;
}

function withoutCommas(text: string): string {
  let end = text.length;
  while (end > 0 && text.charAt(end - 1) === ",") end -= 1;
  return text.slice(0, end);
}

function afterDescriptors(text: string, from: number): number {
  let isInParentheses = false;
  for (let at = from; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === "(") isInParentheses = true;
    else if (char === ")") isInParentheses = false;
    else if (char === "," && !isInParentheses) return at + 1;
  }
  return text.length;
}
