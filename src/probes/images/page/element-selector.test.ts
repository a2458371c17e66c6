import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileSelector, type ElementSelector } from "./element-selector.ts";
import { pageReferences } from "./page-references.ts";

function selectorOf(text: string): ElementSelector {
  const compiled = compileSelector(text);
  if ("problem" in compiled) throw new Error(compiled.problem);
  return compiled;
}

const found = (selector: string, html: string): string =>
  pageReferences(html, selectorOf(selector))
    .references.map(({ address }) => address)
    .join(" ");

const page = `<html><head><link rel=icon href=icon><style>p { background: url(style) }</style></head>
<body class="Shop zh"><header><img src=logo></header>
<main id=products data-role="list hero"><img src=one><div class="card sale"><p><img src=two></div><img src=three></main>
<footer><ul><li class=card><img src=four><li><img src=five></ul></footer></body></html>`;

describe("probes/images/page/element-selector", () => {
  it.each([
    ["main", "one two three"],
    ["MAIN", "one two three"],
    ["#products", "one two three"],
    ["#Products", ""],
    [".card", "two four"],
    ["main .card", "two"],
    ["main > img", "one three"],
    ["main > p", ""],
    ["main p > img, header", "logo two"],
    ["body.Shop.zh > footer", "four five"],
    ["li.card", "four"],
    ["li:not(.card)", undefined],
    ["[data-role]", "one two three"],
    ["[data-role~=hero]", "one two three"],
    ["[data-role^='list']", "one two three"],
    ["[data-role$=hero]", "one two three"],
    ["[data-role*='t h']", "one two three"],
    ["[class|=card]", "four"],
    ["[class='shop zh' i] footer", "four five"],
    ["img[src=two]", "two"],
    ["div[data-role!=list]", "two"],
    ["* > header *", "logo"],
    ["style", "style"],
    ["head", "icon style"],
    ["main main", ""],
  ])("takes by %s what a browser would", (selector, wanted) => {
    if (wanted === undefined) expect(compileSelector(selector)).toHaveProperty("problem");
    else expect(found(selector, page)).toBe(wanted);
  });

  it.each([
    ["main:first-child", '"main:first-child" has :first-child, which is not looked for here'],
    ["a::before", '"a::before" has :before'],
    ["a + img", '"a + img" has a +'],
    ["a ~ img", '"a ~ img" has a ~'],
    ["main >", '"main >" has nothing on one side of a >'],
    ["> img", '"> img" has nothing on one side of a >'],
    ["[", '"[" is no CSS selector'],
    ["a ".repeat(31), "a selector has at most 30 parts"],
  ])("refuses %j and says what is right", (selector, message) => {
    expect(compileSelector(selector)).toEqual({ problem: expect.stringContaining(message) });
  });

  it.each([
    ["closed in the wrong order", "<main><b><i></b><img src=in></i></main><img src=out>", "in"],
    ["never closed", "<main><div><img src=in>", "in"],
    ["closed twice", "<main><img src=in></main></main><img src=out>", "in"],
    ["that only a template holds", "<template><main></template><img src=out>", ""],
    ["without an end of their own", "<main><br><input><img src=in></main><img src=out>", "in"],
    ["in a list that nobody closes", "<ul><li><main><img src=in></main><li><img src=out></ul>", "in"],
    ["with a paragraph before a block", "<p><main><img src=in></main></p><img src=out>", "in"],
  ])("knows elements %s", (_, html, wanted) => {
    expect(found("main", html)).toBe(wanted);
  });

  it("bears nesting without end in linear time", () => {
    const html = `<main>${"<a>".repeat(300_000)}${"</b>".repeat(200_000)}<img src=in>`;

    expect(found("main", html)).toBe("in");
    expect(found("a a a > b, main", html)).toBe("in");
  });

  it("bears any selector and any text", () => {
    const piece = fc.constantFrom("main", "#a", ".b", " ", ">", ",", "[c=d]", "*", ":x", "\\", '"', "(");
    const markup = fc.constantFrom(
      "<main>",
      "</main>",
      "<p id=a class=b c=d>",
      "<img src=x>",
      "</p>",
      "<template>",
      "<",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), fc.array(markup, { maxLength: 30 }), (selector, html) => {
        const compiled = compileSelector(selector.join(""));
        if (!("problem" in compiled)) pageReferences(html.join(""), compiled);
      }),
    );
  });
});
