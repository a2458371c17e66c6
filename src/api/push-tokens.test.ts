import { describe, expect, it } from "vitest";
import { PushTokens, pushToken } from "./push-tokens.ts";

describe("api/push-tokens", () => {
  it("gives each check and each of its senders a token of 128 bits that depends on the key alone", () => {
    expect(pushToken("key", "nightly")).toMatch(/^[A-Za-z0-9_-]{22}$/);
    expect(pushToken("key", "nightly", "db-1")).toMatch(/^[A-Za-z0-9_-]{22}$/);
    expect(pushToken("key", "nightly")).toBe(pushToken("key", "nightly"));
    const tokens = [
      pushToken("key", "a"),
      pushToken("key", "b"),
      pushToken("other", "a"),
      pushToken("key", "a", "b"),
      pushToken("key", "a", "c"),
      pushToken("key", "b", "b"),
    ];
    expect(new Set(tokens).size).toBe(6);
  });

  it("finds the check of a token, and none once the check has left", () => {
    const tokens = new PushTokens("key");
    tokens.setChecks(["a", "b"]);

    expect(tokens.subjectOf(pushToken("key", "b"))).toEqual({ check: "b" });
    tokens.setChecks(["a"]);
    expect(tokens.subjectOf(pushToken("key", "b"))).toBeUndefined();
    expect(tokens.subjectOf("__proto__")).toBeUndefined();
  });

  it("finds the sender of a token, and none once the sender has left", () => {
    const tokens = new PushTokens("key");
    tokens.setChecks(["a"], [{ check: "a", name: "db-1", target: "t1" }]);

    expect(tokens.subjectOf(pushToken("key", "a", "db-1"))).toEqual({ check: "a", target: "t1" });
    expect(tokens.subjectOf(pushToken("key", "a", "db-2"))).toBeUndefined();
    tokens.setChecks(["a"]);
    expect(tokens.subjectOf(pushToken("key", "a", "db-1"))).toBeUndefined();
  });
});
