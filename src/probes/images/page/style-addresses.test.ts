import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { styleAddresses } from "./style-addresses.ts";

const found = (css: string): readonly string[] =>
  styleAddresses(css, 100).map(({ kind, address }) => `${kind} ${address}`);

describe("probes/images/page/style-addresses", () => {
  it.each([
    ["background: url(a.png)", ["image a.png"]],
    ["background: URL( 'a b.png' ), url(\"c.png\")", ["image a b.png", "image c.png"]],
    ["background: image-set(url(a.png) 1x, url(b.png) 2x)", ["image a.png", "image b.png"]],
    ["a { b: url(a\\.png) } /* url(no.png) */ c { d: url(\\65.png) }", ["image a.png", "image e.png"]],
    [
      "a { b: url(data:image/svg+xml;utf8,<svg fill='x'/>) } c { d: url(e.png) }",
      ["image data:image/svg+xml;utf8,<svg fill='x'/>", "image e.png"],
    ],
    ["@font-face { src: url(a.woff2) format('woff2') } b { c: url(d.png) }", ["font a.woff2", "image d.png"]],
    ["@media print { @font-face { src: url(a.ttf) } b { c: url(d.png) } }", ["font a.ttf", "image d.png"]],
    [
      "@import 'a.css'; @import url(b.css) layer(x); p { q: url(r.png) }",
      ["stylesheet a.css", "stylesheet b.css", "image r.png"],
    ],
    ["@namespace svg url(http://www.w3.org/2000/svg); a { b: url(c.png) }", ["image c.png"]],
    ["a { content: 'url(no.png)' } b { curl(no.png); c: url(d.png) }", ["image d.png"]],
    ["a { b: url() } c { d: url('') }", []],
    ["a { b: url(unclosed", ["image unclosed"]],
    ["/* unclosed url(no.png)", []],
    ["", []],
  ])("reads %j", (css, expected) => {
    expect(found(css)).toEqual(expected);
  });

  it("bears any text and keeps to its limit", () => {
    const piece = fc.constantFrom(
      "url(",
      ")",
      '"',
      "'",
      "\\",
      "/*",
      "*/",
      "@import ",
      "@font-face",
      "{",
      "}",
      ";",
      "a",
      "\n",
      " ",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), fc.integer({ min: 1, max: 5 }), (pieces, most) => {
        expect(styleAddresses(pieces.join(""), most).length).toBeLessThanOrEqual(most);
      }),
    );
  });
});
