import { describe, expect, it } from "vitest";
import { aNotification, anAlert, anOutboxRow } from "../../../../test/support/samples/notifications.ts";
import { afterHalfHour } from "./half-hour.ts";

const tenMs = Date.UTC(2026, 10, 23, 2);
const warning = [anAlert({ labels: { severity: "warning" } })];
const rowOf = (incident: string, alerts = warning) =>
  anOutboxRow(`${incident}-${alerts.length}`, { notification: aNotification({ incident, alerts }) });

describe("alerting/delivery/lanes/half-hour", () => {
  it("spreads what is not urgent over the seconds after a full or half hour", () => {
    for (const startMs of [tenMs, tenMs + 1_800_000]) {
      const waits = Array.from({ length: 50 }, (_, index) => afterHalfHour(rowOf(`i-${index}`), [], startMs) - startMs);

      expect(Math.min(...waits)).toBeGreaterThanOrEqual(1000);
      expect(Math.max(...waits)).toBeLessThanOrEqual(20_000);
      expect(new Set(waits.map((waitMs) => Math.floor(waitMs / 1000))).size).toBeGreaterThan(10);
    }
  });

  it("keeps the order of a destination, and lets go what has waited, or what comes later in the hour", () => {
    const [row, next] = [rowOf("i-1"), rowOf("i-1", [...warning, ...warning])];
    const atMs = afterHalfHour(row, [], tenMs);

    expect(afterHalfHour(next, [row], tenMs + 500)).toBe(atMs);
    expect(afterHalfHour(row, [], atMs)).toBe(atMs);
    expect(afterHalfHour(row, [], tenMs + 20_000)).toBe(tenMs + 20_000);
    expect(afterHalfHour(row, [], tenMs - 1)).toBe(tenMs - 1);
  });

  it("holds up nothing critical, nor what goes before it", () => {
    const [row, critical, other] = [rowOf("i-1"), rowOf("i-1", [anAlert()]), rowOf("i-2", [anAlert()])];

    expect(afterHalfHour(critical, [critical], tenMs)).toBe(tenMs);
    expect(afterHalfHour(row, [row, critical], tenMs)).toBe(tenMs);
    expect(afterHalfHour(row, [row, other], tenMs)).toBeGreaterThan(tenMs);
  });
});
