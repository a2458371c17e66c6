import { type Finding, headlineOf } from "../core/checks/finding.ts";
import type { Result } from "../core/checks/result.ts";

/** A result of a run during which this process itself stood still: bad ones become `unknown(stall)`, good ones stay without what was measured in time. */
export function underStall(result: Result): Result {
  const { evidence: _, memory, headline, ...rest } = result;
  if (result.verdict === "up") {
    const findings = result.findings.filter((finding) => finding.reason !== "slow");
    const worst = headlineOf(findings);
    const kept = { ...(memory === undefined ? {} : { memory }), ...(worst === undefined ? {} : { headline: worst }) };
    return { ...rest, ...kept, findings, phasesMs: {} };
  }
  const said = headline === undefined ? "" : `; it said: ${headline.reason}, ${headline.detail}`;
  const stall: Finding = {
    is: "unknown",
    reason: "stall",
    detail: `this process stood still during the run, so the result proves nothing${said}`.slice(0, 500),
  };
  return { ...rest, findings: [stall], headline: stall, verdict: "unknown", samples: [], phasesMs: {} };
}
