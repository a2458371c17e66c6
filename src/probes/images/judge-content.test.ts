import { Buffer } from "node:buffer";
import { describe, expect, it } from "vitest";
import { png, svg } from "../../../test/support/samples/sample-images.ts";
import { judgeContent } from "./judge-content.ts";
import type { ResourceKind } from "./page/reference.ts";

const limits = { min_bytes: undefined, max_bytes: 5 * 1024 ** 2, max_pixels: 1000 };
const judge = (kind: ResourceKind, body: string | Uint8Array, type = "", cut = false) =>
  judgeContent(kind, { body: Buffer.from(body), cut, type }, limits);

describe("probes/images/judge-content", () => {
  it.each([
    ["JSON", '{"error":"no such image"}', "JSON, and its type says image/png"],
    ["XML", "<?xml version='1.0'?><Error><Code>NoSuchKey</Code></Error>", "XML"],
    ["text", "not found", "text"],
    ["unknown bytes", "\u0001\u0002\u0003", "unknown bytes (01 02 03)"],
    ["an HTML page behind a comment", "<!-- x --> <HTML>", "an HTML page"],
  ])("names %s that came in place of an image", (_, body, detail) => {
    expect(judge("image", body, "image/png")).toMatchObject({
      state: "failed",
      reason: "content_mismatch",
      detail: expect.stringContaining(detail),
    });
  });

  it("takes an image without a type for good, but for an SVG, which browsers know by its type alone", () => {
    expect(judge("image", png())).toEqual({ state: "good" });
    expect(judge("image", svg())).toMatchObject({ state: "failed", reason: "image_type" });
    expect(judge("image", svg(), "image/svg+xml")).toEqual({ state: "good" });
  });

  it("keeps a foreign type on its line", () => {
    expect(judge("image", png(), "text/\u202e<b>")).toMatchObject({ detail: expect.stringContaining("text/??b?") });
  });

  it("fails an image that is smaller than it should be", () => {
    const content = { body: png(), cut: false, type: "image/png" };

    expect(judgeContent("image", content, { ...limits, min_bytes: 1536 })).toMatchObject({
      reason: "too_small",
      detail: expect.stringMatching(/^\d+ bytes, expected at least 1.5KiB$/),
    });
  });

  it.each([
    ["script", "1", "application/x-javascript", "good"],
    ["script", "1", "text/plain", "flawed"],
    ["script", "1", "", "good"],
    ["stylesheet", "a{}", "text/css", "good"],
    ["stylesheet", "a{}", "text/plain", "failed"],
    ["font", "wOF2", "text/plain", "good"],
    ["font", "\0\u0001\0\0", "font/ttf", "good"],
    ["font", "PK..", "font/woff2", "failed"],
    ["media", "....", "video/mp4", "good"],
    ["media", "....", "text/plain", "flawed"],
    ["font", "<!doctype html>", "font/woff2", "failed"],
  ] as const)("judges a %s of %j as %s: %s", (kind, body, type, state) => {
    expect(judge(kind, body, type)).toMatchObject({ state });
  });

  it.each([
    ["script", "failed"],
    ["font", "failed"],
    ["stylesheet", "good"],
    ["media", "good"],
  ] as const)("judges a %s that was cut at the limit as %s", (kind, state) => {
    const type = { script: "text/javascript", font: "", stylesheet: "text/css", media: "video/mp4" }[kind];

    expect(judge(kind, "wOF2", type, true)).toMatchObject({ state });
  });
});
