import { describe, expect, it } from "vitest";
import { coversName } from "./covers-name.ts";

describe("core/tls/covers-name", () => {
  it.each([
    ["shop.test", true],
    ["SHOP.test.", true],
    ["www.shop.test", true],
    ["a.www.shop.test", false],
    ["other.test", false],
    ["test", false],
    ["hop.test", false],
  ])("%s: %s", (name, covered) => {
    expect(coversName(["Shop.test", "*.shop.test"], name)).toBe(covered);
  });
});
