import type { HttpHeader } from "../ports/http-probing.ts";

/** All values of a header, joined as HTTP allows; undefined when it is not there. `name` is in lower case. */
export function headerOf(headers: readonly HttpHeader[], name: string): string | undefined {
  let found: string | undefined;
  for (const [key, value] of headers) {
    if (key === name) found = found === undefined ? value : `${found}, ${value}`;
  }
  return found;
}
