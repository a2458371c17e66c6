import { describe, expect, it } from "vitest";
import { spareStacks } from "./no-stacks.ts";

describe("platform/http/no-stacks", () => {
  it("spares stacks until the callback ends, however often it is asked", async () => {
    const usual = Error.stackTraceLimit;

    spareStacks();
    spareStacks();
    const during = new Error("spared").stack;
    await Promise.resolve();

    expect(during).toBe("Error: spared");
    expect(Error.stackTraceLimit).toBe(usual);
    expect(new Error("kept").stack).toContain("no-stacks.test");
  });
});
