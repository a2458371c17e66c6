import type { Finding } from "../../core/checks/finding.ts";
import type { Reason } from "../../core/checks/reasons.ts";
import type { Decoded } from "../../core/text/charset.ts";
import type { Decoding } from "../../core/text/decoding.ts";
import { escapeControls } from "../../core/text/printable.ts";
import { errorPageIn } from "./error-pages.ts";
import type { Expectations } from "./expect-schema.ts";

/** What the body said: findings, and in which charset each text was found. */
export type BodyJudgement = Readonly<{
  findings: readonly Finding[];
  /** Text or pattern → charset it was found in. */
  matched: Readonly<Record<string, string>>;
  regexFailed: boolean;
}>;

const down = (reason: Reason, detail: string): Finding => ({ is: "down", reason, phase: "transfer", detail });

/** Searches the texts and patterns in every plausible reading of the body. `cutAtBytes` is there when the body was longer. */
export function judgeBody(expect: Expectations, decoded: Decoded, cutAtBytes: number | undefined): BodyJudgement {
  const findings: Finding[] = [];
  const matched: Record<string, string> = {};
  const search = (key: string, test: (decoding: Decoding) => boolean): Decoding | undefined => {
    const found = decoded.decodings.find(test);
    if (found !== undefined) matched[key] = found.charset;
    return found;
  };
  const where = (found: Decoding): string => reading(found, decoded);
  const within = cutAtBytes === undefined ? "" : ` in its first ${cutAtBytes} bytes, the rest was not read`;

  for (const word of expect.contains) {
    if (search(word, (decoding) => decoding.contains(word)) === undefined) {
      findings.push(down("keyword", `the body does not contain "${shown(word)}"${within}${readings(decoded)}`));
    }
  }
  if (expect.contains_any.length > 0) {
    const found = expect.contains_any.some((word) => search(word, (decoding) => decoding.contains(word)) !== undefined);
    if (!found) {
      const words = expect.contains_any.map(shown).join('", "');
      findings.push(down("keyword", `the body contains none of "${words}"${within}${readings(decoded)}`));
    }
  }
  for (const word of expect.not_contains) {
    const found = search(word, (decoding) => decoding.contains(word));
    if (found !== undefined) findings.push(down("keyword", `the body contains "${shown(word)}"${where(found)}`));
  }
  const patterns = judgePatterns(expect, search, where, within);
  findings.push(...patterns);
  // What the page says of itself tells more than the word that is missing because of it.
  if (expect.error_pages === "zh") findings.unshift(...judgeErrorPage(decoded));
  return { findings, matched, regexFailed: patterns.length > 0 };
}

function judgePatterns(
  expect: Expectations,
  search: (key: string, test: (decoding: Decoding) => boolean) => Decoding | undefined,
  where: (found: Decoding) => string,
  within: string,
): readonly Finding[] {
  const findings: Finding[] = [];
  for (const pattern of expect.matches) {
    if (search(pattern.source, ({ text }) => pattern.test(text)) !== undefined) continue;
    findings.push(down("keyword", `the body does not match ${shown(pattern.source)}${within}`));
  }
  for (const pattern of expect.not_matches) {
    const found = search(pattern.source, ({ text }) => pattern.test(text));
    if (found !== undefined) findings.push(down("keyword", `the body matches ${shown(pattern.source)}${where(found)}`));
  }
  return findings;
}

function judgeErrorPage(decoded: Decoded): readonly Finding[] {
  for (const decoding of decoded.decodings) {
    const text = errorPageIn(decoding.text);
    if (text !== undefined) {
      return [down("keyword", `the answer is an error page: it says "${text}"${reading(decoding, decoded)}`)];
    }
  }
  return [];
}

/** Names the charset only where it tells something: not UTF-8, or not what the server said. */
function reading(found: Decoding, { disbelieved }: Decoded): string {
  if (disbelieved !== undefined && disbelieved !== found.charset) {
    return ` (read as ${found.charset}; the server says ${disbelieved})`;
  }
  return found.charset === "utf-8" ? "" : ` (read as ${found.charset})`;
}

function readings({ decodings }: Decoded): string {
  const charsets = decodings.map(({ charset }) => charset);
  return charsets.length === 1 && charsets[0] === "utf-8" ? "" : ` (read as ${charsets.join(", ")})`;
}

function shown(text: string): string {
  return escapeControls(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}
