import { describe, expect, it } from "vitest";
import type { CertificateFacts } from "../ports/tls.ts";
import { judgeExpiry } from "./expiry.ts";

const dayMs = 86_400_000;
const nowMs = Date.UTC(2026, 10, 23);
const lifetime = { expiry: "lifetime" } as const;

function certificate(lifetimeDays: number, restDays: number, facts: Partial<CertificateFacts> = {}): CertificateFacts {
  const validToMs = nowMs + restDays * dayMs;
  const known = { subject: "CN=a", issuer: "CN=b", serial: "01", fingerprint: "00", dnsNames: [], selfIssued: false };
  return { ...known, weak: false, validFromMs: validToMs - lifetimeDays * dayMs, validToMs, ...facts };
}

describe("core/tls/expiry", () => {
  it.each([
    [365, 60, undefined],
    [365, 20, "warning"],
    [365, 6.9, "critical"],
    [90, 22, undefined],
    [90, 20.9, "warning"],
    [90, 6, "critical"],
    [6, 2, undefined],
    [6, 1.4, "warning"],
    [6, 0.5, "critical"],
    [365, -1, "critical"],
  ])("a certificate of %d days with %d left is %s", (lifetimeDays, restDays, severity) => {
    const [flaw] = judgeExpiry(lifetime, [certificate(lifetimeDays, restDays)], nowMs);

    expect(flaw?.is === "flaw" ? flaw.severity : undefined).toBe(severity);
  });

  it("judges intermediates, and no root that was sent along", () => {
    const leaf = certificate(90, 80);

    expect(judgeExpiry(lifetime, [leaf, certificate(3650, 3, { subject: "CN=mid" })], nowMs)[0]?.detail).toContain(
      "CN=mid",
    );
    expect(judgeExpiry(lifetime, [leaf, certificate(3650, 3, { selfIssued: true })], nowMs)).toEqual([]);
  });

  it("takes the check's own limits, and says nothing when off", () => {
    const chain = [certificate(365, 29)];

    expect(judgeExpiry({ expiry: "lifetime", warning: 30 * dayMs }, chain, nowMs)).toHaveLength(1);
    expect(judgeExpiry({ expiry: "off" }, [certificate(365, -5)], nowMs)).toEqual([]);
  });
});
