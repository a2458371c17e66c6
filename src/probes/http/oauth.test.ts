import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { loopbackIo, reasonsOf } from "../../../test/support/worlds/http-run.ts";
import { probeContext } from "../../../test/support/worlds/probe-harness.ts";
import type { Observation } from "../../core/checks/result.ts";
import { http } from "./http.ts";
import { optionsSchema } from "./options.ts";

type Asked = Readonly<{ headers: IncomingMessage["headers"]; body: string; url: string }>;
type Reply = Readonly<{ status?: number; body?: string }>;

const closing: (() => unknown)[] = [];

afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

/** A server with a token endpoint, whose tokens are t1, t2 …, and a page that wants the token of the moment. */
class Company {
  readonly asked: Asked[] = [];
  pages = 0;
  url = "";
  good = "t1";
  reply: Reply | "silence" | undefined;
  expiresIn: number | string | undefined = 3600;

  static async open(): Promise<Company> {
    const company = new Company();
    const server = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk: Buffer) => (body += chunk.toString()));
      request.on("end", () => {
        const { url = "", headers } = request;
        if (!url.startsWith("/token")) {
          company.pages += 1;
          return void response.writeHead(headers.authorization === `Bearer ${company.good}` ? 200 : 401).end("page");
        }
        company.asked.push({ url, headers, body });
        if (company.reply === "silence") return;
        const token = { access_token: `t${company.asked.length}`, token_type: "Bearer", expires_in: company.expiresIn };
        response.writeHead(company.reply?.status ?? 200, { "content-type": "application/json" });
        response.end(company.reply?.body ?? JSON.stringify(token));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    closing.push(() => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    });
    company.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return company;
  }

  /** Runs of one check, on a clock that stands still unless it is moved. */
  check(more: object = {}, rest: object = {}) {
    const auth = {
      kind: "oauth2",
      token_url: `${this.url}/token?k=1`,
      client_id: "wat:ch",
      client_secret: "s3cr&t",
      ...more,
    };
    const clock = { nowMs: 0 };
    const probe = http.open({ auth, ...rest }, { ...loopbackIo, monotonicMs: () => clock.nowMs });
    const run = (signal = new AbortController().signal): Promise<Observation> =>
      probe.run(probeContext({ address: `${this.url}/page`, signal }));
    return { clock, run };
  }
}

