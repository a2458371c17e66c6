import { describe, expect, it } from "vitest";
import { type Finding, headlineOf, verdictOf } from "../core/checks/finding.ts";
import type { Result } from "../core/checks/result.ts";
import { underStall } from "./stall-verdict.ts";

const slow: Finding = { is: "flaw", severity: "critical", reason: "slow", detail: "4.1s" };
const expiring: Finding = { is: "flaw", severity: "warning", reason: "expiring", detail: "20 days" };
const missing: Finding = { is: "flaw", severity: "critical", reason: "image_missing", detail: "logo.png" };

function resultOf(findings: readonly Finding[]): Result {
  const headline = headlineOf(findings);
  return {
    check: "shop",
    target: "t1",
    location: "default",
    slotMs: 1,
    trigger: "schedule",
    findings,
    ...(headline === undefined ? {} : { headline }),
    verdict: verdictOf(findings),
    samples: [{ metric: "m", labels: {}, value: 1 }],
    memory: "kept",
    evidence: "seen",
    startedAtMs: 1,
    durationMs: 3000,
    phasesMs: { connect: 2900 },
  };
}

describe("scheduler/stall-verdict", () => {
  it.each(["down", "unknown"] as const)("makes unknown(stall) of %s, and believes nothing it measured", (is) => {
    const spoiled = underStall(resultOf([{ is, reason: "status", detail: "HTTP 502" }]));

    expect(spoiled).toMatchObject({ verdict: "unknown", headline: { reason: "stall" }, samples: [], phasesMs: {} });
    expect(spoiled.headline?.detail).toContain("HTTP 502");
    expect(spoiled).not.toHaveProperty("memory");
    expect(spoiled).not.toHaveProperty("evidence");
  });

  it.each([
    [[slow], []],
    [[slow, expiring], [expiring]],
    [
      [expiring, slow, missing],
      [expiring, missing],
    ],
    [[missing, slow], [missing]],
    [[], []],
  ])("keeps an up result with flaws %j less slow", (findings, kept) => {
    const result = underStall(resultOf(findings));

    expect(result).toMatchObject({ verdict: "up", findings: kept, phasesMs: {}, memory: "kept" });
    expect(result.headline).toEqual(headlineOf(kept));
  });
});
