import { describe, expect, it } from "vitest";
import { isDirect } from "./no-proxy.ts";

describe("core/no-proxy", () => {
  it.each([
    ["localhost", true],
    ["127.0.0.9", true],
    ["[::1]", true],
    ["corp.example", true],
    ["chat.CORP.example", true],
    ["notcorp.example", false],
    ["10.0.0.7", true],
    ["[fd00::1]", true],
    ["oapi.dingtalk.com", false],
  ])("says of %s that it is reached directly: %s", (host, expected) => {
    expect(isDirect(host, [".corp.example", "10.0.0.7", "fd00::1"])).toBe(expected);
  });
});
