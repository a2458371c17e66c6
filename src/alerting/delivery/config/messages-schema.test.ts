import { describe, expect, it } from "vitest";
import { messageStyleOf, messagesSchema } from "./messages-schema.ts";

describe("alerting/delivery/config/messages-schema", () => {
  it("asks for no style where nothing is set", () => {
    expect(messageStyleOf(messagesSchema.parse({}))).toBeUndefined();
  });

  it("hands on what is set and nothing else", () => {
    const config = { severity_names: { critical: "P1" }, blocks: ["title", "impact"], lines: { impact: "{impact}" } };

    expect(messageStyleOf(messagesSchema.parse(config))).toEqual({
      severityNames: { critical: "P1" },
      blocks: ["title", "impact"],
      lines: { impact: "{impact}" },
    });
    expect(messageStyleOf(messagesSchema.parse({ blocks: ["links"] }))).toEqual({ blocks: ["links"] });
  });

  it.each([
    [{ lines: { impact: "{impct}" } }, /no field \{impct\}; did you mean \{impact\}/],
    [{ lines: { impact: "{zzzzzzzz}" } }, /there are severity, subject/],
    [{ lines: { impact: "a\nb" } }, /no line breaks/],
    [{ blocks: ["title", "title"] }, /each block once/],
    [{ blocks: [] }, /1/],
    [{ lines: { links: "x" } }, /links/],
    [{ severity_names: { critical: "a very long severity name" } }, /12/],
  ])("refuses %j", (config, problem) => {
    expect(messagesSchema.safeParse(config).error?.message).toMatch(problem);
  });
});
