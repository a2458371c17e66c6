import { connect } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { type ApiHarness, openTestApi, type RawAnswer, rawRequest } from "../../../test/support/worlds/api-harness.ts";
import type { ProbeDoor } from "../probe-door.ts";

let open: ApiHarness[] = [];

async function start(probe: ProbeDoor["probe"], settings: Record<string, unknown> = {}): Promise<ApiHarness> {
  const door: ProbeDoor = { probe, logs: () => textOf(""), config: () => textOf(""), history: () => [] };
  const harness = await openTestApi(settings, { door: () => door });
  open.push(harness);
  return harness;
}

/** As scrapers ask: over a connection that stays. */
function ask(url: string, path: string, options: Parameters<typeof rawRequest>[2] = {}): Promise<RawAnswer> {
  return rawRequest(url, path, { ...options, headers: { connection: "keep-alive", ...options.headers } });
}

function textOf(body: string, status = 200) {
  return { status, contentType: "text/plain; version=0.0.4; charset=utf-8", body };
}

const shortly = (query: URLSearchParams) => Promise.resolve(textOf(`of ${query.get("target")} 商品\n`));

afterEach(async () => {
  await Promise.all(open.map(({ api }) => api.close()));
  open = [];
});

describe("api/plain-reads", () => {
  it("answers with the query, its length in bytes and no headers for pages", async () => {
    const { url } = await start(shortly);

    const { status, headers, body } = await ask(url, "/probe?target=a%3A1#b", {
      headers: { host: "localhost" },
    });

    expect([status, body]).toEqual([200, "of a:1#b 商品\n"]);
    expect(headers).toEqual({
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      "content-type": "text/plain; version=0.0.4; charset=utf-8",
      "content-length": String(Buffer.byteLength(body)),
      date: expect.any(String),
      connection: "keep-alive",
      "keep-alive": "timeout=65, max=10000",
    });
  });

  it("takes a target with a query of its own whole, as somebody writes it by hand", async () => {
    const { url } = await start(shortly);

    const answers = await Promise.all(
      ["keep-alive", "close"].map((connection) =>
        ask(url, "/probe?target=https://shop.test/?id=1&module=http_2xx", { headers: { connection } }),
      ),
    );

    expect(answers.map(({ body }) => body)).toEqual(Array(2).fill("of https://shop.test/?id=1 商品\n"));
  });

  it("answers HEAD with the same headers, and no other method", async () => {
    const { url } = await start(shortly);

    const head = await ask(url, "/probe?target=a", { method: "HEAD" });

    expect(head).toMatchObject({ status: 200, body: "" });
    expect(head.headers).not.toHaveProperty("x-frame-options");
    expect((await ask(url, "/probe?target=a", { method: "POST" })).status).toBe(404);
  });

  it.each([
    ["host names that are not ours", 421, { headers: { host: "evil.test" } }],
    ["bodies", 400, { headers: { "content-length": "2" }, body: "hi" }],
    ["encoded bodies", 415, { headers: { "content-encoding": "gzip" } }],
  ])("refuses %s before anything is probed", async (_, status, request) => {
    let probed = 0;
    const { url } = await start((query) => {
      probed += 1;
      return shortly(query);
    });

    expect((await ask(url, "/probe?target=a", request)).status).toBe(status);
    expect(probed).toBe(0);
  });

  it("does not answer on a listener that serves no such surface", async () => {
    const { url } = await start(shortly, { listeners: { main: { listen: "127.0.0.1:0", serve: ["public"] } } });

    expect((await ask(url, "/probe?target=a")).status).toBe(404);
  });

  it("tells the log of an error and the client only that there was one", async () => {
    const { url, logged } = await start(() => Promise.reject(new Error("secret at /etc/x")));

    const answer = await ask(url, "/probe?target=a");

    expect(answer.status).toBe(500);
    expect(answer.body).not.toContain("secret");
    expect(logged.join()).toContain("secret at /etc/x");
  });

  it("waits for a probe that takes longer than a minute, and breaks off after what Prometheus waits", async () => {
    const answers = new Map<string, (text: string) => void>();
    const harness = await start(
      (query) => new Promise((resolve) => answers.set(query.get("target") ?? "", (text) => resolve(textOf(text)))),
    );
    const late = ask(harness.url, "/probe?target=late");
    const broken = expect(ask(harness.url, "/probe?target=never")).rejects.toThrow("socket hang up");
    while (answers.size < 2) await new Promise((resolve) => setImmediate(resolve));

    await harness.clock.advance(100_000);
    answers.get("late")?.("late\n");
    expect((await late).body).toBe("late\n");

    await harness.clock.advance(30_000);
    await broken;
  });

  it("holds hundreds of scrapes that wait for their targets, and answers others meanwhile", async () => {
    const answers: ((text: string) => void)[] = [];
    const { url } = await start(() => new Promise((resolve) => answers.push((text) => resolve(textOf(text)))));
    const asked: ReturnType<typeof ask>[] = [];
    // Not all at once: beyond 511 connections that nobody has accepted yet the kernel turns some away.
    for (const waiting of [200, 400, 600]) {
      while (asked.length < waiting) asked.push(ask(url, `/probe?target=${asked.length}`));
      while (answers.length < waiting) await new Promise((resolve) => setImmediate(resolve));
    }

    expect((await ask(url, "/-/healthy")).status).toBe(200);

    for (const answer of answers) answer("well\n");
    expect((await Promise.all(asked)).every(({ body }) => body === "well\n")).toBe(true);
  });

  it("bears answers for who has gone, and those that come after they were broken off", async () => {
    const answers: ((text: string) => void)[] = [];
    const harness = await start((query) =>
      query.has("held") ? new Promise((resolve) => answers.push((text) => resolve(textOf(text)))) : shortly(query),
    );
    const { hostname, port } = new URL(harness.url);
    const gone = connect(Number(port), hostname);
    gone.write("GET /probe?held HTTP/1.1\r\nHost: localhost\r\n\r\n");
    const broken = expect(ask(harness.url, "/probe?held")).rejects.toThrow("socket hang up");
    while (answers.length < 2) await new Promise((resolve) => setImmediate(resolve));
    gone.destroy();
    await harness.clock.advance(130_000);
    await broken;

    for (const answer of answers) answer("too late\n");

    expect((await ask(harness.url, "/probe?target=a")).status).toBe(200);
  });
});
