import type { Json } from "../json.ts";
import type { HttpExchange, HttpHeader } from "../ports/http-probing.ts";
import type { Decoded } from "../text/charset.ts";
import { escapeBlock, escapeControls } from "../text/printable.ts";
import { chainEvidence } from "../tls/chain-evidence.ts";
import { displayOf } from "./address.ts";
import { shownValue } from "./secret-header.ts";

const bodyCharacters = 4_096;
const mostHeaders = 40;
const headerCharacters = 200;

/** What a run leaves behind for people to look at. */
export type Trail = Readonly<{
  /** Addresses asked in order, the last one first answered for good. */
  urls: readonly URL[];
  addresses: readonly string[];
  last: HttpExchange;
  decoded: Decoded | undefined;
  matched: Readonly<Record<string, string>>;
  /** What the answer says of itself, where it is not what it should be. */
  quote?: string | undefined;
}>;

/** Evidence of a run that was not all well, at most about 16 KiB; cookies, credentials and query strings are left out. */
export function evidenceOf({ urls, addresses, last, decoded, matched, quote }: Trail): Json {
  const { response, tls, remote } = last;
  return {
    urls: urls.map((url) => escapeControls(displayOf(url)).slice(0, headerCharacters)),
    addresses: addresses.slice(0, 16),
    ...(remote && { remote: remote.address }),
    ...(tls && {
      tls: {
        version: tls.version,
        cipher: tls.cipher,
        chain: chainEvidence(tls.chain),
      },
    }),
    ...(response && {
      status_line: escapeControls(`HTTP/${response.version} ${response.status} ${response.statusText}`).slice(0, 200),
      headers: shownHeaders(response.headers),
      body: escapeBlock(decoded?.decodings[0]?.text.slice(0, bodyCharacters) ?? "").slice(0, bodyCharacters),
      body_bytes: response.body.length,
      body_cut: response.cut,
    }),
    ...(decoded && {
      charsets: decoded.decodings.map(({ charset, source }) => ({ charset, source })),
      ...(decoded.disbelieved !== undefined && { charset_disbelieved: decoded.disbelieved }),
    }),
    ...(quote === undefined ? {} : { quote }),
    matched: Object.fromEntries(Object.entries(matched).slice(0, 20)),
  };
}

function shownHeaders(headers: readonly HttpHeader[]): readonly Json[] {
  return headers
    .slice(0, mostHeaders)
    .map(([name, value]) => escapeControls(`${name}: ${shownValue(name, value).slice(0, headerCharacters)}`));
}
