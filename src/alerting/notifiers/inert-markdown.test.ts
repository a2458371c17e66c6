import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inertMarkdown, markdownLink } from "./inert-markdown.ts";

const markup = fc.array(fc.constantFrom(...'*_`~[]()<>#+-=.!\\&;:|@ \t1a汉"'.split("")), { maxLength: 40 });

describe("alerting/notifiers/inert-markdown", () => {
  it.each([
    ["HTTP 502, expected 200-299", "HTTP 502, expected 200-299"],
    ["https://shop.example.com/a_b?c=d&e=f", "https://shop.example.com/a_b?c=d&e=f"],
    ["node_cpu_seconds ≥ 3.5 (−42 %)", "node_cpu_seconds ≥ 3.5 (−42 %)"],
    ["-42% since 1.5 h", "-42% since 1.5 h"],
    [String.raw`C:\data`, String.raw`C:\data`],
    ["**b** _i_ __u__ `c`", "＊＊b＊＊ ＿i＿ ＿＿u＿＿ ｀c｀"],
    ["[click](https://evil.example)", "［click］(https://evil.example)"],
    ["![x](y)", "!［x］(y)"],
    ["<@all> <font color=red>", "＜@all＞ ＜font color=red＞"],
    ["~~gone~~ ~5", "～～gone～～ ~5"],
    [String.raw`\*`, "＼＊"],
    ["&lt;b&gt; &#42; a & b", "＆lt;b＆gt; ＆#42; a & b"],
    ["# title", "＃ title"],
    ["- item", "－ item"],
    ["---", "－--"],
    ["12. item", "12． item"],
    ["> quote", "＞ quote"],
  ])("writes %s as %s", (text, expected) => {
    expect(inertMarkdown(text)).toBe(expected);
  });

  it("leaves nothing that begins or ends markup, changes no length, and is done after one pass", () => {
    fc.assert(
      fc.property(markup, (characters) => {
        const text = characters.join("");
        const inert = inertMarkdown(text);

        expect(inert).not.toMatch(/[*`[\]<>]|~~|^#|^[-+=](?:\s|$)|^\d{1,9}[.)](?:\s|$)|\\[!-/:-@[-`{-~]/);
        expect(inert).not.toMatch(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/u);
        expect(inert).toHaveLength(text.length);
        expect(inertMarkdown(inert)).toBe(inert);
      }),
    );
  });

  it("links to an address whose brackets cannot end the link", () => {
    expect(markdownLink({ text: "logs](x)", url: "https://a.example/(b)?c=\\d" })).toBe(
      "[logs］(x)](https://a.example/%28b%29?c=%5Cd)",
    );
  });
});
