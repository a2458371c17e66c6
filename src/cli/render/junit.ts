import { isFlawed, type RunRecord } from "./run-record.ts";
import { nothingSelected } from "./table.ts";

const declaration = '<?xml version="1.0" encoding="UTF-8"?>';

/**
 * JUnit XML of a set of runs: down is a failure, unknown an error, a flaw is told in the output of a passed case. What keeps the whole
 * from passing besides is `problem`, an error of its own: who reads only the file must not see it pass.
 */
export function runJunit(runs: readonly RunRecord[], problem?: string): string {
  if (runs.length === 0) return emptySuite();
  const failures = runs.filter(({ result }) => result.verdict === "down").length;
  const problems = problem === undefined ? [] : [problemCase(problem)];
  const errors = runs.filter(({ result }) => result.verdict === "unknown").length + problems.length;
  const totalSeconds = runs.reduce((sum, { result }) => sum + result.durationMs, 0) / 1000;
  const head = `<testsuite name="watchfire" tests="${runs.length + problems.length}" failures="${failures}" errors="${errors}" time="${totalSeconds.toFixed(3)}">`;
  return [declaration, head, ...runs.map(testCase), ...problems, "</testsuite>"].join("\n");
}

function problemCase(problem: string): string {
  const error = `<error type="unstable" message="${escapeXml(problem)}"></error>`;
  return `  <testcase classname="watchfire" name="stability" time="0.000">${error}</testcase>`;
}

// A suite without cases passes, and nothing was measured.
function emptySuite(): string {
  return [
    declaration,
    '<testsuite name="watchfire" tests="1" failures="0" errors="1" time="0.000">',
    `  <testcase classname="watchfire" name="selection" time="0.000"><error type="empty" message="${nothingSelected}"></error></testcase>`,
    "</testsuite>",
  ].join("\n");
}

function testCase({ check, target, result }: RunRecord): string {
  const head = `  <testcase classname="${escapeXml(check.id)}" name="${escapeXml(target.display)}" time="${(result.durationMs / 1000).toFixed(3)}">`;
  return `${head}${outcome(result)}</testcase>`;
}

function outcome(result: RunRecord["result"]): string {
  const details = result.findings.map((finding) => `${finding.reason}: ${finding.detail}`).join("\n");
  if (isFlawed(result)) return `<system-out>${escapeXml(details)}</system-out>`;
  if (result.verdict === "up") return "";
  const element = result.verdict === "down" ? "failure" : "error";
  const reason = escapeXml(result.headline?.reason ?? "");
  return `<${element} type="${reason}" message="${escapeXml(result.headline?.detail ?? "")}">${escapeXml(details)}</${element}>`;
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

// oxlint-disable-next-line no-control-regex -- they are what is removed
const forbidden = new RegExp("[\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\ufffe\\uffff]", "g");

// XML 1.0 cannot carry most control characters, not even escaped.
function escapeXml(text: string): string {
  return text
    .toWellFormed()
    .replace(forbidden, "\ufffd")
    .replace(/[&<>"']/g, (character) => entities[character] ?? "");
}
