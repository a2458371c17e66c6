import type { faults } from "../../support/fault-server/faults.ts";
import type { httpSpeakers } from "./speakers.ts";

type HttpSpeaker = keyof typeof httpSpeakers;

/** What a fault comes to: for all, and for those with whom it ends differently. */
export type HttpRow = Readonly<{ all: string } & Partial<Record<HttpSpeaker, string>>>;

const domain = "unknown lookup_failed";
/** Reads no body and follows no redirect: whatever is no 101 ends there. */
const websocket = "down status";
const reader = (reason: string): HttpRow => ({ all: `down ${reason}`, domain, "file in a store": domain });
const bodyReader = (reason: string): HttpRow => ({ ...reader(reason), websocket });
/** The answer is taken, and judged as what it holds: nothing that the check wants. */
const taken = {
  all: "up",
  json: "down json",
  scrape: "down content_mismatch",
  images: "down image_missing",
  domain: "unknown parse",
  "file in a store": "unknown parse",
  websocket,
} as const;

/** Faults of HTTP, and what each speaker says of them. */
export const httpRows: Readonly<Partial<Record<keyof typeof faults, HttpRow>>> = {
  "F12 silent": reader("ttfb_timeout"),
  "F12 closed": reader("reset"),
  F13: bodyReader("reset"),
  F20: reader("ttfb_timeout"),
  F21: bodyReader("body_timeout"),
  F22: { ...taken, json: "down body_too_large", scrape: "flaw body_too_large" },
  "F23 gzip": bodyReader("body_too_large"),
  "F23 br": bodyReader("body_too_large"),
  "F24 many": bodyReader("protocol"),
  "F24 unknown": taken,
  "F25 loop": bodyReader("redirects"),
  "F25 empty": bodyReader("redirects"),
  "F25 javascript": bodyReader("redirects"),
  "F25 file": bodyReader("redirects"),
  F27: reader("header_overflow"),
  "F28 CL+TE": bodyReader("protocol"),
  "F28 bare LF": bodyReader("protocol"),
  "F28 HTTP/0.9": reader("protocol"),
  "F28 SSH": reader("protocol"),
  F29: bodyReader("truncated"),
  "F30 early hints": bodyReader("ttfb_timeout"),
  "F30 continue": bodyReader("ttfb_timeout"),
  F37: reader("protocol"),
};

/** Rows that http.test.ts holds for each of these besides. */
export const furtherHttpRows = {
  F14: ["http", "json", "scrape", "images", "domain", "file in a store", "websocket"],
  F26: ["http", "json", "scrape", "images"],
  F31: ["http", "json", "scrape", "images", "domain", "file in a store", "websocket"],
  F32: ["http", "json", "scrape", "images", "domain"],
} as const satisfies Readonly<Record<string, readonly HttpSpeaker[]>>;
