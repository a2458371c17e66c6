import { Buffer } from "node:buffer";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bmp, gif, ico, isobmff, jpeg, png, svg, webp } from "../../../../test/support/samples/sample-images.ts";
import { imageFacts } from "./image-facts.ts";

const samples = [
  ["png", png()],
  ["jpeg", jpeg()],
  ["gif", gif()],
  ["webp", webp("VP8 ")],
  ["webp", webp("VP8L")],
  ["webp", webp("VP8X")],
  ["avif", isobmff("avif")],
  ["heif", isobmff("heic")],
  ["bmp", bmp()],
  ["ico", ico()],
  ["svg", svg()],
] as const;

describe("probes/images/header/image-facts", () => {
  it.each(samples)("reads format and size of a whole %s", (format, bytes) => {
    const height = format === "ico" ? 2 : 3;

    expect(imageFacts(bytes, true)).toEqual({ format, width: 2, height });
  });

  it.each(samples)("sees that the second half of a %s is missing", (format, bytes) => {
    const half = bytes.subarray(0, Math.ceil(bytes.length * 0.7));

    expect(imageFacts(half, true)).toMatchObject({ format, problem: expect.stringContaining("breaks off") });
  });

  it.each(samples)("says nothing about the end of a %s that we cut ourselves", (format, bytes) => {
    const half = bytes.subarray(0, Math.ceil(bytes.length * 0.7));

    expect(imageFacts(half, false)).toMatchObject({ format });
    expect(imageFacts(half, false)).not.toHaveProperty("problem");
  });

  it.each([
    ["PNG", png(0, 3)],
    ["JPEG", jpeg(2, 0)],
    ["GIF", gif(0, 0)],
    ["WebP", webp("VP8 ", 0, 3)],
    ["BMP", bmp(0, 3)],
    ["SVG", svg("", "width='0' height='1'")],
  ])("finds a %s without width or height broken", (_, bytes) => {
    expect(imageFacts(bytes, true)?.problem).toMatch(/has no size/);
  });

  it.each([
    ["a PNG without image data", Buffer.concat([png().subarray(0, 33), png().subarray(-12)]), "no image data"],
    [
      "a PNG with a foreign first chunk",
      Buffer.from(png().toString("latin1").replace("IHDR", "iHDR"), "latin1"),
      "IHDR",
    ],
    ["a PNG that goes on with garbage", Buffer.concat([png().subarray(0, 33), Buffer.alloc(40)]), "no chunk"],
    ["a JPEG that ends before its data", Buffer.from("ffd8ffd9", "hex"), "no image data"],
    ["a JPEG without frame header", Buffer.from("ffd8ffda00020000ffd9", "hex"), "no frame header"],
    ["a JPEG of garbage", Buffer.from("ffd8ffe0000200112233", "hex"), "no segment"],
    ["a GIF without an image", Buffer.concat([gif().subarray(0, 19), Buffer.from([0x3b])]), "no image"],
    ["a GIF of garbage", Buffer.concat([gif().subarray(0, 19), Buffer.alloc(9)]), "no block"],
    [
      "a WebP without an image",
      Buffer.from(webp("VP8X").toString("latin1").replace("VP8X", "JUNK"), "latin1"),
      "no image",
    ],
    ["an AVIF without description", isobmff("avif").subarray(0, 20), "no description"],
  ])("finds %s broken", (_, bytes, problem) => {
    expect(imageFacts(bytes, true)?.problem).toContain(problem);
  });

  it("takes what cameras and editors append for no fault", () => {
    expect(imageFacts(Buffer.concat([jpeg(), Buffer.alloc(50)]), true)).not.toHaveProperty("problem");
    expect(imageFacts(Buffer.concat([png(), Buffer.from("<?php ?>")]), true)).not.toHaveProperty("problem");
    expect(imageFacts(gif().subarray(0, -1), true)).not.toHaveProperty("problem");
  });

  it("reads the size of an image of sixty thousand pixels a side without unpacking it", () => {
    expect(imageFacts(png(60_000, 60_000), true)).toEqual({ format: "png", width: 60_000, height: 60_000 });
  });

  it.each([
    ["HTML", "<!doctype html><svg></svg>"],
    ["text", "BMW is a car"],
    ["nothing", ""],
    ["zeros", "\0".repeat(200)],
    ["XML that is no SVG", "<?xml version='1.0'?><rss><svg/></rss>"],
    ["an unclosed comment", "<!--".repeat(1000)],
    ["an unclosed document type", "<!DOCTYPE svg [".repeat(1000)],
    ["MP4", "\0\0\0\u0018ftypmp42\0\0\0\0isommp42"],
  ])("finds no image in %s", (_, text) => {
    expect(imageFacts(Buffer.from(text, "latin1"), true)).toBeUndefined();
  });

  it("bears any bytes, and any damage to an image", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...samples.map(([, bytes]) => bytes), Buffer.alloc(0)),
        fc.array(fc.tuple(fc.nat(200), fc.nat(255)), { maxLength: 8 }),
        fc.uint8Array({ maxLength: 40 }),
        (sample, damages, appended) => {
          const bytes = Buffer.concat([sample, appended]);
          for (const [at, value] of damages) if (at < bytes.length) bytes[at] = value;
          for (const isWhole of [true, false]) {
            const { width = 0, height = 0 } = imageFacts(bytes, isWhole) ?? {};
            expect(width).toBeGreaterThanOrEqual(0);
            expect(height).toBeGreaterThanOrEqual(0);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });

  it("finds every cut of a PNG, wherever it falls", () => {
    fc.assert(
      fc.property(fc.integer({ min: 8, max: png().length - 1 }), (end) => {
        expect(imageFacts(png().subarray(0, end), true)?.problem).toBeDefined();
      }),
    );
  });
});
