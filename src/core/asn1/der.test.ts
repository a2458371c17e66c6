import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { childrenOf, derTags, generalizedTimeMsOf, integerHexOf, oidOf, readDer } from "./der.ts";

const der = (hex: string): ReturnType<typeof readDer> =>
  readDer(Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)));
const time = (text: string): ReturnType<typeof readDer> =>
  readDer(Uint8Array.of(derTags.generalizedTime, text.length, ...new TextEncoder().encode(text)));

describe("core/asn1/der", () => {
  it("reads nested elements with short and long lengths", () => {
    const long = der(`3081${(0x83).toString(16)}0481${(0x80).toString(16)}${"ab".repeat(128)}`);

    expect(childrenOf(der("30060201050201ff"))?.map(integerHexOf)).toEqual(["5", "ff"]);
    expect(childrenOf(long)?.[0]?.content.length).toBe(128);
    expect(childrenOf(der("3000"))).toEqual([]);
  });

  it.each([
    ["06092a864886f70d010105", "1.2.840.113549.1.1.5"],
    ["06032b6570", "1.3.101.112"],
    ["0603883703", "2.999.3"],
    ["0600", undefined],
    ["0201", undefined],
  ])("reads the object identifier %s", (hex, wanted) => {
    expect(oidOf(der(hex))).toBe(wanted);
  });

  it.each([
    ["20261123020000Z", Date.UTC(2026, 10, 23, 2)],
    ["20261123020000.5Z", Date.UTC(2026, 10, 23, 2)],
    ["20261123020000", undefined],
    ["20261123020000+0800", undefined],
    ["", undefined],
  ])("reads the time %s", (text, wanted) => {
    expect(generalizedTimeMsOf(time(text))).toBe(wanted);
  });

  it.each(["", "30", "3001", "3080", "30850000000001aa", "1f8101aa", "020105ff"])("refuses %j", (hex) => {
    expect(der(hex)).toBeUndefined();
  });

  it("never throws, whatever the bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        const element = readDer(bytes);
        for (const child of childrenOf(element) ?? []) {
          oidOf(child);
          integerHexOf(child);
          generalizedTimeMsOf(child);
        }
      }),
    );
  });

  it("takes integers without their leading zeros", () => {
    expect([integerHexOf(der("02020080")), integerHexOf(der("020100")), integerHexOf(der("040100"))]).toEqual([
      "80",
      "0",
      undefined,
    ]);
  });
});
