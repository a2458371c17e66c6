import { describe, expect, it } from "vitest";
import { nearestName } from "./nearest-name.ts";

describe("core/nearest-name", () => {
  it.each([
    ["intervall", "interval"],
    ["targt", "target"],
    ["vaildate", "validate"],
    ["titel", "title"],
    ["fro", "for"],
  ])("finds for %s what was meant", (misspelt, meant) => {
    expect(nearestName(misspelt, ["interval", "target", "timeout", "validate", "title", "for"])).toBe(meant);
  });

  it("stays silent when nothing is near", () => {
    expect(nearestName("receivers", ["interval", "target"])).toBeUndefined();
  });
});
