import { once } from "node:events";
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { reasonsOf, sampleOf, startNetworkRun } from "../../../test/support/http-run.ts";
import type { Json } from "../../core/json.ts";
import type { Result } from "../../core/result.ts";
import { domain } from "./domain.ts";
import { readRdap } from "./read-rdap.ts";

type Options = Readonly<Record<string, unknown>>;
type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const dayMs = 86_400_000;
const nowMs = Date.UTC(2026, 10, 26);
const closing: (() => void)[] = [];

afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function serveRdap(handle: Handler): Promise<string> {
  const server = createHttpServer(handle).listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/rdap/`;
}

/** A WHOIS server that hears a query and says what it was told to. */
async function serveWhois(answer: (query: string, socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {}).once("data", (query) => answer(String(query), socket));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const says = (text: string) => (_: string, socket: Socket) => void socket.end(text);
const answers =
  (body: unknown, status = 200): Handler =>
  (_, response) => {
    response.statusCode = status;
    response
      .setHeader("content-type", "application/rdap+json")
      .end(typeof body === "string" ? body : JSON.stringify(body));
  };

const iso = (days: number): string => new Date(nowMs + days * dayMs).toISOString();
const rdap = (days: number, more: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> => ({
  objectClassName: "domain",
  ldhName: "EXAMPLE.COM",
  status: ["client transfer prohibited", "active"],
  events: [
    { eventAction: "registration", eventDate: "1995-08-14T04:00:00Z" },
    { eventAction: "expiration", eventDate: iso(days) },
  ],
  entities: [
    {
      objectClassName: "entity",
      roles: ["registrar"],
      handle: "376",
      vcardArray: [
        "vcard",
        [
          ["version", {}, "text", "4.0"],
          ["fn", {}, "text", "Registrar Ltd"],
        ],
      ],
    },
  ],
  nameservers: [{ ldhName: "B.IANA-SERVERS.NET" }, { ldhName: "a.iana-servers.net." }],
  ...more,
});

function start(options: Options, memory?: Json, address = "www.example.com"): ReturnType<typeof startNetworkRun> {
  return startNetworkRun(domain, address, { bootstrap: "bundled", ...options }, { startedAtMs: nowMs, memory });
}

async function look(options: Options, memory?: Json, address?: string): Promise<Result> {
  return (await start(options, memory, address).outcome).result;
}

describe("probes/domain by RDAP", () => {
  it("is up far from the end, and shows what the registry says", async () => {
    const asked: string[] = [];
    const server = await serveRdap((request, response) => {
      asked.push(`${request.url} ${request.headers.accept}`);
      answers(rdap(300))(request, response);
    });

    const result = await look({ rdap_server: server, lookup: "rdap" });

    expect([result.verdict, ...reasonsOf(result)]).toEqual(["up"]);
    expect(asked).toEqual(["/rdap/domain/example.com application/rdap+json, application/json;q=0.9"]);
    expect(sampleOf(result, "probe_domain_expiry_timestamp_seconds")).toBe((nowMs + 300 * dayMs) / 1000);
    expect(sampleOf(result, "probe_domain_expiry_published")).toBe(1);
    expect(sampleOf(result, "probe_domain_lookup_info", { source: "rdap" })).toBe(1);
    expect(sampleOf(result, "probe_domain_registrar_info", { registrar: "Registrar Ltd" })).toBe(1);
    expect(sampleOf(result, "probe_domain_status_info", { status: "clienttransferprohibited" })).toBe(1);
    expect(sampleOf(result, "probe_domain_name_servers")).toBe(2);
    expect(result.memory).toMatchObject({ source: "rdap", nameServers: ["a.iana-servers.net", "b.iana-servers.net"] });
  });

  it.each([
    [29, {}, "warning"],
    [6, {}, "critical"],
    [-2, {}, "critical"],
    [50, { warning: "60d" }, "warning"],
    [20, { warning: "10d" }, undefined],
  ])("with %d days left and %j the flaw is %s", async (days, limits, severity) => {
    const result = await look({ rdap_server: await serveRdap(answers(rdap(days))), lookup: "rdap", ...limits });

    expect(result.verdict).toBe("up");
    expect(result.findings).toMatchObject(severity === undefined ? [] : [{ reason: "expiring", severity }]);
  });

  it.each([
    ["client hold", ["down registry_hold"]],
    ["server hold", ["down registry_hold"]],
    ["redemption period", ["down registry_hold"]],
    ["pending delete", ["down registry_hold"]],
    ["pending transfer", ["flaw registry_hold"]],
    ["inactive", ["flaw registry_hold"]],
    ["server update prohibited", []],
  ])("the status %s gives %j", async (status, reasons) => {
    const server = await serveRdap(answers(rdap(300, { status: [status] })));

    expect(reasonsOf(await look({ rdap_server: server, lookup: "rdap" }))).toEqual(reasons);
  });

  it("tells new name servers and another registrar once, or until they are the wanted ones", async () => {
    const server = await serveRdap(answers(rdap(300)));
    const memory = { seenAtMs: nowMs - dayMs, source: "rdap", registrar: "Other Inc", nameServers: ["ns1.old.test"] };
    const options = { rdap_server: server, lookup: "rdap" };

    const first = await look(options, memory);
    const second = await look(options, first.memory);
    const wanted = await look({ ...options, name_servers: ["ns1.shop.test"], registrar: "other" }, first.memory);
    const right = await look({
      ...options,
      name_servers: ["A.iana-servers.net", "b.iana-servers.net."],
      registrar: "registrar",
    });

    expect([first, second, wanted, right].map(reasonsOf)).toEqual([
      ["flaw changed", "flaw changed"],
      [],
      ["flaw changed", "flaw changed"],
      [],
    ]);
    expect(first.findings[0]?.detail).toBe(
      "the name servers were ns1.old.test and now are a.iana-servers.net, b.iana-servers.net",
    );
  });

  it.each<readonly [string, Handler, string]>([
    ["404", answers({ errorCode: 404 }, 404), "lookup_failed"],
    ["429", answers({ errorCode: 429 }, 429), "rate_limited"],
    ["500", answers("oops", 500), "lookup_failed"],
    ["HTML", answers("<html>"), "parse"],
    ["another object", answers({ objectClassName: "error" }), "parse"],
    ["a date that is none", answers(rdap(1, { events: [{ eventAction: "expiration", eventDate: "soon" }] })), "parse"],
    ["arrays in arrays", answers("[".repeat(200_000) + "]".repeat(200_000)), "parse"],
    ["objects in objects", answers('{"a":'.repeat(50_000) + "1" + "}".repeat(50_000)), "parse"],
    ["10 MB", answers(`{"a":"${"x".repeat(10 * 1024 ** 2)}"}`), "parse"],
    [
      "a redirect loop",
      (request, response) => void response.writeHead(302, { location: request.url }).end(),
      "lookup_failed",
    ],
    [
      "a redirect to a file",
      (_, response) => void response.writeHead(302, { location: "file:///etc/passwd" }).end(),
      "lookup_failed",
    ],
  ])("F35 F52 is unknown for %s, and keeps the last date with its age", async (_, handle, reason) => {
    const memory = { expiresMs: nowMs + 20 * dayMs, seenAtMs: nowMs - dayMs, source: "rdap", nameServers: [] };

    const result = await look({ rdap_server: await serveRdap(handle), lookup: "rdap" }, memory);

    expect(result.verdict).toBe("unknown");
    expect(reasonsOf(result)).toEqual([`unknown ${reason}`, "flaw expiring"]);
    expect(result.headline?.detail).toContain("the last known end is 2026-12-16, as told 1d ago");
    expect(result.samples).toEqual([]);
    expect(result.memory).toEqual(memory);
  });

  it("F52 reads notices that are no list, and follows three redirects", async () => {
    let hops = 0;
    const server = await serveRdap((request, response) => {
      hops += 1;
      if (hops <= 3) response.writeHead(302, { location: `/rdap/other${hops}` }).end();
      else answers(rdap(300, { notices: { title: "x" } }))(request, response);
    });

    expect((await look({ rdap_server: server, lookup: "rdap" })).verdict).toBe("up");
  });

  it("F52 says that no date is published when there is no event for it", async () => {
    const server = await serveRdap(answers(rdap(1, { events: [] })));

    const result = await look({ rdap_server: server, lookup: "rdap" });

    expect([result.verdict, ...reasonsOf(result)]).toEqual(["up"]);
    expect(sampleOf(result, "probe_domain_expiry_published")).toBe(0);
    expect(sampleOf(result, "probe_domain_expiry_timestamp_seconds")).toBeUndefined();
  });

  it("fetches the list of servers, keeps it, and takes the bundled one when it cannot be had", async () => {
    const server = await serveRdap(answers(rdap(300)));
    let fetched = 0;
    const list = await serveRdap((request, response) => {
      fetched += 1;
      answers({ version: "1.0", services: [[["Com"], ["ftp://x", server]], "broken", [[1], []]] })(request, response);
    });

    const results = [await look({ bootstrap: list, lookup: "rdap" }), await look({ bootstrap: list, lookup: "rdap" })];

    expect(results.map(({ verdict }) => verdict)).toEqual(["up", "up"]);
    expect(fetched).toBe(1);
    const broken = await serveRdap(answers("nothing"));
    expect(reasonsOf(await look({ bootstrap: broken, lookup: "rdap" }, undefined, "shop.internal"))).toEqual([
      "unknown lookup_failed",
    ]);
  });

  it("never throws, whatever JSON comes", () => {
    for (const text of [
      "null",
      "[]",
      "1",
      '{"events":{}}',
      '{"objectClassName":"domain","entities":[null,1],"status":[{}],"nameservers":[[]]}',
    ]) {
      expect(["failed", "not_published"]).toContain(readRdap(text).kind);
    }
  });
});

describe("probes/domain by WHOIS", () => {
  const record = (days: number, more = ""): string =>
    `Domain Name: EXAMPLE.COM\nRegistrar: A Ltd\nRegistry Expiry Date: ${iso(days)}\nDomain Status: ok\n${more}Name Server: ns1.example.net\n`;

  it("asks in the registry's way, and reads the answer", async () => {
    const heard: string[] = [];
    const server = await serveWhois((query, socket) => {
      heard.push(query);
      socket.end(record(300));
    });

    const result = await look({ whois_server: server, lookup: "whois" });

    expect([result.verdict, heard]).toEqual(["up", ["domain example.com\r\n"]]);
    expect(sampleOf(result, "probe_domain_lookup_info", { source: "whois" })).toBe(1);
  });

  it("takes the date from WHOIS where RDAP has none or fails, and names both when both fail", async () => {
    const whois = await serveWhois(says(record(300)));
    const silent = await serveRdap(answers(rdap(1, { events: [] })));
    const failing = await serveRdap(answers("no", 503));
    const broken = await serveWhois(says("welcome\n"));

    const results = [
      await look({ rdap_server: silent, whois_server: whois }),
      await look({ rdap_server: failing, whois_server: whois }),
      await look({ rdap_server: failing, whois_server: broken }),
    ];

    expect(results.map(({ verdict }) => verdict)).toEqual(["up", "up", "unknown"]);
    expect(
      results.slice(0, 2).map((result) => sampleOf(result, "probe_domain_lookup_info", { source: "whois" })),
    ).toEqual([1, 1]);
    expect(results[2]?.headline?.detail).toMatch(/status 503.*begins "welcome"/);
  });

  it("is down when the registry does not know the domain, but not by RDAP's word alone", async () => {
    const rdapServer = await serveRdap(answers({}, 404));
    const gone = await serveWhois(says('No match for domain "EXAMPLE.COM".\r\n'));
    const unclear = await serveWhois(says("welcome\n"));

    expect(reasonsOf(await look({ rdap_server: rdapServer, whois_server: gone }))).toEqual(["down registry_hold"]);
    expect(reasonsOf(await look({ whois_server: gone, lookup: "whois" }))).toEqual(["down registry_hold"]);
    expect(reasonsOf(await look({ rdap_server: rdapServer, whois_server: unclear }))).toEqual(["unknown parse"]);
    expect(reasonsOf(await look({ rdap_server: rdapServer, whois_server: await serveWhois(says(record(9))) }))).toEqual(
      ["flaw expiring"],
    );
  });

  it("F50 F53 is unknown when a server says that its quota is used up, and leaves it alone from then on", async () => {
    let asked = 0;
    const server = await serveWhois((_, socket) => {
      asked += 1;
      socket.end("Lookup quota exceeded.\n");
    });

    const results = [
      await look({ whois_server: server, lookup: "whois" }),
      await look({ whois_server: server, lookup: "whois" }),
    ];

    expect(results.map(reasonsOf)).toEqual([["unknown rate_limited"], ["unknown rate_limited"]]);
    expect(asked).toBe(1);
    expect(results[1]?.headline?.detail).toContain("wants to be left alone, for about 1d more");
  });

  it.each([
    ["garbage", "\u0000\u0001\u00ff".repeat(100)],
    ["nothing", ""],
    ["10 MB", "x".repeat(10 * 1024 ** 2)],
    [
      "Latin-1",
      Buffer.from(
        "Domain Name: EXAMPLE.COM\nRegistrar: Soci\u00e9t\u00e9\nExpiration Date: 31-d\u00e9c-2030\n",
        "latin1",
      ),
    ],
  ])("F51 is unknown for %s, never expired", async (_, text) => {
    const server = await serveWhois((_query, socket) => void socket.end(text));

    expect(reasonsOf(await look({ whois_server: server, lookup: "whois" }))).toEqual(["unknown parse"]);
  });

  it("F51 is unknown, not down, when a server never closes", async () => {
    let heard = (): void => {};
    const asked = new Promise<void>((resolve) => {
      heard = resolve;
    });
    const server = await serveWhois((_, socket) => {
      socket.write("% wait\n");
      heard();
    });

    const run = start({ whois_server: server, lookup: "whois" });
    await asked;
    run.cancel();
    const { result } = await run.outcome;

    expect([result.verdict, ...reasonsOf(result)]).toEqual(["unknown", "unknown lookup_failed"]);
  });

  it("F11 is unknown when nobody listens", async () => {
    expect(reasonsOf(await look({ whois_server: "127.0.0.1:1", lookup: "whois" }))).toEqual(["unknown lookup_failed"]);
  });

  it("says what is honest where the registry tells no date", async () => {
    const server = await serveWhois(says("Domain: example.de\nNserver: ns1.example.net\nStatus: connect\n"));

    const result = await look({ whois_server: server, lookup: "whois" }, undefined, "example.de");
    const given = await look({ whois_server: server, lookup: "whois", expires: "2026-12-10" }, undefined, "example.de");

    expect([result.verdict, sampleOf(result, "probe_domain_expiry_published")]).toEqual(["up", 0]);
    expect(reasonsOf(given)).toEqual(["flaw expiring"]);
    expect(given.headline?.detail).toContain("as given by hand");
    expect(sampleOf(given, "probe_domain_lookup_info", { source: "given" })).toBe(1);
  });
});

describe("probes/domain options and names", () => {
  it("goes by the day given by hand without asking anybody", async () => {
    const result = await look({ lookup: "none", expires: "2027-11-26" });

    expect([result.verdict, sampleOf(result, "probe_domain_expiry_timestamp_seconds")]).toEqual([
      "up",
      Date.UTC(2027, 10, 26) / 1000,
    ]);
    expect(sampleOf(result, "probe_domain_name_servers")).toBeUndefined();
  });

  it.each([
    [{ lookup: "none" }, "give expires"],
    [{ expires: "26.11.2027" }, "write it as 2027-05-31"],
    [{ expires: "2027-13-01" }, "write it as 2027-05-31"],
    [{ warning: "5d", critical: "6d" }, "must not be longer"],
    [{ rdap_server: "rdap.example.com" }, "whole address"],
    [{ whois_server: "whois://x" }, "scheme"],
  ])("refuses %j", (options, message) => {
    expect(JSON.stringify(domain.options.safeParse(options).error?.issues)).toContain(message);
  });

  it("F53 knows the domains of one registry, whatever they end in", () => {
    const registries = ["a.com", "b.net", "c.org", "例子.中国", "d.cn"].map((address) => domain.locate(address).host);

    expect(registries).toEqual([
      "registry-of-com",
      "registry-of-com",
      "registry-of-org",
      "registry-of-cn",
      "registry-of-cn",
    ]);
  });

  it("is about the registrable name, whichever host is given", () => {
    expect(domain.locate("www.shop.example.co.uk")).toMatchObject({
      canonical: "example.co.uk",
      display: "example.co.uk",
    });
    expect(domain.locate("例子.中国").canonical).toBe("xn--fsqu00a.xn--fiqs8s");
    expect(() => domain.locate("127.0.0.1")).toThrow("no domain that somebody can register");
  });
});
