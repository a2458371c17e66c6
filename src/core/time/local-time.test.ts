import { describe, expect, it } from "vitest";
import { localTime, withMoments } from "./local-time.ts";

const atMs = Date.UTC(2026, 10, 26, 20, 52, 28, 250);

describe("core/time/local-time", () => {
  it.each([
    ["Asia/Shanghai", "2026-11-27 04:52:28 +08:00"],
    ["UTC", "2026-11-26 20:52:28 +00:00"],
    ["America/St_Johns", "2026-11-26 17:22:28 -03:30"],
    ["Asia/Kathmandu", "2026-11-27 02:37:28 +05:45"],
  ])("writes a moment as it is in %s, with the offset", (timeZone, written) => {
    expect(localTime(atMs, timeZone)).toBe(written);
  });

  it("tells the two passes of an hour apart that daylight saving repeats", () => {
    const firstMs = Date.UTC(2026, 9, 25, 0, 30);

    expect(localTime(firstMs, "Europe/Berlin")).toBe("2026-10-25 02:30:00 +02:00");
    expect(localTime(firstMs + 3_600_000, "Europe/Berlin")).toBe("2026-10-25 02:30:00 +01:00");
  });

  it.each([
    ["due 2026-11-26T20:52:28.250Z, or 2026-11-26T20:52Z.", "due <26>, or <26>."],
    ["2026-11-26T20:52:28Z to 2026-11-27T20:52:28Z", "<26> to <27>"],
    ["2026-13-45T99:99:99Z", "2026-13-45T99:99:99Z"],
    ["2026-11-26T20:52:28+08:00 and x2026-11-26T20:52:28Z", "2026-11-26T20:52:28+08:00 and x2026-11-26T20:52:28Z"],
    ["2026-11-26", "2026-11-26"],
  ])("finds the moments in %j", (text, found) => {
    expect(withMoments(text, (foundMs) => `<${new Date(foundMs).getUTCDate()}>`)).toBe(found);
  });
});
