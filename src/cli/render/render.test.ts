import { describe, expect, it } from "vitest";
import type { Check } from "../../core/checks/check.ts";
import type { Result } from "../../core/checks/result.ts";
import { runJunit } from "./junit.ts";
import { type RunRecord, runJson } from "./run-record.ts";
import { runTable } from "./table.ts";

const target = { id: "t", address: "http://x/", display: "http://x/", labels: {} };
const check: Check = {
  id: "shop",
  title: "Shop",
  probe: "http",
  tier: "application",
  severity: "critical",
  env: "test",
  labels: {},
  location: "default",
  targets: [target],
  options: {},
  schedule: { kind: "every", everyMs: 30_000 },
  jitterMs: 0,
  timeoutMs: 10_000,
  failureThreshold: 3,
  successThreshold: 1,
  blindAfterMs: 900_000,
};

function run(change: Partial<Result>): RunRecord {
  const result: Result = {
    check: "shop",
    target: "t",
    location: "default",
    slotMs: 1,
    trigger: "manual",
    verdict: "up",
    findings: [],
    samples: [],
    startedAtMs: Date.UTC(2026, 0, 2, 3, 4, 5),
    durationMs: 12.3456,
    phasesMs: { connect: 1.5 },
    ...change,
  };
  return { check, target, result, notes: [] };
}

const down = run({
  verdict: "down",
  headline: { is: "down", reason: "keyword", phase: "transfer", detail: "<加入购物车> & more" },
  findings: [{ is: "down", reason: "keyword", phase: "transfer", detail: "<加入购物车> & more\u0000" }],
});
const flawed = run({ findings: [{ is: "flaw", severity: "warning", reason: "slow", detail: "took 2 s" }] });

describe("cli/render", () => {
  it("writes a result as JSON with the worst finding's words", () => {
    expect(runJson(down)).toMatchObject({
      check: "shop",
      target: "http://x/",
      tier: "application",
      probe: "http",
      verdict: "down",
      reason: "keyword",
      phase: "transfer",
      started_at: "2026-01-02T03:04:05.000Z",
      duration_seconds: 0.012346,
      phases: { connect: 0.0015 },
    });
  });

  it("shows below what failed what the target said, without its control characters", () => {
    const page = run({ ...down.result, evidence: { quote: "Connection to \u001b[31mdatabase failed" } });
    const talk = run({
      ...down.result,
      evidence: { dialogue: [...Array.from({ length: 9 }, (_, n) => `< ${n}`), "> QUIT"] },
    });
    const well = run({ evidence: { quote: "all is well", dialogue: ["< 220"] } });

    expect(runTable([page])).toContain("\n    it says: Connection to \\x1b[31mdatabase failed");
    expect(runTable([talk]).split("\n").slice(2)).toEqual(
      ["< 4", "< 5", "< 6", "< 7", "< 8", "> QUIT"].map((line) => `    ${line}`),
    );
    expect(runTable([well]).split("\n")).toHaveLength(1);
  });

  it("leaves reason, phase and detail out when there is no finding", () => {
    expect(Object.keys(runJson(run({})) as object)).toEqual([
      "check",
      "target",
      "tier",
      "probe",
      "verdict",
      "findings",
      "started_at",
      "duration_seconds",
      "phases",
      "samples",
    ]);
  });

  it("shows the worst run first", () => {
    const lines = runTable([run({}), flawed, down]).split("\n");

    expect(lines.filter((line) => !line.startsWith(" ")).map((line) => line.split(" ")[0])).toEqual([
      "down",
      "degraded",
      "up",
    ]);
  });

  it("writes JUnit that a strict reader takes: escaped, without control characters", () => {
    const xml = runJunit([down, run({ verdict: "unknown" }), flawed]);

    expect(xml).toContain('tests="3" failures="1" errors="1"');
    expect(xml).toContain('message="&lt;加入购物车&gt; &amp; more"');
    expect(xml).not.toContain("\u0000");
  });
});
