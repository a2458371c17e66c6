import { cookieOf } from "../../core/http/cookies.ts";
import { headerOf } from "../../core/http/header-of.ts";
import { readJson } from "../../core/jsonpath/read-json.ts";
import type { HttpResponse } from "../../core/ports/http-probing.ts";
import { decodeText } from "../../core/text/charset.ts";
import type { Extraction } from "./steps-schema.ts";

const mostCharacters = 8192;

export type Extracted = Readonly<{ value: string } | { problem: string }>;

/** Takes a value out of an answer. */
export function extract(extraction: Extraction, response: HttpResponse): Extracted {
  const found = valueOf(extraction, response);
  if ("problem" in found) return found;
  if (found.value.length > mostCharacters) return { problem: `is longer than ${mostCharacters} characters` };
  return /[\r\n\0]/.test(found.value) ? { problem: "holds line ends" } : found;
}

function valueOf(extraction: Extraction, response: HttpResponse): Extracted {
  switch (extraction.kind) {
    case "json":
      return fromJson(extraction, textOf(response), response.cut);
    case "pattern":
      return fromPattern(extraction, textOf(response));
    case "header": {
      const value = headerOf(response.headers, extraction.name);
      return value === undefined ? { problem: `the answer has no header ${extraction.name}` } : { value };
    }
    case "cookie": {
      const value = cookieOf(response.headers, extraction.name);
      return value === undefined ? { problem: `the answer sets no cookie ${extraction.name}` } : { value };
    }
  }
}

function textOf({ body, headers, cut }: HttpResponse): string {
  return decodeText(body, headerOf(headers, "content-type"), cut).decodings[0]?.text ?? "";
}

function fromJson({ path }: Extract<Extraction, { kind: "json" }>, text: string, cut: boolean): Extracted {
  if (cut) return { problem: "the JSON body is longer than body_limit" };
  const read = readJson(text);
  if (!read.ok) return { problem: `the body ${read.problem}` };
  const selected = path.select(read.document);
  if ("problem" in selected) return selected;
  const value = selected.nodes[0]?.value;
  if (value === undefined || value === null) return { problem: `there is nothing at ${path.source}` };
  if (typeof value === "object") return { problem: `${path.source} leads to no single value` };
  return { value: typeof value === "string" ? value : JSON.stringify(value) };
}

function fromPattern({ pattern }: Extract<Extraction, { kind: "pattern" }>, text: string): Extracted {
  const groups = pattern.groups(text);
  if (groups === undefined) return { problem: `the body does not match ${pattern.source}` };
  return { value: groups.get("1") ?? groups.get("0") ?? "" };
}
