import { describe, expect, it } from "vitest";
import { PushTokens, pushToken } from "./push-tokens.ts";

describe("api/push-tokens", () => {
  it("gives each check a token of 128 bits that depends on the key alone", () => {
    expect(pushToken("key", "nightly")).toMatch(/^[A-Za-z0-9_-]{22}$/);
    expect(pushToken("key", "nightly")).toBe(pushToken("key", "nightly"));
    expect(new Set([pushToken("key", "a"), pushToken("key", "b"), pushToken("other", "a")]).size).toBe(3);
  });

  it("finds the check of a token, and none once the check has left", () => {
    const tokens = new PushTokens("key");
    tokens.setChecks(["a", "b"]);

    expect(tokens.checkOf(pushToken("key", "b"))).toBe("b");
    tokens.setChecks(["a"]);
    expect(tokens.checkOf(pushToken("key", "b"))).toBeUndefined();
    expect(tokens.checkOf("__proto__")).toBeUndefined();
  });
});
