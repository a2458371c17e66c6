import { connect } from "node:net";
import { gunzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { sampleInventory } from "../../test/support/samples/sample-inventory.ts";
import { type ApiHarness, adminToken, openTestApi, rawRequest } from "../../test/support/worlds/api-harness.ts";
import { AppError } from "../core/errors.ts";
import { pushToken } from "./push-tokens.ts";

let open: ApiHarness[] = [];

async function start(...settings: Parameters<typeof openTestApi>): Promise<ApiHarness> {
  const harness = await openTestApi(...settings);
  open.push(harness);
  return harness;
}

const bearer = { authorization: `Bearer ${adminToken}` };

afterEach(async () => {
  await Promise.all(open.map(({ api }) => api.close()));
  open = [];
});

describe("api/api-server", () => {
  it("answers health, readiness and metrics", async () => {
    const { url } = await start({}, { readiness: () => ({ isReady: false, reason: "The store is still opening." }) });

    expect((await rawRequest(url, "/-/healthy")).status).toBe(200);
    expect(await rawRequest(url, "/-/ready")).toMatchObject({ status: 503, body: "The store is still opening.\n" });
    const metrics = await rawRequest(url, "/metrics");
    expect(metrics.body).toContain("a 1\n");
    expect(metrics.headers["content-type"]).toBe("text/plain; version=0.0.4; charset=utf-8");
  });

  it("answers HEAD as GET without a body", async () => {
    const { url } = await start();

    for (const path of ["/metrics", "/", "/-/healthy"]) {
      expect(await rawRequest(url, path, { method: "HEAD" })).toMatchObject({ status: 200, body: "" });
    }
  });

  it("compresses metrics for who accepts it and not for who refuses it", async () => {
    const { url } = await start();

    const zipped = await fetch(`${url}/metrics`, { headers: { "accept-encoding": "gzip" } });
    const plain = await rawRequest(url, "/metrics", { headers: { "accept-encoding": "br, gzip;q=0" } });

    expect(zipped.headers.get("content-encoding")).toBe("gzip");
    expect(await zipped.text()).toContain("a 1\n");
    expect(plain.headers["content-encoding"]).toBeUndefined();
  });

  it("serves on a listener only what its surfaces name", async () => {
    const { url } = await start({ listeners: { scrape: { listen: "127.0.0.1:0", serve: ["ops"] } } });

    expect((await rawRequest(url, "/metrics")).status).toBe(200);
    expect((await rawRequest(url, "/-/healthy")).status).toBe(200);
    for (const path of ["/", "/api/v1/status", "/style.css"]) {
      expect((await rawRequest(url, path, { headers: bearer })).status).toBe(404);
    }
  });

  it("names the address and what to do when another process listens on it", async () => {
    const { url } = await start();
    const listen = url.replace("http://", "");

    const error = await openTestApi({ listeners: { main: { listen } } }).catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({ code: "ERR_ADDRESS_IN_USE", message: expect.stringContaining(listen) });
    expect((error as AppError).hint).toContain("server.listeners.main.listen");
  });

  it("frees the first address again when the second cannot be listened on", async () => {
    const { url } = await start();
    const taken = url.replace("http://", "");
    const probe = await start();
    const free = probe.url.replace("http://", "");
    await probe.api.close();

    await expect(openTestApi({ listeners: { one: { listen: free }, two: { listen: taken } } })).rejects.toThrow(taken);

    await start({ listeners: { main: { listen: free } } });
  });

  it("says that an address is not this machine's", async () => {
    await expect(openTestApi({ listeners: { main: { listen: "192.0.2.1:9797" } } })).rejects.toMatchObject({
      code: "ERR_CONFIG_INVALID",
    });
  });

  it.each(["/api/v1/status", "/api/v1/config/running", "/api/v1/host"])(
    "opens %s to the admin token alone",
    async (path) => {
      const { url } = await start();

      for (const authorization of ["", "Bearer", "Bearer wrong", `Basic ${adminToken}`, `Bearer ${"x".repeat(9000)}`]) {
        expect(await rawRequest(url, path, { headers: { authorization } })).toMatchObject({
          status: 401,
          headers: { "www-authenticate": 'Bearer realm="watchfire"' },
        });
      }
      expect((await rawRequest(url, path, { headers: bearer })).status).toBe(200);
    },
  );

  it("tells the facts of the machine, and why the newest reading failed", async () => {
    const host = {
      told: { atMs: 1000, inventory: sampleInventory },
      failed: { atMs: 2000, reason: "timeout", detail: "no answer within 60 s" },
    } as const;
    const { url } = await start({}, { host: () => host });

    const answer = await rawRequest(url, "/api/v1/host", { headers: bearer });

    expect(JSON.parse(answer.body)).toEqual(host);
  });

  it("reloads with the admin token, and without it once lifecycle is on", async () => {
    const closed = await start();
    const opened = await start({ lifecycle: true });

    expect((await rawRequest(closed.url, "/-/reload", { method: "POST" })).status).toBe(401);
    expect((await rawRequest(closed.url, "/-/reload", { method: "POST", headers: bearer })).status).toBe(200);
    expect((await rawRequest(opened.url, "/-/reload", { method: "POST" })).status).toBe(200);
  });

  it("tells every problem of a reload that failed", async () => {
    const { url } = await start({}, { reload: async () => ({ ok: false, problems: ["base.yaml:1:1: x"] }) });

    const answer = await rawRequest(url, "/-/reload", { method: "POST", headers: bearer });

    expect(answer.status).toBe(422);
    expect(JSON.parse(answer.body)).toMatchObject({
      error: { code: "config_invalid" },
      problems: ["base.yaml:1:1: x"],
    });
  });

  it("stops only when lifecycle is on, and only by POST", async () => {
    const closed = await start();
    const opened = await start({ lifecycle: true });

    expect((await rawRequest(closed.url, "/-/quit", { method: "POST", headers: bearer })).status).toBe(403);
    expect((await rawRequest(opened.url, "/-/quit")).status).toBe(404);
    expect((await rawRequest(opened.url, "/-/quit", { method: "POST" })).status).toBe(200);
    expect(closed.calls).toEqual([]);
    expect(opened.calls).toEqual(["quit"]);
  });

  it.each([
    ["GET", "", { signal: "success" }],
    ["HEAD", "", { signal: "success" }],
    ["POST", "/start", { signal: "start" }],
    ["GET", "/fail", { signal: "fail" }],
    ["GET", "/0", { signal: "success", exitCode: 0 }],
    ["POST", "/137", { signal: "fail", exitCode: 137 }],
  ])("takes a heartbeat by %s at /ping/<token>%s", async (method, suffix, arrival) => {
    const { url, pushTokens, arrivals, clock } = await start();
    pushTokens.setChecks(["nightly"]);

    const path = `/ping/${pushToken("key-of-the-tests", "nightly")}${suffix}`;
    const headers: Record<string, string> = method === "POST" ? { "content-type": "text/plain; x=y" } : {};
    const answer = await rawRequest(url, path, { method, headers, ...(method === "POST" ? { body: "log" } : {}) });

    expect(answer.status).toBe(200);
    expect(arrivals).toEqual([{ check: "nightly", arrival: { ...arrival, atMs: clock.now() } }]);
  });

  it("asks a sender to come back when a check's inbox is full", async () => {
    const { url, pushTokens } = await start({}, { deliverPush: () => "busy" });
    pushTokens.setChecks(["orders"]);

    const answer = await rawRequest(url, `/ping/${pushToken("key-of-the-tests", "orders")}`);

    expect(answer).toMatchObject({ status: 503, headers: { "retry-after": "10" } });
  });

  it("renews the page by itself unless asked not to", async () => {
    const { url } = await start();

    const live = await rawRequest(url, "/");
    const still = await rawRequest(url, "/?still");

    expect(live.headers["refresh"]).toBe("15");
    expect(live.body).toContain('href="/?still"');
    expect(still.headers["refresh"]).toBeUndefined();
    expect(still.body).toContain('<a href="/">');
  });

  it("sends gzip whose parts join to the whole", async () => {
    const parts = [Buffer.from("first\n"), Buffer.from("second\n")];
    const { url } = await start(
      {},
      {
        scrape: () => ({
          contentType: "text/plain",
          chunks: (async function* () {
            yield* parts;
          })(),
        }),
      },
    );

    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    socket.write("GET /metrics HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n");
    const received: Buffer[] = [];
    for await (const chunk of socket) received.push(chunk as Buffer);
    const whole = Buffer.concat(received);

    expect(gunzipSync(whole.subarray(whole.indexOf("\r\n\r\n") + 4)).toString()).toBe("first\nsecond\n");
  });
});
