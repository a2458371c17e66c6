import type { Finding } from "../core/finding.ts";
import type { Result } from "../core/result.ts";

/** A result of a run during which this process itself stood still: bad ones become `unknown(stall)`, good ones stay without what was measured in time. */
export function underStall(result: Result): Result {
  const { evidence: _, memory, headline, ...rest } = result;
  if (result.verdict === "up") {
    const findings = result.findings.filter((finding) => finding.reason !== "slow");
    const worst = findings.length === 0 ? undefined : headline;
    const kept = worst === undefined || worst.reason === "slow" ? findings[0] : worst;
    return {
      ...rest,
      findings,
      phasesMs: {},
      ...(memory === undefined ? {} : { memory }),
      ...(kept === undefined ? {} : { headline: kept }),
    };
  }
  const said = headline === undefined ? "" : `; it said: ${headline.reason}, ${headline.detail}`;
  const stall: Finding = {
    is: "unknown",
    reason: "stall",
    detail: `this process stood still during the run, so the result proves nothing${said}`.slice(0, 500),
  };
  return { ...rest, findings: [stall], headline: stall, verdict: "unknown", samples: [], phasesMs: {} };
}
