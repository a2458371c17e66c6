import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { HttpResponse } from "../../core/ports/http-probing.ts";
import { decodeContent } from "./content-coding.ts";

const page = Buffer.from("hello, 商品\n".repeat(2000));
const limitBytes = 1024 * 1024;

function packed(coding: string, body: Uint8Array): HttpResponse {
  return { status: 200, statusText: "OK", version: "1.1", headers: [["content-encoding", coding]], body, cut: false };
}

const open = (): AbortSignal => new AbortController().signal;

describe("platform/http content codings", () => {
  it.each([
    ["gzip", gzipSync(page)],
    ["x-gzip", gzipSync(page)],
    ["deflate", deflateSync(page)],
    ["deflate", deflateRawSync(page)],
    ["br", brotliCompressSync(page)],
    ["identity", page],
    ["an-unknown-one", page],
    // Names that every object has.
    ["constructor", page],
    ["__proto__", page],
  ])("undoes %s", async (coding, body) => {
    const { response, finding } = await decodeContent(packed(coding, body), limitBytes, open());

    expect(finding).toBeUndefined();
    expect(Buffer.from(response.body).equals(page)).toBe(true);
  });

  it.each([
    ["gzip", Buffer.from("no gzip"), /^the body is not gzip as its header says/],
    ["gzip", gzipSync(page).subarray(0, -20), /unexpected end of file/],
    ["br", brotliCompressSync(page).subarray(0, 10), /^the body is not br as its header says/],
  ])("says what is wrong with %s", async (coding, body, detail) => {
    const { finding } = await decodeContent(packed(coding, body), limitBytes, open());

    expect(finding).toMatchObject({ is: "down", reason: "protocol", detail: expect.stringMatching(detail) });
  });

  it("takes what fills the limit, and no byte more (F23)", async () => {
    const fill = (bytes: number) =>
      decodeContent(packed("br", brotliCompressSync(Buffer.alloc(bytes))), limitBytes, open());

    expect((await fill(limitBytes)).response.body).toHaveLength(limitBytes);
    expect((await fill(limitBytes + 1)).finding).toMatchObject({ reason: "body_too_large" });
  });

  it.each([
    ["gzip", gzipSync(Buffer.alloc(64 * limitBytes))],
    ["br", brotliCompressSync(Buffer.alloc(64 * limitBytes))],
  ])("ends a bomb of %s with the run that it was for (F23)", async (coding, body) => {
    const run = new AbortController();
    const decoding = decodeContent(packed(coding, body), 64 * limitBytes, run.signal);
    run.abort();

    const { response, finding } = await decoding;
    const late = await decodeContent(packed(coding, body), 64 * limitBytes, run.signal);

    expect(finding).toMatchObject({ is: "down", reason: "body_timeout", phase: "transfer" });
    expect(response.body).toHaveLength(0);
    expect(late.finding).toEqual(finding);
  });
});
