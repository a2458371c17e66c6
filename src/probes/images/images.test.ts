import { Buffer } from "node:buffer";
import { afterEach, describe, expect, it } from "vitest";
import { gif, jpeg, png, svg } from "../../../test/support/samples/sample-images.ts";
import { type SitePage } from "../../../test/support/servers/site-server.ts";
import { reasonsOf, sampleOf, startNetworkRun } from "../../../test/support/worlds/http-run.ts";
import { closeSites, failing, html, pngFile, probe } from "../../../test/support/worlds/images-run.ts";
import { images } from "./images.ts";

afterEach(closeSites);

describe("probes/images", () => {
  it("is up when every image of page, style and style sheet is good, and asks for each once", async () => {
    const result = await probe({
      "/": html(`<base href="/shop/"><link rel=stylesheet href=/s.css><link rel=icon href=/f.svg>
        <img src=a.png><img src=a.png#again><img data-src=b.jpg><p style="background:url(c.gif)"><img src="data:image/gif;base64,R0">`),
      "/shop/a.png": pngFile,
      "/shop/b.jpg": { type: "image/jpeg", body: jpeg() },
      "/shop/c.gif": { type: "image/gif", body: gif() },
      "/f.svg": { type: "image/svg+xml", body: svg() },
      "/s.css": { type: "text/css", body: "@import 't.css'; a { b: url(shop/a.png) }" },
      "/t.css": { type: "text/css", body: "a { b: url(img/d.png) } @font-face { src: url(no.woff) }" },
      "/img/d.png": pngFile,
    });

    expect(result.findings).toEqual([]);
    expect(result.verdict).toBe("up");
    expect(sampleOf(result, "probe_images", { state: "good" })).toBe(5);
    expect(sampleOf(result, "probe_images", { state: "inline" })).toBe(1);
    expect(sampleOf(result, "probe_images_failed_ratio")).toBe(0);
    expect(result.site.requests.map(({ path }) => path).sort()).toEqual(
      ["/", "/f.svg", "/img/d.png", "/s.css", "/shop/a.png", "/shop/b.jpg", "/shop/c.gif", "/t.css"].sort(),
    );
  });

  it("is up with a flaw that names element, line and reason when one image of three is missing", async () => {
    const result = await probe({
      "/": html("<h1>店</h1>\n<img src=/a.png><img src=/b.png>\n<img data-src='/no.png?token=x'>"),
      "/a.png": pngFile,
      "/b.png": pngFile,
    });

    expect(result.verdict).toBe("up");
    expect(result.findings).toMatchObject([{ is: "flaw", severity: "warning", reason: "image_missing" }]);
    expect(result.findings[0]?.detail).toMatch(/^1 of 3: .*\/no\.png \(<img data-src>\): status 404$/);
    expect(failing(result)).toMatchObject([{ element: "<img data-src>", line: 3, reason: "image_missing" }]);
    expect(JSON.stringify(result.evidence)).not.toContain("token");
    const host = `127.0.0.1:${result.site.port}`;
    expect(sampleOf(result, "probe_images_failed", { reason: "image_missing", host })).toBe(1);
    expect(sampleOf(result, "probe_images_host_failed_ratio", { host })).toBeCloseTo(1 / 3);
  });

  it("judges by a selector only what lies in the wanted elements, also for how many there are at least", async () => {
    const pages = {
      "/": html("<header><img src=/gone.png></header><main id=products><img src=/a.png><img src=/b.png></main>"),
      "/a.png": pngFile,
      "/b.png": pngFile,
    };

    const whole = await probe(pages);
    const part = await probe(pages, { selector: "#products" });
    const few = await probe(pages, { selector: "#products", min: 3 });
    const none = await probe(pages, { selector: ".gallery" });

    expect(reasonsOf(whole)).toEqual(["flaw image_missing"]);
    expect([part.verdict, ...reasonsOf(part)]).toEqual(["up"]);
    expect(sampleOf(part, "probe_images", { state: "good" })).toBe(2);
    expect([few, none].map(reasonsOf)).toEqual([["down image_missing"], ["down image_missing"]]);
    expect(images.options.safeParse({ selector: "main:hover" }).success).toBe(false);
  });

  it("is down when as many images fail as the threshold has it", async () => {
    const pages = { "/": html("<img src=a.png><img src=b.png><img src=c.png>"), "/a.png": pngFile };

    expect(reasonsOf(await probe(pages))).toEqual(["down image_missing"]);
    expect(reasonsOf(await probe(pages, { down_when: {} }))).toEqual(["flaw image_missing"]);
    expect(reasonsOf(await probe(pages, { down_when: { count: 2 } }))).toEqual(["down image_missing"]);
    expect(reasonsOf(await probe(pages, { down_when: { host_share: 0.6 } }))).toEqual(["down image_missing"]);
    const lenient = { down_when: { count: 3, host_share: 0.7 }, flaw_when: { share: 0.9 } };
    expect(reasonsOf(await probe(pages, lenient))).toEqual([]);
  });

  it("is down when the page fails, is no page, or names too few images", async () => {
    const few = { "/": html("<img src=a.png>"), "/a.png": pngFile };

    expect(reasonsOf(await probe({}))).toEqual(["down status"]);
    expect(reasonsOf(await probe(few, { min: 5 }))).toEqual(["down image_missing"]);
    const json = await probe({ "/": { type: "application/json", body: "{}" } });
    expect(json.findings[0]?.detail).toContain("its type is application/json");
    const { result } = await startNetworkRun(images, "http://127.0.0.1:1/").outcome;
    expect(reasonsOf(result)).toEqual(["down refused"]);
  });

  it.each([
    ["an empty image", { type: "image/png" }, "image_broken", "empty"],
    ["a truncated JPEG", { type: "image/jpeg", body: jpeg().subarray(0, 40) }, "image_broken", "no EOI"],
    [
      "an answer that breaks off",
      { headers: { "content-length": "999" }, handle: breakOff },
      "image_broken",
      "truncated",
    ],
    ["a soft 404", { type: "text/html", body: "<html>not found</html>" }, "content_mismatch", "an HTML page"],
    ["an SVG that is sent as text", { type: "text/plain", body: svg() }, "image_type", "browsers do not show it"],
    ["a PNG that is sent as SVG", { type: "image/svg+xml", body: png() }, "image_type", "browsers do not show it"],
  ])("fails %s", async (_, page: SitePage, reason, detail) => {
    const result = await probe({ "/": html("<img src=x>"), "/x": page });

    expect(reasonsOf(result)).toEqual([`down ${reason}`]);
    expect(result.findings[0]?.detail).toContain(detail);
  });

  it("keeps a wrong type that browsers do not mind a flaw, however many images have it", async () => {
    const result = await probe({ "/": html("<img src=a.jpg>"), "/a.jpg": { type: "image/jpeg", body: png() } });

    expect(result.verdict).toBe("up");
    expect(result.findings).toMatchObject([{ is: "flaw", severity: "warning", reason: "image_type" }]);
    expect(sampleOf(result, "probe_images", { state: "flawed" })).toBe(1);
  });

  it("F33 reads a huge image no further than its limit, and a huge picture by its header alone", async () => {
    const result = await probe(
      {
        "/": html("<img src=endless><img src=bomb.png>"),
        "/endless": { handle: pour },
        "/bomb.png": { type: "image/png", body: png(60_000, 60_000) },
      },
      { max_bytes: "64KiB" },
    );

    expect(reasonsOf(result)).toEqual(["down body_too_large", "down threshold"]);
    expect(result.findings[0]?.detail).toContain("larger than 64KiB");
    expect(result.findings[1]?.detail).toContain("60000 × 60000 pixels");
    expect(sampleOf(result, "probe_images_received_bytes")).toBeLessThan(70_000);
  });

  it.each([
    ["HTML as image/png", Buffer.from("<!DOCTYPE html><script>alert(1)</script>"), "content_mismatch"],
    ["a PNG whose IDAT is cut", png().subarray(0, 50), "image_broken"],
    ["a script behind a GIF's mark", Buffer.from("GIF89a/*\0\0*/=1;alert(1)"), "image_broken"],
    ["an SVG with a script", svg("<script>alert(1)</script>"), "content_mismatch"],
  ])("F34 fails an image that lies: %s, and repeats nothing of it", async (name, body, reason) => {
    const type = name.includes("SVG") ? "image/svg+xml" : "image/png";
    const result = await probe({ "/": html("<img src=x>"), "/x": { type, body } });

    expect(reasonsOf(result)).toEqual([`down ${reason}`]);
    expect(JSON.stringify(result)).not.toContain("alert(1)");
  });

  it("keeps foreign text of page and headers on one line and within the budget of evidence", async () => {
    const evil = "<img src='/x%0a\u202e\"><script>'>".repeat(60);
    const headers = { "x-cache": "HIT \u0001", via: "a".repeat(500) };
    const result = await probe({ "/": html(evil), "/x": { status: 500, headers } });
    const text = JSON.stringify(result.evidence);

    expect(text.length).toBeLessThan(16_384);
    expect(text).not.toMatch(/\\u202e|\\u0001|\\n/i);
  });

  it("judges scripts, style sheets, fonts and media when asked to", async () => {
    const page = `<script src=a.js></script><script src=b.js></script><link rel=stylesheet href=s.css>
      <link rel=stylesheet href=plain.css><video src=v.mp4></video><img src=no.png>`;
    const result = await probe(
      {
        "/": html(page),
        "/a.js": { type: "text/javascript", body: "1" },
        "/b.js": { type: "text/html", body: "<!doctype html>" },
        "/s.css": { type: "text/css", body: "@font-face { src: url(f.woff2) }" },
        "/plain.css": { type: "text/plain", body: "a{}" },
        "/f.woff2": { type: "font/woff2", body: "wOF2...." },
        "/v.mp4": { type: "video/mp4", handle: pour },
      },
      { kinds: ["script", "stylesheet", "font", "media"], down_when: {} },
    );

    expect(sampleOf(result, "probe_images", { state: "good" })).toBe(4);
    expect(Object.fromEntries(failing(result).map(({ url, reason }) => [url.split("/").at(-1), reason]))).toEqual({
      "b.js": "content_mismatch",
      "plain.css": "content_mismatch",
    });
  });

  it("refuses options that cannot work", () => {
    for (const options of [
      { kinds: [] },
      { kinds: ["iframe"] },
      { concurrency: 7 },
      { hosts: { only: ["https://x/"] } },
      { hosts: { except: ["[x"] } },
    ]) {
      expect(images.options.safeParse(options).success).toBe(false);
    }
    expect(images.options.safeParse({ down_when: { share: 1.5 } }).success).toBe(false);
  });
});

type Handler = NonNullable<SitePage["handle"]>;

function breakOff(...[, response]: Parameters<Handler>): void {
  response.writeHead(200, { "content-type": "image/png", "content-length": "999" });
  response.write(png(), () => response.destroy());
}

function pour(...[, response]: Parameters<Handler>): void {
  response.writeHead(200, { "content-type": "video/mp4", "content-length": "500000000" });
  response.write(png());
  const more = (): void => {
    while (!response.destroyed && response.write(Buffer.alloc(16_384)));
  };
  response.on("drain", more);
  more();
}
