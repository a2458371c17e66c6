import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { escapeText, html, linkableUrl } from "./html.ts";

// Any UTF-16 unit, also half a surrogate pair.
const codeUnit = fc.nat({ max: 0xffff }).map((unit) => String.fromCharCode(unit));

describe("api/page/html", () => {
  it("escapes every value and keeps markup and lists of markup", () => {
    const items = ["<b>", "x"].map((item) => html`<li>${item}</li>`);

    expect(html`<ul class="${'a" onload="'}">${items}${undefined}${3}</ul>`.text).toBe(
      '<ul class="a&quot; onload&#61;&quot;"><li>&lt;b&gt;</li><li>x</li>3</ul>',
    );
  });

  it("leaves nothing in any text that could end a tag, an attribute or an entity", () => {
    fc.assert(
      fc.property(fc.string({ unit: codeUnit }), (text) => {
        const escaped = escapeText(text);
        const isInert = !/[<>"'`=]|[^\P{Cc}\t\n\r]/u.test(escaped);
        const rest = escaped.replaceAll(/&(?:amp|lt|gt|quot|#39|#96|#61);/g, "");
        return isInert && !rest.includes("&") && escaped.isWellFormed();
      }),
    );
  });

  it.each([
    ["https://shop.example.com/a?b=<c>", "https://shop.example.com/a?b=%3Cc%3E"],
    ["HTTP://SHOP.example.com", "http://shop.example.com/"],
    ["mailto:ops@example.com", "mailto:ops@example.com"],
    ["javascript:alert(1)", undefined],
    [" \tjava\nscript:alert(1)", undefined],
    ["data:text/html,x", undefined],
    ["file:///etc/passwd", undefined],
    ["vbscript:x", undefined],
    ["//evil.example", undefined],
    ["db-1", undefined],
    ["https://user:secret@shop.example.com/", undefined],
  ])("makes %j the link %j", (text, link) => {
    expect(linkableUrl(text)).toBe(link);
  });
});
