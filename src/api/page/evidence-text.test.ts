import { describe, expect, it } from "vitest";
import { evidenceText } from "./evidence-text.ts";

describe("api/page/evidence-text", () => {
  it("writes a line for each fact, and moves in what is nested", () => {
    const text = evidenceText({
      status_line: "HTTP/1.1 502 Bad Gateway",
      headers: ["Server: nginx", "Retry-After: 5"],
      body: "one\ntwo",
      body_cut: false,
      tls: { chain: [{ subject: "CN=a", issuer: "CN=b" }] },
      matched: {},
      none: null,
    });

    expect(text.split("\n")).toEqual([
      "status line: HTTP/1.1 502 Bad Gateway",
      "headers:",
      "  Server: nginx",
      "  Retry-After: 5",
      "body:",
      "  one",
      "  two",
      "body cut: false",
      "tls:",
      "  chain:",
      "    - subject: CN=a",
      "      issuer: CN=b",
      "none: null",
    ]);
  });

  it("is short enough for a telephone, whatever was kept", () => {
    const huge = evidenceText({ body: "x".repeat(100_000), list: Array.from({ length: 1000 }, () => ({})) });

    expect(huge.length).toBeLessThan(6100);
    expect(evidenceText({ list: Array.from({ length: 1000 }, () => "a") }).split("\n")).toHaveLength(41);
  });
});
