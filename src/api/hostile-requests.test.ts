import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { type ApiHarness, openTestApi, rawRequest } from "../../test/support/worlds/api-harness.ts";
import { pushToken } from "./push-tokens.ts";

let open: ApiHarness[] = [];

async function start(...settings: Parameters<typeof openTestApi>): Promise<ApiHarness> {
  const harness = await openTestApi(...settings);
  open.push(harness);
  return harness;
}

const json = { "content-type": "application/json" };

afterEach(async () => {
  await Promise.all(open.map(({ api }) => api.close()));
  open = [];
});

describe("api/hostile requests", () => {
  it("gives the same answer for unknown tokens, bad signals and paths that do not exist (F123, F126)", async () => {
    const { url, pushTokens, arrivals } = await start();
    pushTokens.setChecks(["nightly"]);
    const token = pushToken("key-of-the-tests", "nightly");

    const reference = await rawRequest(url, "/nowhere");
    const paths = [
      `/ping/${pushToken("other-key", "nightly")}`,
      "/ping/:token",
      "/ping/nightly",
      `/ping/${token}/256`,
      `/ping/${token}/01`,
      `/ping/${token}/-1`,
      `/ping/${token}/stop`,
      `/ping/${token}/`,
      `/ping/${token.toUpperCase()}x`,
    ];

    for (const path of paths) {
      const { status, body } = await rawRequest(url, path);
      expect({ path, status, body }).toEqual({ path, status: 404, body: reference.body });
    }
    expect(arrivals).toEqual([]);
  });

  it("takes pushed values as JSON alone, within bounds (F119, F124)", async () => {
    const { url, pushTokens, arrivals } = await start();
    pushTokens.setChecks(["orders"]);
    const path = `/api/push/${pushToken("key-of-the-tests", "orders")}`;
    const push = (body: string, headers: Record<string, string> = json) =>
      rawRequest(url, path, { method: "POST", headers, body }).then(({ status }) => status);

    expect(await push('{"orders": 3}')).toBe(200);
    for (const type of [
      "application/json\ta",
      " text/plain",
      "application/jsonx",
      "text/json",
      "application/json; charset=gbk",
    ]) {
      expect(await push("{}", { "content-type": type })).toBe(415);
    }
    expect(await push("{}", { ...json, "content-encoding": "gzip" })).toBe(415);
    const refused = [
      "",
      "nope",
      "3",
      '"text"',
      "null",
      '{"__proto__": {"x": 1}}',
      '{"a": {"constructor": 1}}',
      "[".repeat(100_000),
      `[${"0,".repeat(60_000)}0]`,
    ];
    for (const body of refused) expect(await push(body)).toBe(400);
    expect(await push(`"${"x".repeat(300 * 1024)}"`)).toBe(413);

    expect(arrivals.map(({ arrival }) => arrival.body)).toEqual([{ orders: 3 }]);
    expect((Object.prototype as Record<string, unknown>)["x"]).toBeUndefined();
  });

  it("limits requests per push token and leaves other tokens alone (F126)", async () => {
    const { url, pushTokens, arrivals } = await start();
    pushTokens.setChecks(["busy", "quiet"]);
    const ping = (check: string) => rawRequest(url, `/ping/${pushToken("key-of-the-tests", check)}`);

    const statuses = new Set<number>();
    for (let count = 0; count < 130; count += 1) statuses.add((await ping("busy")).status);

    expect([...statuses]).toEqual([200, 429]);
    expect((await ping("quiet")).status).toBe(200);
    expect(arrivals.filter(({ check }) => check === "busy")).toHaveLength(120);
  });

  it("renders metrics once a second however many ask, and refuses a flood (F110)", async () => {
    let rendered = 0;
    const chunks = async function* () {
      rendered += 1;
      yield Buffer.from("a 1\n");
    };
    const { url, clock } = await start({}, { scrape: () => ({ contentType: "text/plain", chunks: chunks() }) });
    const scrapes = (count: number) =>
      Promise.all(Array.from({ length: count }, () => rawRequest(url, "/metrics").then(({ status }) => status)));

    const first = await scrapes(10);
    await clock.advance(1000);
    const flood = await scrapes(30);

    expect(first.every((status) => status === 200)).toBe(true);
    expect(flood.filter((status) => status === 429).length).toBeGreaterThanOrEqual(10);
    expect(rendered).toBe(2);
  });

  it.each([
    "/%2e%2e/metrics",
    "/..%2fmetrics",
    "/-%2fhealthy",
    "/metrics%00",
    "/metrics/../metrics",
    "//metrics",
    "/metrics\\x",
    "/%zz",
    `/${"a".repeat(2000)}`,
  ])("refuses the path %s (F118)", async (path) => {
    const { url } = await start();

    expect((await rawRequest(url, path)).status).toBe(404);
  });

  it("answers to its own names and to addresses, and to no other name", async () => {
    const { url } = await start({ external_url: "https://Watch.Example.com/base", hosts: ["intern.example"] });
    const statusFor = async (host: string) => (await rawRequest(url, "/-/healthy", { headers: { host } })).status;

    for (const host of [
      "127.0.0.1",
      "localhost:1",
      "watch.example.com",
      "INTERN.example.:80",
      "watch-1:9797",
      "[::1]:9797",
      "10.1.2.3",
    ]) {
      expect([host, await statusFor(host)]).toEqual([host, 200]);
    }
    for (const host of [
      "evil.example",
      "127.0.0.1.evil.example",
      "localhost.evil.example",
      "a b",
      "[evil]",
      "localhost:1:2",
      "2130706433",
    ]) {
      expect([host, await statusFor(host)]).toEqual([host, 421]);
    }
  });

  it("refuses what a page of another site would change (F113)", async () => {
    const { url } = await start({ lifecycle: true, external_url: "https://watch.example.com/" });
    const reload = async (headers: Record<string, string>) =>
      (await rawRequest(url, "/-/reload", { method: "POST", headers: { host: "localhost:9797", ...headers } })).status;

    expect(await reload({ origin: "https://evil.example" })).toBe(403);
    expect(await reload({ origin: "null" })).toBe(403);
    expect(await reload({ origin: "http://localhost:9798" })).toBe(403);
    expect(await reload({ "sec-fetch-site": "cross-site" })).toBe(403);
    expect(await reload({ "sec-fetch-site": "same-site" })).toBe(403);
    expect(await reload({ origin: "http://localhost:9797", "sec-fetch-site": "same-origin" })).toBe(200);
    expect(await reload({ origin: "https://watch.example.com" })).toBe(200);
    expect(await reload({})).toBe(200);
  });

  it("sends the security headers with every answer, also with a refusal", async () => {
    const { url } = await start();

    for (const path of ["/", "/nowhere", "/api/v1/status"]) {
      const { headers } = await rawRequest(url, path);
      expect(headers["content-security-policy"]).toContain("default-src 'none'");
      expect(headers["content-security-policy"]).not.toContain("script-src");
      expect(headers).toMatchObject({
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "no-referrer",
        "cache-control": "no-store",
      });
    }
  });

  it("says nothing of an error's text to the client and all of it to the log", async () => {
    const { url, logged } = await start(
      {},
      {
        overview: () => {
          throw new Error("secret at /etc/x");
        },
      },
    );

    const answer = await rawRequest(url, "/");

    expect(answer.status).toBe(500);
    expect(answer.body).not.toContain("secret");
    expect(answer.body).not.toContain("at ");
    expect(logged.join()).toContain("secret at /etc/x");
  });

  it("never answers 500 and never runs anything for random paths, methods and headers (F123, F124)", async () => {
    const harness = await start();
    harness.pushTokens.setChecks(["orders"]);
    const segment = fc.oneof(
      fc.constantFrom(
        "ping",
        "api",
        "v1",
        "status",
        "-",
        "quit",
        "reload",
        "push",
        ":token",
        "metrics",
        "probe",
        "probe?target=a",
        "*",
        "__proto__",
      ),
      fc.string(),
    );
    const path = fc
      .array(segment, { maxLength: 4 })
      .map((parts) => `/${parts.join("/").replaceAll(/[^\x21-\x7e]|#/g, "_")}`);

    await fc.assert(
      fc.asyncProperty(
        path,
        fc.constantFrom("GET", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"),
        fc.constantFrom("close", "keep-alive"),
        async (path, method, connection) => {
          const { status } = await rawRequest(harness.url, path, { method, headers: { connection } });
          expect([200, 400, 401, 403, 404, 415, 429]).toContain(status);
        },
      ),
      { numRuns: 150 },
    );

    expect(harness.arrivals).toEqual([]);
    expect(harness.calls).not.toContain("quit");
    expect(harness.logged).toEqual([]);
  });
});
