import { describe, expect, it } from "vitest";
import { serverTimeMs } from "./server-time.ts";

describe("alerting/notifiers/server-time", () => {
  it.each([
    ["Mon, 23 Nov 2026 05:00:00 GMT", Date.UTC(2026, 10, 23, 5)],
    ["GMT", undefined],
    ["1", undefined],
    ["", undefined],
  ])("reads the header %j as %s", (date, expected) => {
    expect(serverTimeMs({ ok: true, status: 200, headers: { date }, body: "" })).toBe(expected);
  });

  it("knows no time without an answer or a header", () => {
    expect(serverTimeMs({ ok: true, status: 200, headers: {}, body: "" })).toBeUndefined();
    expect(serverTimeMs({ ok: false, reason: "reset", detail: "E", sent: true })).toBeUndefined();
  });
});
