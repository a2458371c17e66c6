import { describe, expect, it } from "vitest";
import { checkFallback } from "./check-fallback.ts";

describe("alerting/delivery/config/check-fallback", () => {
  it("names every reference that reaches nobody", () => {
    const issues = checkFallback({
      receivers: {
        chat: { fallback: ["voice", "voise", "chat", "person/ann", "person/bob", "oncall/ops+1", "pager/x"] },
        voice: {},
      },
      people: { ann: {} },
      schedules: {},
    });

    expect(issues.map(({ path, message }) => `${path.slice(3).join()}: ${message}`)).toEqual([
      '1: there is no receiver "voise"; did you mean "voice"?',
      "2: a receiver cannot be its own fallback",
      '4: there is no person "bob"; there are ann',
      '5: there is no schedule "ops"; none is configured',
      '6: "pager/x" names nobody; write a receiver, oncall/<schedule> or person/<id>',
    ]);
  });
});
