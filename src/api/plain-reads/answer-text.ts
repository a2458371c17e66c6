import type { EpochMs } from "../../core/time/time.ts";
import type { ApiAnswer } from "../route-spec.ts";

/** Words of the statuses that routes for programs answer with; HTTP asks for none. */
const statusWords: Readonly<Record<number, string>> = {
  200: "OK",
  400: "Bad Request",
  404: "Not Found",
  500: "Internal Server Error",
  503: "Service Unavailable",
};

/** What an answer says of its connection. */
export type ConnectionWords = "close" | Readonly<{ keepAliveMs: number; mostRequests: number }>;

/** Head of an answer as Node's server would write it. */
export function headText(answer: ApiAnswer, lengthBytes: number, date: string, words: ConnectionWords): string {
  const { status, contentType, headers = {} } = answer;
  let text = `HTTP/1.1 ${status} ${statusWords[status] ?? ""}\r\ncache-control: no-store\r\nx-content-type-options: nosniff\r\n`;
  for (const name in headers) text += `${name}: ${headers[name]}\r\n`;
  text += `content-type: ${contentType}\r\ncontent-length: ${lengthBytes}\r\nDate: ${date}\r\n`;
  if (words === "close") return `${text}Connection: close\r\n\r\n`;
  const { keepAliveMs, mostRequests } = words;
  return `${text}Connection: keep-alive\r\nKeep-Alive: timeout=${keepAliveMs / 1000}, max=${mostRequests}\r\n\r\n`;
}

/** The second of an answer as HTTP writes it, made once per second. */
export class DateText {
  #second = Number.NaN;
  #text = "";

  at(nowMs: EpochMs): string {
    const second = Math.floor(nowMs / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#text = new Date(nowMs).toUTCString();
    }
    return this.#text;
  }
}
