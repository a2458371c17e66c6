import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { srcsetAddresses } from "./srcset.ts";

describe("probes/images/page/srcset", () => {
  it.each([
    ["a.png", ["a.png"]],
    ["a.png 1x, b.png 2x", ["a.png", "b.png"]],
    ["a.png 480w,b.png 800w", ["a.png", "b.png"]],
    ["  a.png,  b.png ,", ["a.png", "b.png"]],
    [" , ,a.png 1x", ["a.png"]],
    ["/w_100,h_50/a.png 1x, /b.png 2x", ["/w_100,h_50/a.png", "/b.png"]],
    ["data:image/png;base64,AAAA 1x, b.png 2x", ["data:image/png;base64,AAAA", "b.png"]],
    ["a.png type(x, y) 1x, b.png", ["a.png", "b.png"]],
    ["a.png (unclosed, b.png", ["a.png"]],
    ["", []],
    [" ,, ", []],
  ])("reads %j", (text, expected) => {
    expect(srcsetAddresses(text, 100)).toEqual(expected);
  });

  it("reads back any candidates, whatever the space between them", () => {
    const address = fc.stringMatching(/^[a-z/][a-z0-9/,.?=&-]{0,20}[a-z]$/);
    const descriptor = fc.constantFrom("", " 1x", "\n2.5x", "  480w", " 480w 200h");
    const gap = fc.constantFrom(", ", "\t,\n", " , ");
    fc.assert(
      fc.property(fc.array(fc.tuple(address, descriptor, gap), { minLength: 1 }), (candidates) => {
        const text = candidates.map((parts) => parts.join("")).join("");

        expect(srcsetAddresses(text, 1000)).toEqual(candidates.map(([written]) => written));
      }),
    );
  });

  it("bears any text, keeps to its limit and gives no address with a space in it", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[ab,() \t\n.]*$/), fc.nat(5), (text, most) => {
        const found = srcsetAddresses(text, most);

        expect(found.length).toBeLessThanOrEqual(most);
        for (const address of found) expect(address).not.toMatch(/\s|^$/);
      }),
    );
  });
});
