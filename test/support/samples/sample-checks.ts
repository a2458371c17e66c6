import type { Check } from "../../../src/core/checks/check.ts";
import type { CheckState } from "../../../src/core/checks/check-state.ts";
import type { Result } from "../../../src/core/checks/result.ts";

/** A check with ordinary settings; give what matters to the test. */
export function checkOf(settings: Partial<Check> & Pick<Check, "id">): Check {
  return {
    title: settings.id,
    probe: "http",
    tier: "application",
    severity: "critical",
    env: "test",
    labels: {},
    location: "default",
    targets: [{ id: "t1", address: "http://shop.test/", display: "http://shop.test/", labels: {} }],
    options: {},
    schedule: { kind: "every", everyMs: 30_000 },
    jitterMs: 0,
    timeoutMs: 10_000,
    failureThreshold: 3,
    successThreshold: 1,
    blindAfterMs: 900_000,
    ...settings,
  };
}

/** A result of a check's first target: up unless told otherwise. */
export function resultOf(check: Check, settings: Partial<Result> = {}): Result {
  const startedAtMs = settings.startedAtMs ?? Date.UTC(2026, 10, 23, 2, 0, 0);
  return {
    check: check.id,
    target: check.targets[0]?.id ?? "t1",
    location: check.location,
    slotMs: startedAtMs,
    trigger: "schedule",
    verdict: "up",
    findings: [],
    samples: [],
    startedAtMs,
    durationMs: 12,
    phasesMs: {},
    ...settings,
  };
}

/** A confirmed state of a check's first target: up unless told otherwise. */
export function stateOf(check: Check, settings: Partial<CheckState> = {}): CheckState {
  return {
    check: check.id,
    target: check.targets[0]?.id ?? "t1",
    location: check.location,
    confirmed: "up",
    flaws: {},
    sinceMs: Date.UTC(2026, 10, 23, 1, 0, 0),
    lastSlotMs: Date.UTC(2026, 10, 23, 2, 0, 0),
    recent: [],
    flapping: false,
    ...settings,
  };
}
