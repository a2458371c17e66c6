import type { Finding } from "../../core/checks/finding.ts";
import type { Reason } from "../../core/checks/reasons.ts";
import { displayOf } from "../../core/http/address.ts";
import { headerOf } from "../../core/http/header-of.ts";
import { shownValue } from "../../core/http/secret-header.ts";
import { hasStatus } from "../../core/http/status-schema.ts";
import type { HttpResponse } from "../../core/ports/http-probing.ts";
import { escapeControls } from "../../core/text/printable.ts";
import type { Expectations, HeaderExpectation } from "./expect-schema.ts";

const down = (reason: Reason, detail: string): Finding => ({ is: "down", reason, phase: "transfer", detail });

/** Judges status, headers, version and final address; `regexFailed` says that a header pattern did not match. */
export function judgeHead(
  expect: Expectations,
  response: HttpResponse,
  finalUrl: URL,
): Readonly<{ findings: readonly Finding[]; regexFailed: boolean }> {
  const findings: Finding[] = [];
  if (!hasStatus(expect.status, response.status)) {
    findings.push(
      down("status", `status ${response.status} ${escapeControls(response.statusText)}, expected ${ranges(expect)}`),
    );
  }
  if (expect.http_version !== undefined && expect.http_version !== response.version) {
    findings.push(down("assertion", `the answer is HTTP/${response.version}, expected HTTP/${expect.http_version}`));
  }
  if (expect.final_url !== undefined && displayOf(finalUrl) !== expect.final_url) {
    findings.push(down("assertion", `the redirects end at ${displayOf(finalUrl)}, expected ${expect.final_url}`));
  }
  findings.push(...judgeCoding(expect.compression, response));
  const isTls = finalUrl.protocol === "https:";
  if (expect.tls !== "any" && isTls !== (expect.tls === "required")) {
    findings.push(down("assertion", `the answer came ${isTls ? "over TLS" : "in the clear"}; TLS is ${expect.tls}`));
  }
  let regexFailed = false;
  for (const [name, wanted] of Object.entries(expect.headers)) {
    const values = response.headers.flatMap(([key, value]) => (key === name ? [value] : []));
    const problem = headerProblem(name, values, wanted);
    if (problem === undefined) continue;
    findings.push(down("header", `header ${name} ${problem}`));
    if (wanted.matches.length + wanted.not_matches.length > 0) regexFailed = true;
  }
  return { findings, regexFailed };
}

const codings: ReadonlySet<string> = new Set(["gzip", "br", "deflate"]);

/** What could not be unpacked as its header says has failed before. */
function judgeCoding(wanted: Expectations["compression"], { headers, status }: HttpResponse): readonly Finding[] {
  if (wanted === undefined || status === 204 || status === 304) return [];
  const said = (headerOf(headers, "content-encoding") ?? "")
    .trim()
    .toLowerCase()
    .replace(/^x-gzip$/, "gzip");
  if (wanted === "any" ? codings.has(said) : said === wanted) return [];
  const came = said === "" ? "is not compressed" : `has the coding "${shown(said)}"`;
  return [down("assertion", `the body ${came}, expected ${wanted === "any" ? "gzip, br or deflate" : wanted}`)];
}

function headerProblem(name: string, values: readonly string[], wanted: HeaderExpectation): string | undefined {
  if (values.length === 0) return wanted.absent || wanted.optional ? undefined : "is not there";
  const value = values.join(", ");
  const is = `is "${shown(shownValue(name, value))}"`;
  if (wanted.absent) return `${is}, and should not be there`;
  if (wanted.equals !== undefined && value !== wanted.equals) return `${is}, expected "${shown(wanted.equals)}"`;
  if (wanted.contains !== undefined && !value.includes(wanted.contains)) {
    return `${is}, expected to contain "${shown(wanted.contains)}"`;
  }
  // A pattern with anchors means one value, not what several become when they are joined.
  const either = [...values, value];
  const missed = wanted.matches.find((pattern) => !either.some((text) => pattern.test(text)));
  if (missed !== undefined) return `${is}, expected to match ${shown(missed.source)}`;
  const hit = wanted.not_matches.find((pattern) => either.some((text) => pattern.test(text)));
  return hit === undefined ? undefined : `${is}, and should not match ${shown(hit.source)}`;
}

function ranges({ status }: Expectations): string {
  return status.map(({ from, to }) => (from === to ? `${from}` : `${from}-${to}`)).join(", ");
}

function shown(text: string): string {
  return escapeControls(text.length > 120 ? `${text.slice(0, 120)}…` : text);
}
