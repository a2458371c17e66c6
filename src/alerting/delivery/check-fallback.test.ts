import { describe, expect, it } from "vitest";
import { checkFallback } from "./check-fallback.ts";

describe("alerting/delivery/check-fallback", () => {
  it("names every reference that reaches nobody", () => {
    const issues = checkFallback({
      receivers: { chat: { fallback: ["voice", "voise", "chat", "person/ann", "person/bob", "pager/x"] }, voice: {} },
      people: { ann: {} },
    });

    expect(issues.map(({ path, message }) => `${path.slice(3).join()}: ${message}`)).toEqual([
      '1: there is no receiver "voise"; did you mean "voice"?',
      "2: a receiver cannot be its own fallback",
      '4: there is no person "bob"',
      '5: "pager/x" is not configured: name a receiver or person/<id>',
    ]);
  });
});
