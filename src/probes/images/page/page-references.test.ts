import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pageReferences } from "./page-references.ts";
import { mostReferences } from "./reference.ts";
import { baseOf, resolveReferences } from "./resolve-references.ts";

const found = (html: string): readonly string[] =>
  pageReferences(html).references.map(({ element, address }) => `${element} ${address}`);

describe("probes/images/page/page-references", () => {
  it.each([
    ["<img src=a.png srcset='b.png 1x, c.png 2x'>", ["<img src> a.png", "<img srcset> b.png", "<img srcset> c.png"]],
    ["<IMG SRC='a.png?x=1&amp;y=2'>", ["<img src> a.png?x=1&y=2"]],
    [
      "<img src=x.gif data-src=a.png data-original=b.png data-lazy=true>",
      ["<img src> x.gif", "<img data-src> a.png", "<img data-original> b.png"],
    ],
    ["<img data-srcset='a.png 1x'>", ["<img data-srcset> a.png"]],
    [
      "<picture><source srcset=a.avif type=image/avif><img src=b.png></picture>",
      ["<source srcset> a.avif", "<img src> b.png"],
    ],
    [
      "<link rel='shortcut icon' href=f.ico><link rel=apple-touch-icon href=t.png>",
      ["<link href> f.ico", "<link href> t.png"],
    ],
    [
      "<link rel=preload as=image href=a.png imagesrcset='b.png 2x'>",
      ["<link href> a.png", "<link imagesrcset> b.png"],
    ],
    ["<link rel=stylesheet href=a.css><link rel='alternate stylesheet' href=b.css>", ["<link href> a.css"]],
    ["<link rel=canonical href=/x><a href=/y>", []],
    [
      "<meta property=og:image content=a.png><meta name=twitter:image content=b.png><meta name=x content=c.png>",
      ["<meta og:image> a.png", "<meta twitter:image> b.png"],
    ],
    ["<p style=\"background: url('a.png')\">", ["<p style> a.png"]],
    ["<style>p { background: url(a.png) }</style>", ["<style> a.png"]],
    ["<style>@import 'a.css'; @font-face { src: url(b.woff) }", ["<style> a.css", "<style> b.woff"]],
    ["<div data-bg=a.png data-background='{\"b\":1}'>", ["<div data-bg> a.png"]],
    ["<svg><image href=a.png /><image xlink:href=b.png /></svg>", ["<image href> a.png", "<image xlink:href> b.png"]],
    ["<input type=image src=a.png><input src=no.png>", ["<input src> a.png"]],
    ["<video src=a.mp4 poster=b.png></video>", ["<video poster> b.png", "<video src> a.mp4"]],
    ["<script src=a.js></script>", ["<script src> a.js"]],
    ["<noscript><img src=a.png></noscript>", ["<img src> a.png"]],
    ["<!-- <img src=no.png> --><template><img src=no.png></template><img src=a.png>", ["<img src> a.png"]],
    ["<script>'<img src=no.png>'</script><textarea><img src=no.png></textarea>", []],
    ["<img src=first.png src=no.png>", ["<img src> first.png"]],
    ["<img src=a.png", []],
  ])("reads %s", (html, expected) => {
    expect(found(html)).toEqual(expected);
  });

  it("says where an element begins", () => {
    expect(pageReferences("<p>\n<img src=a.png>").references[0]?.offset).toBe(4);
  });

  it("resolves against the first base, drops fragments and credentials, and names each address once", () => {
    const html = "<base href=/shop/><base href=/no/><img src=a.png><img src='a.png#x'><img src=//u:p@cdn.test/b.png>";
    const page = pageReferences(html);
    const { resources } = resolveReferences(page.references, baseOf(page.base, new URL("https://shop.test/x/y")));

    expect(resources.map(({ url }) => url.href)).toEqual(["https://shop.test/shop/a.png", "https://cdn.test/b.png"]);
  });

  it("counts what stands in the text and what has no address to ask, and puts alternatives last", () => {
    const html = `<img src=data:image/png;base64,AA data-src=a.png srcset="b.png 2x"><img src=""><img src=blob:x>
      <img src=javascript:alert(1)><p style="mask:url(#m)"><img src="http://[">`;
    const resolved = resolveReferences(pageReferences(html).references, new URL("https://shop.test/"));

    expect(resolved.resources.map(({ url }) => url.pathname)).toEqual(["/a.png", "/b.png"]);
    expect(resolved).toMatchObject({ inline: 1, ignored: 5 });
  });

  it.each([
    ["a hundred thousand images", "<img src=a>".repeat(100_000), mostReferences, true],
    ["deep nesting that is closed in the wrong order", "<a>".repeat(300_000) + "</b>".repeat(200_000), 0, false],
    ["a giant attribute", `<img src="${"&amp;".repeat(300_000)}">`, 1, false],
    [
      "lazy attributes that are hard to tell from addresses",
      `<img data-src="${".".repeat(8000)}{">`.repeat(120),
      0,
      false,
    ],
    ["a giant style", `<p style="${"url(a)".repeat(200_000)}">`, 200, false],
    ["a giant style sheet", `<style>${"url('".repeat(300_000)}`, mostReferences, false],
    ["a giant srcset", `<img srcset="${"a.png 1x,".repeat(100_000)}">`, 200, false],
    ["half a million attributes", `<img ${"a=b ".repeat(300_000)} src=a>`, 1, false],
    ["comments that do not end", "<!--".repeat(300_000), 0, false],
    ["nothing but opening brackets", "<".repeat(1_000_000), 0, false],
  ])("bears %s", (_, html, references, cut) => {
    const page = pageReferences(html);

    expect([page.references.length, page.cut]).toEqual([references, cut]);
  });

  it("bears any text", () => {
    const piece = fc.constantFrom(
      "<img src=",
      "<style>",
      "</style>",
      "<template>",
      "</template>",
      '"',
      ">",
      "a.png ",
      "&#x",
      "<!--",
      "-->",
      "<base href=",
      "\0",
      "\ud800",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 50 }), (pieces) => {
        const page = pageReferences(pieces.join(""));
        resolveReferences(page.references, baseOf(page.base, new URL("https://shop.test/")));

        expect(page.cut).toBe(false);
      }),
    );
  });
});
