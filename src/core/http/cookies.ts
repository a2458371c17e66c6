import type { HttpHeader } from "../ports/http-probing.ts";

const mostCookies = 50;

/** Value of a cookie that an answer sets; undefined when it does not. */
export function cookieOf(headers: readonly HttpHeader[], name: string): string | undefined {
  for (const [header, line] of headers) {
    if (header !== "set-cookie") continue;
    const [pair = ""] = line.split(";");
    const equals = pair.indexOf("=");
    if (equals > 0 && pair.slice(0, equals).trim() === name) return pair.slice(equals + 1).trim();
  }
  return undefined;
}

/** Cookies of one run: kept for the host that set them, so that a log-in redirect which sets one and comes back ends. */
export class CookieJar {
  readonly #cookies = new Map<string, Readonly<{ pair: string; isSecure: boolean }>>();

  /** Takes what the answer of `url` sets; an empty value or `Max-Age=0` takes it away. */
  take(url: URL, headers: readonly HttpHeader[]): void {
    for (const [name, value] of headers) {
      if (name === "set-cookie") this.#set(url.hostname, value);
    }
  }

  #set(host: string, line: string): void {
    const [pair = "", ...attributes] = line.split(";");
    const equals = pair.indexOf("=");
    if (equals <= 0) return;
    const key = `${host}\n${pair.slice(0, equals).trim()}`;
    const gone = attributes.some((attribute) => /^\s*max-age\s*=\s*(?:0|-\d+)\s*$/i.test(attribute));
    const isSecure = attributes.some((attribute) => attribute.trim().toLowerCase() === "secure");
    if (gone) this.#cookies.delete(key);
    else if (this.#cookies.size < mostCookies) this.#cookies.set(key, { pair: pair.trim(), isSecure });
  }

  /** The `cookie` header for a request to `url`; undefined when there is none. */
  headerFor(url: URL): string | undefined {
    if (this.#cookies.size === 0) return undefined;
    const pairs = [...this.#cookies].flatMap(([key, { pair, isSecure }]) => {
      const goes = key.startsWith(`${url.hostname}\n`) && (!isSecure || url.protocol === "https:");
      return goes ? [pair] : [];
    });
    return pairs.length === 0 ? undefined : pairs.join("; ");
  }
}
