import { afterEach, describe, expect, it } from "vitest";
import {
  closeDocuments,
  probeDocument,
  probePage,
  serveDocument,
  told,
} from "../../../test/support/samples/json-documents.ts";
import { reasonsOf, startNetworkRun } from "../../../test/support/worlds/http-run.ts";
import { json } from "./json.ts";

type Options = Readonly<Record<string, unknown>>;

afterEach(closeDocuments);

describe("probes/json with what is no good document", () => {
  it.each<readonly [string, string, string]>([
    ["a page", "<html>", "is no JSON"],
    ["nothing", "", "is empty"],
    ["half a document", '{"status":"UP"', "is no JSON"],
    ["100 000 brackets", "[".repeat(100_000), "is nested deeper than 100 times"],
  ])("F35 is down for %s", async (_, body, problem) => {
    expect(told(await probePage({ body }))).toEqual([`down json the document ${problem}`]);
  });

  it("F35 reads no more than body_limit of an endless document, and says when a name stands twice", async () => {
    const large = await probeDocument({ status: "UP", text: "x".repeat(5000) }, { body_limit: "4KiB" });
    const twice = await probePage({ body: '{"status":"DOWN","status":"UP"}' });

    expect(told(large)).toEqual([
      "down body_too_large the document is longer than 4096 bytes and was not read to its end",
    ]);
    expect(told(twice)).toEqual(['info content_mismatch an object names "status" twice; the last one counts']);
  });

  it("F35 has no number for what is none that can be held", async () => {
    const result = await probePage(
      { body: '{"a":1e999,"b":-1e999,"c":12345678901234567890}' },
      { values: { a: { path: "$.a", above: { warning: 1 } }, sum: { path: "$.*", take: "sum" }, c: { path: "$.c" } } },
    );

    expect(told(result)).toEqual([
      "down json a: $.a is Infinity, expected a number",
      "down json sum: $.a is Infinity, expected a number",
    ]);
    expect(result.samples.every(({ value }) => Number.isFinite(value))).toBe(true);
  });

  it("F119 takes names such as __proto__ for what they are", async () => {
    const result = await probePage(
      { body: '{"__proto__":{"status":"UP"},"constructor":1,"status":"UP"}' },
      { values: { a: { path: "$.__proto__.status", equals: "UP" } }, health: {} },
    );

    expect(told(result)).toEqual([]);
    expect(({} as { status?: string }).status).toBeUndefined();
  });

  it("is unknown when a path looks at too much of a document", async () => {
    const document = Array.from({ length: 300 }, (_, index) => [[index]]);

    const result = await probeDocument(document, {
      values: { a: { path: "$..*..*[?count($..*) > 1]", absent: true } },
    });

    expect([result.verdict, ...reasonsOf(result)]).toEqual(["unknown", "unknown parse"]);
  });

  it("F12 ends at the deadline when the answer does not come", async () => {
    const site = await serveDocument({ handle: () => {} });
    const run = startNetworkRun(json, `http://127.0.0.1:${site.port}/health`);
    await site.asked("/health");
    run.cancel();

    expect((await run.outcome).result.headline?.reason).toBe("ttfb_timeout");
  });

  it("is down when nobody listens, and grades a slow answer", async () => {
    const { result } = await startNetworkRun(json, "http://127.0.0.1:1/").outcome;
    const slow = await probeDocument({ status: "UP" }, { slower_than: { warning: "0s" } });

    expect(reasonsOf(result)).toEqual(["down refused"]);
    expect([slow.verdict, ...reasonsOf(slow)]).toEqual(["up", "flaw slow"]);
  });
});

describe("probes/json options", () => {
  it.each<readonly [Options, string]>([
    [{ body: "{}" }, "GET has no body"],
    [{ values: { a: {} } }, "path"],
    [{ values: { a: { path: "status" } } }, "is no JSONPath"],
    [{ values: { a: { path: "$.*", metric: "a" } } }, "set take"],
    [{ values: { a: { path: "$.a", metric: "probe_a" } } }, "must not begin with"],
    [{ values: { a: { path: "$.a", absent: true, equals: 1 } } }, "not judged further"],
    [{ values: { a: { path: "$.a", absent: true, take: "count" } } }, "not judged further"],
    [{ values: { a: { path: "$.a", above: {} } } }, "set warning, critical or down"],
    [{ values: { a: { path: "$.a", older_than: {} } } }, "set warning, critical or down"],
    [{ health: { words: { x: "fine" } } }, "Invalid"],
    [{ health: { status: "status" } }, "is no JSONPath"],
    [{ status: [] }, "Too small"],
  ])("refuses %j", (options, message) => {
    expect(JSON.stringify(json.options.safeParse(options).error?.issues)).toContain(message);
  });
});
