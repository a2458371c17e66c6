import type { HttpHeader } from "../ports/http-probing.ts";

/** All values of a header, joined as HTTP allows; undefined when it is not there. `name` is in lower case. */
export function headerOf(headers: readonly HttpHeader[], name: string): string | undefined {
  const values = headers.flatMap(([key, value]) => (key === name ? [value] : []));
  return values.length === 0 ? undefined : values.join(", ");
}
