import { Buffer } from "node:buffer";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { HttpResponse } from "../../core/ports/http-probing.ts";
import { decodeText } from "../../core/text/charset.ts";
import { errorPageIn } from "./error-pages.ts";
import { expectSchema } from "./expect-schema.ts";
import { judgeBody } from "./judge-body.ts";
import { judgeHead } from "./judge-head.ts";
import { judgeJson } from "./judge-json.ts";
import { judgeModified, judgeSize } from "./judge-limits.ts";

function response(facts: Partial<HttpResponse> = {}): HttpResponse {
  return { status: 200, statusText: "OK", version: "1.1", headers: [], body: Buffer.alloc(10), cut: false, ...facts };
}

const details = (findings: readonly { detail: string }[]): string => findings.map(({ detail }) => detail).join("; ");

const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);

describe("probes/http/judge", () => {
  it.each([
    [undefined, "header: header last-modified is not there"],
    ["yesterday", 'header: header last-modified is no HTTP date: "yesterday"'],
    ["Mon, 02 Nov 2026 10:00:00 GMT", undefined],
    ["Mon, 02 Nov 2026 12:00:00 GMT", undefined],
    ["Mon, 02 Nov 2026 09:59:59 GMT", "too_old: last modified 1h ago (Mon, 02 Nov 2026 09:59:59 GMT), more than 1h"],
    ["Sun, 01 Nov 2026 10:58:30 GMT", "too_old: last modified 1d1m ago (Sun, 01 Nov 2026 10:58:30 GMT), more than 1h"],
  ])("holds what was last modified %s to an hour", (written, finding) => {
    const headers = written === undefined ? [] : [["last-modified", written] as const];
    const expectations = expectSchema.parse({ modified_within: "1h" });

    const [found] = judgeModified(expectations, response({ headers }), Date.UTC(2026, 10, 2, 11));

    expect(found && `${found.reason}: ${found.detail}`).toBe(finding);
  });

  it.each([
    [{ "/a/0/b": { equals: 1 } }, []],
    [{ "/a/0/b": { min: 2 } }, ["/a/0/b is 1, expected at least 2"]],
    [{ "/a/0/b": { max: 0 } }, ["/a/0/b is 1, expected at most 0"]],
    [{ "/s": { min: 1 } }, ['/s is "x", expected a number']],
    [{ "/none": {} }, ["/none is not there"]],
    [{ "/none": { exists: false } }, []],
    [{ "/s": { exists: false } }, ['/s is there: "x"']],
    [{ "/x~1y~0z": { equals: null } }, []],
    [{ "/__proto__": {} }, ["/__proto__ is not there"]],
  ])("judges JSON by %j", (json, problems) => {
    const expectations = expectSchema.parse({ json });

    const findings = judgeJson(expectations, '{"a":[{"b":1}],"s":"x","x/y~z":null}', false);

    expect(findings.map(({ detail }) => detail)).toEqual(problems);
  });

  it.each([
    [{ "$.a[*].b": { min: 1 } }, []],
    [{ "$.a[*].b": { min: 2 } }, ["$.a[0].b is 1, expected at least 2"]],
    [{ "$.a[?@.b > 1]": { count: 1 } }, []],
    [{ "$.a[?@.b > 9]": { count: 0 } }, []],
    [{ "$.a": { count: 2 } }, ["$.a finds 1 values, expected 2"]],
    [{ "$.none": {} }, ["$.none finds nothing"]],
    [{ "$.none": { exists: false } }, []],
    [{ "$.a[0].b": { exists: false } }, ["$.a[0].b is there: 1"]],
    [{ "$.a[*].b": { equals: 1 } }, ["$.a[1].b is 3, expected 1"]],
  ])("judges JSON by the JSONPath %j", (paths, problems) => {
    const findings = judgeJson(expectSchema.parse({ json_path: paths }), '{"a":[{"b":1},{"b":3}]}', false);

    expect(findings.map(({ detail }) => detail)).toEqual(problems);
  });

  it("refuses what is no JSONPath, and asks no document too much (F120, F35)", () => {
    const parsed = expectSchema.safeParse({ json_path: { "$.a[": {} } });
    const greedy = expectSchema.parse({ json_path: { "$..*..*..*": {} } });
    const deep = judgeJson(greedy, "[".repeat(5000) + "]".repeat(5000), false);
    const wide = judgeJson(greedy, JSON.stringify(Array.from({ length: 500 }, () => nested(50))), false);

    expect(parsed.error?.issues[0]?.message).toContain("is no JSONPath");
    expect(details(deep)).toBe("the body is nested deeper than 100 times");
    expect(details(wide)).toContain("too many values");
  });

  it("says that a body is no JSON, or was not read to its end", () => {
    const json = expectSchema.parse({ json: { "/a": {} } });

    expect(judgeJson(json, "<html>", false)).toMatchObject([{ is: "down", reason: "json" }]);
    expect(details(judgeJson(json, '{"a":1', true))).toContain("body_limit");
  });

  it.each([
    [{ status: [404, "200-204"] }, { status: 204 }, []],
    [{ status: [404, "200-204"] }, { status: 205 }, ["status"]],
    [{ headers: { "X-A": { equals: "1" } } }, { headers: [["x-a", "1"]] }, []],
    [{ headers: { "x-a": { contains: "2" } } }, { headers: [["x-a", "1"]] }, ["header"]],
    [{ headers: { "x-a": { matches: "^[0-9]$" } } }, { headers: [["x-a", "b"]] }, ["header"]],
    [{ headers: { "x-a": { absent: true } } }, { headers: [["x-a", "b"]] }, ["header"]],
    [{ headers: { "x-a": {} } }, {}, ["header"]],
    [
      { headers: { "x-a": { matches: ["^a$", "b"] } } },
      {
        headers: [
          ["x-a", "a"],
          ["x-a", "b"],
        ],
      },
      [],
    ],
    [
      { headers: { "x-a": { not_matches: "^b$" } } },
      {
        headers: [
          ["x-a", "a"],
          ["x-a", "b"],
        ],
      },
      ["header"],
    ],
    [{ headers: { "x-a": { not_matches: "^b$" } } }, {}, ["header"]],
    [{ headers: { "x-a": { not_matches: "^b$", optional: true } } }, {}, []],
    [{ tls: "required" }, {}, ["assertion"]],
    [{ tls: "forbidden" }, {}, []],
    [{ http_version: "1.0" }, {}, ["assertion"]],
    [{ final_url: "http://h/x" }, {}, []],
    [{ final_url: "http://h/y" }, {}, ["assertion"]],
  ])("judges the head by %j", (given, facts, reasons) => {
    const { findings } = judgeHead(
      expectSchema.parse(given),
      response(facts as Partial<HttpResponse>),
      new URL("http://h/x?q"),
    );

    expect(findings.map(({ reason }) => reason)).toEqual(reasons);
  });

  it.each([
    [{ contains: ["下单"] }, "请下单", []],
    [{ contains: ["下单", "没有"] }, "请下单", ['the body does not contain "没有"']],
    [{ contains_any: ["a", "下单"] }, "请下单", []],
    [{ contains_any: ["x", "y"] }, "请下单", ['the body contains none of "x", "y"']],
    [{ not_contains: ["下单"] }, "请下单", ['the body contains "下单"']],
    [{ matches: ["下.$"] }, "请下单", []],
    [{ not_matches: ["(?i)FATAL"] }, "错误 fatal", ["the body matches (?i)FATAL"]],
  ])("judges the body by %j", (given, body, problems) => {
    const { findings } = judgeBody(
      expectSchema.parse(given),
      decodeText(Buffer.from(body), undefined, false),
      undefined,
    );

    expect(findings.map(({ detail }) => detail)).toEqual(problems);
  });

  it("says in which charset a text was found when the header lied", () => {
    const gbk = Buffer.from([0xcf, 0xb5, 0xcd, 0xb3, 0xb7, 0xb1, 0xc3, 0xa6]); // 系统繁忙
    const decoded = decodeText(gbk, "text/html; charset=iso-8859-1", false);

    const judged = judgeBody(expectSchema.parse({ not_contains: ["系统繁忙"], error_pages: "zh" }), decoded, undefined);

    expect(judged.matched).toEqual({ 系统繁忙: "gb18030" });
    expect(details(judged.findings)).toContain("read as gb18030; the server says windows-1252");
    expect(details(judged.findings)).toContain('error page: it says "系统繁忙"');
  });

  it.each([
    ["<title>系统繁忙</title>", "系统繁忙"],
    [`<script>var m = "系统繁忙"</script><p>${"商品".repeat(400)}</p>`, undefined],
    [`<p>${"商品".repeat(400)} 系统繁忙</p>`, undefined],
    [`<p>${"商品".repeat(400)}</p><h1>Whitelabel Error Page</h1>`, "Whitelabel Error Page"],
    ["<!-- 未备案 --><p>好</p>", undefined],
    ["<h1>Welcome to nginx!</h1>", "Welcome to nginx!"],
  ])("finds the error text of %s", (html, text) => {
    expect(errorPageIn(html)).toBe(text);
  });

  it("reads any page without an error", () => {
    fc.assert(
      fc.property(fc.string(), (html) => {
        expect(() => errorPageIn(`<script ${html}`)).not.toThrow();
      }),
    );
  });

  it("judges size by what was read, and takes a cut body as larger", () => {
    const expectations = expectSchema.parse({ size: { min: "11B", max: "20B" } });

    expect(judgeSize(expectations, response())).toMatchObject([{ reason: "too_small" }]);
    expect(judgeSize(expectations, response({ body: Buffer.alloc(21) }))).toMatchObject([{ reason: "body_too_large" }]);
    expect(judgeSize(expectations, response({ cut: true }))).toMatchObject([{ reason: "body_too_large" }]);
  });
});
