import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fingerprint } from "./labels.ts";

describe("core/labels", () => {
  it.each([
    [{}, "cbf29ce484222325"],
    [{ severity: "critical", alertname: "alert1" }, "0223b772b51c29e1"],
    [{ severity: "warning", job: "foo" }, "9266ef3da838ad95"],
    [{ severity: "critical", job: "foo" }, "3b15fd163d36582e"],
    [{ alertname: "磁盘满", host: "主机1" }, "567837d38c15dc2f"],
    [{ alertname: "OsNoHost", severity: "warn", tier: "os" }, "d25c6c058186744c"],
  ])("fingerprints %j as Prometheus does", (labels, expected) => {
    const actual = fingerprint(labels);

    expect(actual).toBe(expected);
  });

  it("sorts names by their bytes in UTF-8, not by UTF-16 units", () => {
    expect(fingerprint({ "\u{1f525}": "1", "\uff5e": "2" })).toBe("f62d8d72b981e004");
  });

  it("does not depend on the order of the names", () => {
    expect(fingerprint({ a: "1", b: "2" })).toBe(fingerprint({ b: "2", a: "1" }));
  });

  it("gives the same as 64-bit arithmetic for any labels", () => {
    const slow = (labels: Record<string, string>): string => {
      const encoded = Object.keys(labels)
        .map((name) => [Buffer.from(name), Buffer.from(labels[name] ?? "")] as const)
        .sort(([a], [b]) => Buffer.compare(a, b));
      const bytes = encoded.flatMap(([name, value]) => [...name, 0xff, ...value, 0xff]);
      const hash = bytes.reduce(
        (sum, byte) => ((sum ^ BigInt(byte)) * 1099511628211n) & (2n ** 64n - 1n),
        14695981039346656037n,
      );
      return hash.toString(16).padStart(16, "0");
    };
    const text = fc.string({ unit: "grapheme", maxLength: 12 });

    fc.assert(
      fc.property(fc.dictionary(text, text, { noNullPrototype: true }), (labels) => {
        expect(fingerprint(labels)).toBe(slow(labels));
      }),
    );
  });
});
