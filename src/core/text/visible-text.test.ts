import { describe, expect, it } from "vitest";
import { quoteOf, visibleText } from "./visible-text.ts";

describe("core/text/visible-text", () => {
  it("keeps what people see of a page, on one line", () => {
    const page = "<html><style>a{}</style><script>x()</script><!-- no --><h1>系统 繁忙</h1>\n<p>请稍后\n再试</p>";

    expect(visibleText(page)).toBe("系统 繁忙 请稍后 再试");
  });

  it.each([
    ["<title>502 Bad Gateway</title><h1>502 Bad Gateway</h1>\n<hr>nginx", "502 Bad Gateway nginx"],
    ["<title>Down for maintenance</title><body></body>", "Down for maintenance"],
    ['{"error":"no database"}', '{"error":"no database"}'],
    ["down\u001b[31m", "down\\x1b[31m"],
    [`<p>${"x".repeat(300)}</p>`, `${"x".repeat(200)}…`],
    [`<p>${"x".repeat(700)}</p>`, undefined],
    ["<html></html>", undefined],
    ["", undefined],
  ])("quotes %j as %j", (answer, quote) => {
    expect(quoteOf(answer)).toBe(quote);
  });
});
