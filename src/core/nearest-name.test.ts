import { describe, expect, it } from "vitest";
import { nearestName } from "./nearest-name.ts";

describe("core/nearest-name", () => {
  it.each([
    ["intervall", "interval"],
    ["targt", "target"],
    ["vaildate", "validate"],
  ])("finds for %s what was meant", (misspelt, meant) => {
    expect(nearestName(misspelt, ["interval", "target", "timeout", "validate"])).toBe(meant);
  });

  it("stays silent when nothing is near", () => {
    expect(nearestName("receivers", ["interval", "target"])).toBeUndefined();
  });
});
