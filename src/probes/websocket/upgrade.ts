import { createHash } from "node:crypto";
import type { Finding } from "../../core/checks/finding.ts";
import { CookieJar } from "../../core/http/cookies.ts";
import { headerOf } from "../../core/http/header-of.ts";
import { requestHeaders } from "../../core/http/request-headers.ts";
import { shownValue } from "../../core/http/secret-header.ts";
import type { WireReader } from "../../core/net/wire-reader.ts";
import type { HttpHeader } from "../../core/ports/http-probing.ts";
import { escapeControls } from "../../core/text/printable.ts";
import type { WebsocketOptions } from "./options.ts";

const agreedOn = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const mostHeaders = 100;
const statusLineForm = /^HTTP\/1\.[01] (\d{3})(?: (.*))?$/;

/** What the server answered to the request to upgrade. */
export type Upgrade = Readonly<{ status?: number; statusLine?: string; subprotocol?: string; finding?: Finding }>;

/** The request to upgrade; `key` is fresh for each. @see RFC 6455 §4.1 */
export function upgradeRequest(options: WebsocketOptions, url: URL, key: string): string {
  const further: readonly HttpHeader[] = [
    ["connection", "Upgrade"],
    ["upgrade", "websocket"],
    ["sec-websocket-version", "13"],
    ["sec-websocket-key", key],
    ...(options.subprotocols.length > 0 ? [["sec-websocket-protocol", options.subprotocols.join(", ")] as const] : []),
    ...(options.origin === undefined ? [] : [["origin", options.origin] as const]),
  ];
  const hop = { url, method: "GET", ownHeaders: true };
  const headers = requestHeaders(options, further, hop, new CookieJar());
  const lines = headers.map(([name, value]) => `${name}: ${value}`);
  return [`GET ${url.pathname}${url.search} HTTP/1.1`, ...lines, "", ""].join("\r\n");
}

/** Reads the answer and judges whether the connection is a WebSocket now. @see RFC 6455 §4.1 */
export async function readUpgrade(reader: WireReader, options: WebsocketOptions, key: string): Promise<Upgrade> {
  const head = await readHead(reader);
  if ("finding" in head) return head;
  const { statusLine, headers } = head;
  const [, digits = "", text = ""] = statusLineForm.exec(statusLine) ?? [];
  const status = Number(digits);
  const known = { status, statusLine: escapeControls(statusLine).slice(0, 200) };
  if (status !== 101) {
    const place = headerOf(headers, "location");
    const leads =
      place === undefined ? "" : `, which leads to ${escapeControls(shownValue("location", place)).slice(0, 200)}`;
    const detail = `answered ${`${status} ${escapeControls(text).slice(0, 100)}`.trim()}${leads}, expected 101`;
    return { ...known, finding: { is: "down", reason: "status", phase: "processing", detail } };
  }
  const problem = problemOf(headers, options, key);
  const subprotocol = headerOf(headers, "sec-websocket-protocol");
  return {
    ...known,
    ...(subprotocol !== undefined && { subprotocol }),
    ...(problem !== undefined && { finding: wrong(problem) }),
  };
}

function problemOf(
  headers: readonly HttpHeader[],
  { subprotocols }: WebsocketOptions,
  key: string,
): string | undefined {
  const upgrade = headerOf(headers, "upgrade") ?? "";
  if (upgrade.trim().toLowerCase() !== "websocket") return "answered 101 without Upgrade: websocket";
  const connection = (headerOf(headers, "connection") ?? "").toLowerCase().split(",");
  if (!connection.some((token) => token.trim() === "upgrade")) return "answered 101 without Connection: Upgrade";
  const wanted = createHash("sha1").update(`${key}${agreedOn}`).digest("base64");
  if (headerOf(headers, "sec-websocket-accept")?.trim() !== wanted) {
    return "did not prove by Sec-WebSocket-Accept that it read this request";
  }
  if (headerOf(headers, "sec-websocket-extensions") !== undefined) return "chose an extension that nobody asked for";
  const chosen = headerOf(headers, "sec-websocket-protocol");
  if (chosen === undefined) {
    return subprotocols.length === 0 ? undefined : `chose none of the subprotocols ${subprotocols.join(", ")}`;
  }
  return subprotocols.includes(chosen)
    ? undefined
    : `chose the subprotocol "${escapeControls(chosen.slice(0, 100))}", which nobody asked for`;
}

type Head = Readonly<{ statusLine: string; headers: readonly HttpHeader[] }>;

async function readHead(reader: WireReader): Promise<Head | Readonly<{ finding: Finding }>> {
  let statusLine: string | undefined;
  const headers: HttpHeader[] = [];
  while (headers.length <= mostHeaders) {
    const line = await reader.line();
    if ("finding" in line) return line;
    if ("end" in line)
      return {
        finding: {
          is: "down",
          reason: "reset",
          phase: "processing",
          detail: "the server closed before it had answered",
        },
      };
    if (statusLine === undefined) {
      statusLine = line.got;
      if (!statusLineForm.test(statusLine))
        return { finding: wrong(`answered "${escapeControls(statusLine.slice(0, 64))}", which is no HTTP`) };
    } else if (line.got === "") return { statusLine, headers };
    else {
      const colon = line.got.indexOf(":");
      if (colon <= 0) return { finding: wrong("sent a header without a colon") };
      headers.push([line.got.slice(0, colon).toLowerCase(), line.got.slice(colon + 1).trim()]);
    }
  }
  return {
    finding: { is: "down", reason: "header_overflow", phase: "processing", detail: `more than ${mostHeaders} headers` },
  };
}

function wrong(what: string): Finding {
  return { is: "down", reason: "protocol", phase: "processing", detail: `the server ${what}` };
}