describe("probes/http with OAuth2 client credentials", () => {
  it("asks for a token once, by form and Basic header, and uses it until shortly before its end", async () => {
    const company = await Company.open();
    const { run, clock } = company.check({ scopes: ["read", "write"], parameters: { audience: "shop" } });

    const first = await run();
    clock.nowMs = 3_500_000;
    await run();
    const before = company.asked.length;
    clock.nowMs = 3_590_000;
    company.good = "t2";
    const later = await run();

    expect([reasonsOf(first), reasonsOf(later)]).toEqual([[], []]);
    expect([before, company.asked.length]).toEqual([1, 2]);
    expect(company.asked[0]).toMatchObject({
      url: "/token?k=1",
      body: "grant_type=client_credentials&audience=shop&scope=read+write",
      headers: {
        authorization: `Basic ${btoa("wat%3Ach:s3cr%26t")}`,
        "content-type": "application/x-www-form-urlencoded",
      },
    });
  });

  it("sends id and secret in the body where the server wants them there", async () => {
    const company = await Company.open();

    await company.check({ send: "body" }).run();

    expect(company.asked[0]?.body).toBe("grant_type=client_credentials&client_id=wat%3Ach&client_secret=s3cr%26t");
    expect(company.asked[0]?.headers).not.toHaveProperty("authorization");
  });

  it("sends them in the body where the server refuses the header, when either is allowed", async () => {
    const company = await Company.open();
    company.reply = { status: 401, body: '{"error":"invalid_client"}' };

    const { findings } = await company.check({ send: "any" }).run();

    expect(company.asked.map(({ headers }) => headers.authorization === undefined)).toEqual([false, true]);
    expect(company.asked[1]?.body).toContain("client_secret=s3cr%26t");
    expect(findings[0]?.detail).toMatch(/answered 401 invalid_client$/);
  });

  it("judges the endpoint's certificate by options of its own", async () => {
    const company = await Company.open();
    const tls = { ca: "/none/own.pem" };

    const token_url = company.url.replace("http:", "https:");

    const own = await company.check({ token_url, tls }).run();
    const shared = await company.check({ token_url }).run();

    expect(own.findings[0]?.detail).toContain("/none/own.pem");
    expect(shared.findings[0]?.detail).not.toContain("/none/own.pem");
  });

  it("gets a new token after one 401, and is down when the target refuses that too", async () => {
    const company = await Company.open();
    const { run } = company.check();
    await run();
    company.good = "t2";

    const renewed = await run();
    company.good = "none of them";
    const refused = await run();

    expect(reasonsOf(renewed)).toEqual([]);
    expect(reasonsOf(refused)).toEqual(["down status"]);
    expect([company.asked.length, company.pages]).toEqual([3, 5]);
  });

  it("asks once for runs that need a token at the same time", async () => {
    const company = await Company.open();
    const { run } = company.check();

    const all = await Promise.all([run(), run(), run()]);

    expect(all.flatMap(reasonsOf)).toEqual([]);
    expect(company.asked).toHaveLength(1);
  });

  it("keeps a token of which nothing is said for five minutes, less the margin", async () => {
    const company = await Company.open();
    company.expiresIn = undefined;
    const { run, clock } = company.check();

    await run();
    clock.nowMs = 239_000;
    await run();
    const before = company.asked.length;
    clock.nowMs = 241_000;
    company.good = "t2";
    await run();

    expect([before, company.asked.length]).toEqual([1, 2]);
  });

  it.each<readonly [string, Reply, string]>([
    ["a refusal", { status: 401, body: '{"error":"invalid_client"}' }, "answered 401 invalid_client"],
    ["an outage", { status: 503, body: "<html>s3cr&t" }, "answered 503"],
    ["no token", { body: '{"token":"x"}' }, "its answer holds no access_token"],
    ["a token with line ends", { body: '{"access_token":"a\\r\\nb"}' }, "its answer holds no access_token"],
    ["another type", { body: '{"access_token":"a","token_type":"mac"}' }, "its token is no bearer token"],
    ["a redirect", { status: 302 }, "answered 302"],
    ["a deep document (F35)", { body: "[".repeat(10_000) }, "its answer holds no access_token"],
  ])("is unknown by %s of the token endpoint, and does not ask the target", async (_, reply, problem) => {
    const company = await Company.open();
    company.reply = reply;

    const observation = await company.check().run();

    expect(observation.findings).toEqual([
      {
        is: "unknown",
        reason: "lookup_failed",
        phase: "lookup",
        detail: `the token endpoint ${company.url}/token: ${problem}`,
      },
    ]);
    expect(company.pages).toBe(0);
    expect(JSON.stringify(observation)).not.toContain("s3cr");
  });

  it("is in the phase of the look-up while the token endpoint says nothing (F12)", async () => {
    const company = await Company.open();
    company.reply = "silence";
    const phases: string[] = [];
    const ending = new AbortController();
    const probe = http.open(
      { auth: { kind: "oauth2", token_url: `${company.url}/token`, client_id: "a", client_secret: "b" } },
      loopbackIo,
    );
    const context = probeContext({ address: `${company.url}/page`, signal: ending.signal });
    const running = probe.run({ ...context, phase: (phase) => void phases.push(phase) });
    while (company.asked.length === 0) await new Promise((resolve) => setImmediate(resolve));

    ending.abort();

    expect((await running).findings).toMatchObject([{ is: "unknown", reason: "lookup_failed" }]);
    expect(phases).toEqual(["lookup"]);
  });

  it("goes along with every step of a journey", async () => {
    const company = await Company.open();

    const observation = await company.check({}, { steps: [{ name: "a" }, { name: "b", url: "/page/b" }] }).run();

    expect(reasonsOf(observation)).toEqual([]);
    expect([company.asked.length, company.pages]).toEqual([1, 2]);
  });

  it("refuses an endpoint with a password in its address", () => {
    const auth = { kind: "oauth2", token_url: "https://a:b@id.test/", client_id: "a", client_secret: "b" };

    expect(optionsSchema.safeParse({ auth }).success).toBe(false);
  });
});
