import { Buffer } from "node:buffer";
import { afterEach, describe, expect, it } from "vitest";
import { png } from "../../../test/support/samples/sample-images.ts";
import { type SitePage } from "../../../test/support/servers/site-server.ts";
import { loopbackIo, reasonsOf, sampleOf, startNetworkRun } from "../../../test/support/worlds/http-run.ts";
import {
  closeSites,
  failing,
  html,
  type Options,
  pngFile,
  probe,
  serve,
} from "../../../test/support/worlds/images-run.ts";
import { probeContext, probeIo } from "../../../test/support/worlds/probe-harness.ts";
import { images } from "./images.ts";

afterEach(closeSites);

describe("probes/images requests", () => {
  it("judges each host by itself and keeps hosts apart that are not wanted", async () => {
    const cdn = await serve({ "/1.png": pngFile, "/2.png": pngFile });
    const on = (name: string, ...paths: string[]): string =>
      paths.map((path) => `<img src=http://${name}.test:${cdn.port}/${path}>`).join("");
    const pages = {
      "/": html(on("img", "1.png", "2.png") + on("cdn", "a.png", "b.png", "c.png") + on("ads", "x.png")),
    };

    const result = await probe(pages, { down_when: { host_share: 1 }, hosts: { except: ["ads.test"] } });
    const own = await probe(pages, { hosts: { only: ["*.test"], except: ["cdn.test", "ads.test"] } });

    expect(reasonsOf(result)).toEqual(["down image_missing"]);
    expect(sampleOf(result, "probe_images_host_failed_ratio", { host: `cdn.test:${cdn.port}` })).toBe(1);
    expect(reasonsOf(own)).toEqual([]);
    expect(sampleOf(own, "probe_images", { state: "good" })).toBe(2);
  });

  it("is unknown when our own resolver fails, for the page and for an image", async () => {
    const site = await serve({ "/": html("<img src=http://cdn.test/a.png>") });
    const finding = { is: "unknown", reason: "resolver", detail: "no name server answers" } as const;
    const io = probeIo({
      monotonicMs: () => 0,
      http: loopbackIo.http,
      resolver: {
        resolve: (host, family, signal) =>
          host === "127.0.0.1"
            ? loopbackIo.resolver.resolve(host, family, signal)
            : Promise.resolve({ ok: false, finding }),
      },
    });
    const run = (address: string) => images.open({}, io).run(probeContext({ address }));

    expect(reasonsOf(await run("http://shop.test/"))).toEqual(["unknown resolver"]);
    expect(reasonsOf(await run(`http://127.0.0.1:${site.port}/`))).toEqual(["unknown resolver"]);
  });

  it("asks no private address for a public page, so that no page leads us into our own network", async () => {
    const inside = await serve({ "/a.png": pngFile });
    const page = "<img src=http://img.test/a.png><img src=http://169.254.169.254/b.png>";
    const dialled: string[] = [];
    const io = probeIo({
      monotonicMs: () => 0,
      resolver: {
        resolve: (host) => {
          const address = { "shop.test": "93.184.216.34", "img.test": "127.0.0.1" }[host] ?? host;
          return Promise.resolve({ ok: true, addresses: [{ address, family: 4 }] });
        },
      },
      http: {
        exchange: (request) => {
          dialled.push(...request.addresses.map(({ address }) => address));
          const body = request.url.hostname === "shop.test" ? Buffer.from(page) : png();
          const response = { status: 200, statusText: "OK", version: "1.1", headers: [], body, cut: false };
          return Promise.resolve({ remote: request.addresses[0], response } as never);
        },
      },
    });
    const run = (options: Options) => images.open(options, io).run(probeContext({ address: "http://shop.test/" }));

    const closed = await run({});
    const open = await run({ private_addresses: true });

    expect(reasonsOf(closed)).toEqual(["down image_missing"]);
    expect(closed.findings[0]?.detail).toContain("leads to the loopback address 127.0.0.1");
    expect(reasonsOf(open)).toEqual([]);
    expect(dialled).toEqual(["93.184.216.34", "93.184.216.34", "127.0.0.1", "169.254.169.254"]);
    expect(inside.requests).toEqual([]);
  });

  it("dials only the address that was judged, whatever the name leads to at the second look (F06)", async () => {
    const answers = ["93.184.216.35", "169.254.169.254"];
    const dialled: string[] = [];
    const io = probeIo({
      monotonicMs: () => 0,
      resolver: {
        resolve: (host) => {
          const address = host === "shop.test" ? "93.184.216.34" : (answers.shift() ?? "127.0.0.1");
          return Promise.resolve({ ok: true, addresses: [{ address, family: 4 }] });
        },
      },
      http: {
        exchange: (request) => {
          dialled.push(...request.addresses.map(({ address }) => address));
          const page = "<img src=http://img.test/a.png><img src=http://img.test/b.png>";
          const body = request.url.hostname === "shop.test" ? Buffer.from(page) : png();
          const response = { status: 200, statusText: "OK", version: "1.1", headers: [], body, cut: false };
          return Promise.resolve({ remote: request.addresses[0], response } as never);
        },
      },
    });
    const probed = images.open({ concurrency: 1, down_when: {} }, io);
    const result = await probed.run(probeContext({ address: "http://shop.test/" }));

    expect(dialled).toEqual(["93.184.216.34", "93.184.216.35"]);
    expect(reasonsOf(result)).toEqual(["flaw image_missing"]);
    expect(result.findings[0]?.detail).toContain("the link-local address 169.254.169.254");
  });

  it("says where it found an address as browsers do, and keeps credentials to the target's origin", async () => {
    const other = await serve({ "/b.png": pngFile });
    const page = html(`<img src=a.png><img src=http://other.test:${other.port}/b.png>`);
    const site = await serve({ "/shop?x=1": page, "/shop/a.png": pngFile, "/a.png": pngFile });
    const ask = (options: Options) =>
      startNetworkRun(images, `http://127.0.0.1:${site.port}/shop?x=1`, options).outcome;

    await ask({ auth: { kind: "bearer", token: "t0ken" } });
    await ask({ referer: false });

    const origin = `http://127.0.0.1:${site.port}`;
    const own = site.requests.filter(({ path }) => path === "/a.png");
    expect(own.map(({ headers }) => headers.referer)).toEqual([`${origin}/shop?x=1`, undefined]);
    expect(own[0]?.headers.authorization).toBe("Bearer t0ken");
    expect(other.requests.map(({ headers }) => headers.referer)).toEqual([`${origin}/`, undefined]);
    expect(other.requests[0]?.headers.authorization).toBeUndefined();
    expect(own[0]?.headers.accept).toContain("image/avif");
  });

  it("follows redirects of page and images, and sends along the cookies that they set", async () => {
    const { site, ...result } = await probe({
      "/": { status: 302, headers: { location: "/shop/", "set-cookie": "visit=1" } },
      "/shop/": html("<img src=a.png>"),
      "/shop/a.png": { status: 301, headers: { location: "/b.png" } },
      "/b.png": pngFile,
    });

    expect(result.verdict).toBe("up");
    expect(site.requests.find(({ path }) => path === "/b.png")?.headers.cookie).toBe("visit=1");
  });

  it("keeps to its limits: requests at a time, images, bytes; what it skips counts as no failure", async () => {
    const many = Array.from({ length: 30 }, (_, index) => `<img src=/${index}.png>`).join("");
    const files = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`/${index}.png`, { handle: later }]));
    const counted = await probe({ "/": html(many), ...files }, { max_images: 10, concurrency: 2 });
    const weighed = await probe(
      { "/": html(many), "/0.png": { type: "image/png", body: Buffer.concat([png(), Buffer.alloc(3000)]) } },
      { max_total_bytes: "1KiB", concurrency: 1 },
    );

    expect(counted.site.mostAtOnce()).toBeLessThanOrEqual(2);
    expect(sampleOf(counted, "probe_images", { state: "good" })).toBe(10);
    expect(sampleOf(counted, "probe_images", { state: "skipped" })).toBe(20);
    expect(weighed.verdict).toBe("up");
    expect(sampleOf(weighed, "probe_images", { state: "skipped" })).toBe(30);
  });

  it("shows what the caches on the way say", async () => {
    const cdn = (headers: Record<string, string>): SitePage => ({ type: "image/png", body: png(), headers });
    const result = await probe({
      "/": html("<img src=/a><img src=/b><img src=/c><img src=/no>"),
      "/a": cdn({ age: "120", "x-cache": "HIT TCP_MEM_HIT dirn:1:2", eagleid: "2a" }),
      "/b": cdn({ age: "60", "cf-cache-status": "MISS" }),
      "/c": cdn({ "x-cache": "Miss from cloudfront" }),
      "/no": { status: 503, headers: { eagleid: "7f000001", via: "cache9.cn1[0,0]" } },
    });
    const host = `127.0.0.1:${result.site.port}`;

    expect(sampleOf(result, "probe_images_cache", { host, result: "hit" })).toBe(1);
    expect(sampleOf(result, "probe_images_cache", { host, result: "miss" })).toBe(2);
    expect(sampleOf(result, "probe_images_age_seconds", { host })).toBe(120);
    expect(failing(result)).toMatchObject([{ cache: ["eagleid: 7f000001", "via: cache9.cn1[0,0]"] }]);
  });

  it("tells at the deadline what it has by then, and leaves no request behind", async () => {
    const site = await serve({
      "/": html("<img src=/a.png><img src=/hang.png>"),
      "/a.png": pngFile,
      "/hang.png": { handle: () => {} },
    });
    const run = startNetworkRun(images, `http://127.0.0.1:${site.port}/`, { concurrency: 1 });
    await site.asked("/hang.png");
    run.cancel();
    const { result, abandoned } = await run.outcome;

    expect(abandoned).toBe(false);
    expect(reasonsOf(result)).toEqual(["down timeout"]);
    expect(sampleOf(result, "probe_images", { state: "good" })).toBe(1);
    expect(sampleOf(result, "probe_images", { state: "skipped" })).toBe(1);
  });
});

type Handler = NonNullable<SitePage["handle"]>;

function later(...[, response]: Parameters<Handler>): void {
  setImmediate(() => response.writeHead(200, { "content-type": "image/png" }).end(png()));
}
