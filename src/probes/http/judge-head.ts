import type { Finding } from "../../core/finding.ts";
import { displayOf } from "../../core/http/address.ts";
import { headerOf } from "../../core/http/header-of.ts";
import { shownValue } from "../../core/http/secret-header.ts";
import type { HttpResponse } from "../../core/ports/http-probing.ts";
import type { Reason } from "../../core/reasons.ts";
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
  if (!expect.status.some(({ from, to }) => response.status >= from && response.status <= to)) {
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
  let regexFailed = false;
  for (const [name, wanted] of Object.entries(expect.headers)) {
    const value = headerOf(response.headers, name);
    const problem = headerProblem(name, value, wanted);
    if (problem === undefined) continue;
    findings.push(down("header", `header ${name} ${problem}`));
    if (wanted.matches !== undefined) regexFailed = true;
  }
  return { findings, regexFailed };
}

function headerProblem(name: string, value: string | undefined, wanted: HeaderExpectation): string | undefined {
  if (value === undefined) return wanted.absent ? undefined : "is not there";
  const is = `is "${shown(shownValue(name, value))}"`;
  if (wanted.absent) return `${is}, and should not be there`;
  if (wanted.equals !== undefined && value !== wanted.equals) return `${is}, expected "${shown(wanted.equals)}"`;
  if (wanted.contains !== undefined && !value.includes(wanted.contains)) {
    return `${is}, expected to contain "${shown(wanted.contains)}"`;
  }
  if (wanted.matches === undefined || wanted.matches.test(value)) return undefined;
  return `${is}, expected to match ${shown(wanted.matches.source)}`;
}

function ranges({ status }: Expectations): string {
  return status.map(({ from, to }) => (from === to ? `${from}` : `${from}-${to}`)).join(", ");
}

function shown(text: string): string {
  return escapeControls(text.length > 120 ? `${text.slice(0, 120)}…` : text);
}
