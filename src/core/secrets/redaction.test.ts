import { describe, expect, it } from "vitest";
import { Redaction } from "./redaction.ts";

describe("core/secrets/redaction", () => {
  it("replaces a registered secret wherever it stands, also when it is URL-encoded", () => {
    const redaction = new Redaction();
    redaction.add("s3cr€t+value");

    const text = redaction.apply("POST https://x/?k=s3cr%E2%82%ACt%2Bvalue failed: s3cr€t+value");

    expect(text).toBe("POST https://x/?k=<secret> failed: <secret>");
  });

  it("replaces the longer of two secrets that overlap", () => {
    const redaction = new Redaction();
    redaction.add("abcdef");
    redaction.add("abcdefghi");

    expect(redaction.apply("x abcdefghi y")).toBe("x <secret> y");
  });

  it("leaves short texts alone", () => {
    const redaction = new Redaction();
    redaction.add("abc");

    expect(redaction.apply("abc")).toBe("abc");
  });
});
