import { once } from "node:events";
import { createServer } from "node:http";
import { request as requestTls } from "node:https";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodeGbk } from "./gbk.ts";
import { isOutage, ordersPerMinute } from "./outage.ts";
import { type Shop, startShop } from "./shop.ts";
import { pageOf } from "./shop-pages.ts";

describe("demo/shop", () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await startShop({ port: 0, tlsPort: 0 });
  });
  afterAll(() => shop.close());

  it.each([
    ["/", "utf-8"],
    ["/gbk", "gbk"],
    ["/gbk-undeclared", "gbk"],
    ["/gbk-mislabelled", "gbk"],
  ])("serves %s in %s with the word that checks look for", async (path, charset) => {
    const bytes = await (await fetch(shop.url + path)).arrayBuffer();

    expect(new TextDecoder(charset, { fatal: true }).decode(bytes)).toContain("加入购物车");
  });

  it("misses one of the images of its front page", async () => {
    const front = await (await fetch(`${shop.url}/`)).text();
    const images = [...front.matchAll(/<img src="([^"]+)"/g)].map(([, path]) => path);
    const statuses = await Promise.all(images.map(async (path) => (await fetch(shop.url + path)).status));

    expect(statuses).toEqual([200, 200, 404]);
  });

  it("has an HTTPS page whose certificate nobody trusts", async () => {
    const refused = requestTls(`${shop.tlsUrl}/`).end();
    const [error] = (await once(refused, "error")) as [NodeJS.ErrnoException];

    expect(error.code).toBe("DEPTH_ZERO_SELF_SIGNED_CERT");
  });

  it("fails its API within the first minute for a minute, then every four", () => {
    const statuses = [0, 14_999, 15_000, 74_999, 75_000, 254_999, 255_000].map(
      (atMs) => pageOf("/api/checkout", atMs).status,
    );

    expect(statuses).toEqual([200, 200, 502, 502, 200, 200, 502]);
    expect(isOutage(20_000) && ordersPerMinute(20_000) < ordersPerMinute(0) / 2).toBe(true);
  });

  it("pushes its order numbers, and does not care when nobody takes them", async () => {
    const bodies: string[] = [];
    const server = createServer((request, response) => {
      request.on("data", (chunk) => bodies.push(String(chunk)));
      request.on("end", () => response.end());
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const pushUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/push/token`;
    const pushing = await startShop({ port: 0, tlsPort: 0, pushUrl, pushEveryMs: 3_600_000 });

    expect(await pushing.push()).toBe(true);
    server.closeAllConnections();
    server.close();
    await once(server, "close");
    expect(await pushing.push()).toBe(false);
    await pushing.close();

    expect(JSON.parse(bodies[0] ?? "")).toEqual({ business_orders: 20, business_order_value_yuan: 2560 });
  });

  it("does not know other paths", async () => {
    expect((await fetch(`${shop.url}/constructor`)).status).toBe(404);
  });

  it("encodes what GBK has", () => {
    expect(encodeGbk("a中😀").toString("hex")).toBe("61d6d03f");
    expect(new TextDecoder("gbk").decode(encodeGbk("加入购物车,库存"))).toBe("加入购物车,库存");
  });
});
