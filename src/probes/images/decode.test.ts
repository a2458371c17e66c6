import { Buffer } from "node:buffer";
import sharp, { type Sharp } from "sharp";
import { afterEach, describe, expect, it } from "vitest";
import { builtDecoding } from "../../../test/support/daemons/decoding-port.ts";
import { FakeRandom } from "../../../test/support/fakes/fake-random.ts";
import { png, svg } from "../../../test/support/samples/sample-images.ts";
import { type Site, type SitePage, serveSite } from "../../../test/support/servers/site-server.ts";
import { reasonsOf, sampleOf, startNetworkRun } from "../../../test/support/worlds/http-run.ts";
import type { Result } from "../../core/checks/result.ts";
import type { ImageDecoding } from "../../core/ports/image-decoding.ts";
import { images } from "./images.ts";

const sites: Site[] = [];

afterEach(async () => {
  await Promise.all(sites.splice(0).map((site) => site.close()));
});

async function probe(
  pictures: Readonly<Record<string, Buffer>>,
  options: object = {},
  imageDecoding: ImageDecoding = builtDecoding,
): Promise<Result> {
  const names = Object.keys(pictures);
  const pages: Record<string, SitePage> = {
    "/": { type: "text/html", body: names.map((name) => `<img src=/${name}>`).join("") },
  };
  for (const name of names) pages[`/${name}`] = { type: `image/${name.split(".")[1]}`, body: pictures[name] ?? "" };
  const site = await serveSite(pages);
  sites.push(site);
  const address = `http://127.0.0.1:${site.port}/`;
  const given = { decode: "full", down_when: {}, ...options };
  return (await startNetworkRun(images, address, given, { ports: { imageDecoding } }).outcome).result;
}

/** A picture with enough in it that its data is longer than its head. */
function picture(): Sharp {
  const random = new FakeRandom(7);
  const pixels = Buffer.from(Array.from({ length: 160 * 160 * 3 }, () => Math.floor(random.next() * 256)));
  return sharp(pixels, { raw: { width: 160, height: 160, channels: 3 } }).blur(1.2);
}

/** Other bytes in the middle; the beginning and the end, by which a header is judged, stay. */
function spoiled(bytes: Buffer): Buffer {
  const random = new FakeRandom(3);
  const copy = Buffer.from(bytes);
  for (let at = Math.floor(copy.length * 0.4); at < copy.length * 0.6; at += 1)
    copy[at] = Math.floor(random.next() * 255);
  return copy;
}

/** A part of the middle is missing. */
function shortened(bytes: Buffer): Buffer {
  return Buffer.concat([bytes.subarray(0, bytes.length / 2), bytes.subarray(-12)]);
}

async function flippedPng(): Promise<Buffer> {
  const bytes = await picture().png().toBuffer();
  bytes[Math.floor(bytes.length / 2)] = (bytes[Math.floor(bytes.length / 2)] ?? 0) ^ 0x55;
  return bytes;
}

const failing = ({ evidence }: Result): readonly string[] =>
  (evidence as { failing: { url: string; reason: string }[] }).failing
    .map(({ url, reason }) => `${url.split("/").at(-1)} ${reason}`)
    .sort();

describe("probes/images with decode: full", () => {
  it("is up when every pixel of every image can be unpacked; what it does not decode is judged by its header", async () => {
    const result = await probe({
      "a.jpeg": await picture().jpeg().toBuffer(),
      "b.jpeg": await picture().jpeg({ progressive: true }).toBuffer(),
      "c.png": await picture().png().toBuffer(),
      "d.webp": await picture().webp().toBuffer(),
      "e.avif": await picture().avif({ effort: 0 }).toBuffer(),
      "f.gif": await picture().gif({ effort: 1 }).toBuffer(),
      "g.svg+xml": svg(),
    });

    expect([result.verdict, ...reasonsOf(result)]).toEqual(["up"]);
    expect(sampleOf(result, "probe_images", { state: "good" })).toBe(7);
  });

  it("finds images broken whose header is good and whose data is cut or corrupt, which the header alone does not show", async () => {
    const broken = {
      "a.jpeg": spoiled(await picture().jpeg().toBuffer()),
      "b.jpeg": shortened(await picture().jpeg({ progressive: true }).toBuffer()),
      "c.png": await flippedPng(),
      "d.webp": spoiled(await picture().webp().toBuffer()),
      "e.avif": spoiled(await picture().avif({ effort: 0 }).toBuffer()),
    };

    const byHeader = await probe(broken, { decode: "header" });
    const whole = await probe({ ...broken, "f.png": await picture().png().toBuffer() });

    expect(reasonsOf(byHeader)).toEqual([]);
    expect(reasonsOf(whole)).toEqual(["flaw image_broken"]);
    expect(failing(whole)).toEqual(Object.keys(broken).map((name) => `${name} image_broken`));
    expect(whole.findings[0]?.detail).toContain("its header is good and its data is not");
  });

  it("does not unpack images of enormous size (F33), nor those beyond max_pixels", async () => {
    const huge = png(60_000, 60_000);

    expect(reasonsOf(await probe({ "a.png": huge }, { max_pixels: 10_000_000_000 }))).toEqual([]);
    expect(reasonsOf(await probe({ "a.png": huge }))).toEqual(["flaw threshold"]);
  });

  it("says how to install the decoder where it is missing, and nothing of the images", async () => {
    const missing: ImageDecoding = {
      open: () => ({
        decode: async () => ({ kind: "unable", because: "driver_missing", detail: "npm install sharp" }),
        close() {},
      }),
    };

    const result = await probe({ "a.png": await picture().png().toBuffer() }, {}, missing);

    expect(result.headline).toMatchObject({ is: "unknown", reason: "driver_missing" });
    expect(result.headline?.detail).toContain("npm install sharp");
  });
});
