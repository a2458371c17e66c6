import { once } from "node:events";
import type { RequestListener } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { type AddressInfo, connect } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import packet from "dns-packet";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { identities, rootPath } from "../../../test/support/certificates.ts";
import { type AskedQuestion, DnsServer } from "../../../test/support/dns-server.ts";
import { reasonsOf, sampleOf, startNetworkRun } from "../../../test/support/http-run.ts";
import type { Json } from "../../core/json.ts";
import type { Result } from "../../core/result.ts";
import { dns } from "./dns.ts";

type Options = Readonly<Record<string, unknown>>;
type Section = "answers" | "authorities" | "additionals";

const trusted = { tls: { ca: rootPath, server_name: "shop.test" } };
const closing: (() => void)[] = [];
let server: DnsServer;

beforeEach(async () => {
  server = await DnsServer.start();
});

afterEach(async () => {
  for (const close of closing.splice(0)) close();
  await server.close();
});

async function ask(options: Options, address = server.address, memory?: Json): Promise<Result> {
  return (await startNetworkRun(dns, address, { name: "shop.test", ...options }, { memory }).outcome).result;
}

/** An answer of any records, encoded by the library that most of the world uses. */
function answer(sections: Partial<Record<Section, readonly unknown[]>>, flags = 0x0180) {
  return ({ id, name, type }: AskedQuestion): Buffer => {
    const questions = [{ name, type: packet.decode(question(id, name, type)).questions?.[0]?.type }];
    return packet.encode({ type: "response", id, flags, questions, ...sections } as unknown as packet.Packet);
  };
}

function question(id: number, name: string, type: number): Buffer {
  return packet.encode({
    type: "query",
    id,
    questions: [{ name, type: `UNKNOWN_${type}` }],
  } as unknown as packet.Packet);
}

const soa = (serial: number): unknown => ({
  type: "SOA",
  name: "shop.test",
  ttl: 300,
  data: {
    mname: "ns1.shop.test",
    rname: "ops.shop.test",
    serial,
    refresh: 3600,
    retry: 600,
    expire: 86400,
    minimum: 300,
  },
});

const records: readonly (readonly [type: string, data: unknown, text: string])[] = [
  ["A", "192.0.2.1", "192.0.2.1"],
  ["AAAA", "2001:db8::1", "2001:db8::1"],
  ["CNAME", "www.shop.test", "www.shop.test."],
  ["NS", "ns1.shop.test", "ns1.shop.test."],
  ["PTR", "host.shop.test", "host.shop.test."],
  ["MX", { preference: 10, exchange: "mail.shop.test" }, "10 mail.shop.test."],
  ["TXT", ["v=spf1 -all", 'say "hi"'], '"v=spf1 -all" "say \\"hi\\""'],
  ["SRV", { priority: 1, weight: 2, port: 443, target: "a.shop.test" }, "1 2 443 a.shop.test."],
  ["CAA", { flags: 0, tag: "issue", value: "letsencrypt.org" }, '0 issue "letsencrypt.org"'],
  ["DS", { keyTag: 1, algorithm: 8, digestType: 2, digest: Buffer.from("abcd", "hex") }, "1 8 2 abcd"],
  ["DNSKEY", { flags: 257, algorithm: 13, key: Buffer.from("key") }, "257 3 13 a2V5"],
  ["TLSA", { usage: 3, selector: 1, matchingType: 1, certificate: Buffer.from("00ff", "hex") }, "3 1 1 00ff"],
  [
    "NAPTR",
    { order: 1, preference: 2, flags: "u", services: "E2U+sip", regexp: "!^.*$!sip:a@b!", replacement: "." },
    '1 2 "u" "E2U+sip" "!^.*$!sip:a@b!" .',
  ],
  ["HINFO", { cpu: "X", os: "Y" }, '"X" "Y"'],
  ["RP", { mbox: "ops.shop.test", txt: "." }, "ops.shop.test. ."],
];

describe("probes/dns", () => {
  it("is up for an answer, and counts its records", async () => {
    server.set("shop.test", { a: ["192.0.2.1", "192.0.2.2"] });

    const result = await ask({});

    expect([result.verdict, ...reasonsOf(result)]).toEqual(["up"]);
    expect(sampleOf(result, "probe_dns_answer_rrs")).toBe(2);
    expect(sampleOf(result, "probe_dns_authority_rrs")).toBe(0);
    expect(sampleOf(result, "probe_dns_query_succeeded")).toBe(1);
    expect(sampleOf(result, "probe_ip_protocol")).toBe(4);
    expect(sampleOf(result, "probe_dns_duration_seconds", { phase: "request" })).toBeGreaterThan(0);
    expect(sampleOf(result, "probe_dns_serial")).toBeUndefined();
    expect(result.evidence).toMatchObject({
      rcode: "NOERROR",
      answers: ["shop.test. 60 IN A 192.0.2.1", "shop.test. 60 IN A 192.0.2.2"],
    });
  });

  it.each(records)("asks for %s and writes its record as zone files do", async (type, data, text) => {
    server.set("shop.test", { reply: answer({ answers: [{ type, name: "shop.test", ttl: 300, data }] }) });

    const result = await ask({
      type,
      expect: { values: [text], answer: { all_match: [`^shop\\.test\\.\\t300\\tIN\\t${type}\\t`] } },
    });

    expect([result.verdict, result.headline?.detail]).toEqual(["up", undefined]);
  });

  it("shows a type that it cannot read as bytes", async () => {
    const data = Buffer.from([0, 1, 0]);
    server.set("shop.test", { reply: answer({ answers: [{ type: "UNKNOWN_65", name: "shop.test", ttl: 1, data }] }) });

    expect((await ask({ type: "HTTPS", expect: { values: ["\\# 3 000100"] } })).verdict).toBe("up");
  });

  it.each([
    [1, "status"],
    [2, "dns_servfail"],
    [3, "dns_nxdomain"],
    [5, "status"],
  ] as const)("F01 F03 reports the response code %d as %s, unless it is wanted", async (rcode, reason) => {
    server.set("shop.test", { rcode });
    const names = ["", "FORMERR", "SERVFAIL", "NXDOMAIN", "", "REFUSED"];

    expect(reasonsOf(await ask({}))).toEqual([`down ${reason}`]);
    expect((await ask({ expect: { rcodes: [names[rcode]] } })).verdict).toBe("up");
  });

  it("F03 tells a name without such a record from one that does not exist", async () => {
    server.set("shop.test", { a: ["192.0.2.1"] });

    expect(reasonsOf(await ask({ type: "AAAA" }))).toEqual(["down dns_nodata"]);
    expect((await ask({ type: "AAAA", expect: { min_answers: 0 } })).verdict).toBe("up");
    expect(reasonsOf(await ask({ expect: { min_answers: 2 } }))).toEqual(["down assertion"]);
  });

  it("compares the records with the wanted ones, in any order", async () => {
    server.set("shop.test", { a: ["192.0.2.2", "192.0.2.1"] });

    expect((await ask({ expect: { values: ["192.0.2.1", "192.0.2.2"] } })).verdict).toBe("up");
    const wrong = await ask({ expect: { values: ["192.0.2.1", "192.0.2.3"] } });
    expect(reasonsOf(wrong)).toEqual(["down content_mismatch"]);
    expect(wrong.headline?.detail).toContain("192.0.2.3 missing; 192.0.2.2 unexpected");
  });

  it.each([
    [{ answer: { none_match: ["192\\.0\\.2\\.2$"] } }, "which 192"],
    [{ answer: { all_match: ["2\\.1$"] } }, "all_match"],
    [{ answer: { any_matches: ["198\\."] } }, "no record of the answer section"],
    [{ authority: { all_match: ["."] } }, "the authority section is empty"],
    [{ additional: { any_matches: ["."] } }, "no record of the additional section"],
    [{ answer: { all_match: ["\\tA\\t"], any_matches: ["x", "2\\.2$"], none_match: ["AAAA"] } }, undefined],
  ])("judges sections by %j", async (expectations, detail) => {
    server.set("shop.test", { a: ["192.0.2.1", "192.0.2.2"] });

    const result = await ask({ expect: expectations });

    expect(reasonsOf(result)).toEqual(detail === undefined ? [] : ["down keyword"]);
    if (detail !== undefined) expect(result.headline?.detail).toContain(detail);
  });

  it("judges authority and additional records, and the flags", async () => {
    const sections = {
      answers: [{ type: "A", name: "shop.test", ttl: 1, data: "192.0.2.1" }],
      authorities: [{ type: "NS", name: "shop.test", ttl: 1, data: "ns1.shop.test" }],
      additionals: [{ type: "A", name: "ns1.shop.test", ttl: 1, data: "192.0.2.53" }],
    };
    server.set("shop.test", { reply: answer(sections, packet.AUTHORITATIVE_ANSWER) });
    const expectations = {
      authority: { any_matches: ["ns1"] },
      additional: { all_match: ["192\\.0\\.2\\.53$"] },
      authoritative: true,
    };

    const good = await ask({ expect: expectations });
    const bad = await ask({ expect: { authenticated: true, authoritative: false } });

    expect(good.verdict).toBe("up");
    expect([sampleOf(good, "probe_dns_authority_rrs"), sampleOf(good, "probe_dns_additional_rrs")]).toEqual([1, 1]);
    expect(reasonsOf(bad)).toEqual(["down assertion", "down assertion"]);
  });

  it("asks for signatures, and does not count the record that says so", async () => {
    const asked: packet.DecodedPacket[] = [];
    const additionals = [{ type: "OPT", name: ".", udpPayloadSize: 1232, flags: 0, options: [] }];
    const reply = answer({ answers: [{ type: "A", name: "shop.test", ttl: 1, data: "192.0.2.1" }], additionals });
    server.set("shop.test", {
      reply: (given) => {
        asked.push(packet.decode(given.message));
        return reply(given);
      },
    });

    const result = await ask({ dnssec: true, recurse: false });

    expect(asked[0]).toMatchObject({ flag_rd: false, additionals: [{ type: "OPT", flag_do: true }] });
    expect([result.verdict, sampleOf(result, "probe_dns_additional_rrs")]).toEqual(["up", 0]);
  });

  it("F05 comes back over TCP when the answer is truncated, however large it is", async () => {
    server.set("shop.test", { a: ["192.0.2.1"], truncate: true, txtBytes: 60_000 });

    const result = await ask({});

    expect(result.verdict).toBe("up");
    expect(sampleOf(result, "probe_dns_answer_rrs")).toBeGreaterThan(200);
    expect(server.queries.map((query) => query.split(" ")[2])).toEqual(["udp", "tcp"]);
  });

  it.each(["udp", "tcp"])("F05 reports a broken answer over %s as malformed", async (transport) => {
    server.set("shop.test", { malformed: true });

    expect(reasonsOf(await ask({ transport }))).toEqual(["down dns_malformed"]);
  });

  it("F05 is not led round in circles by a name that points at itself", async () => {
    server.set("shop.test", {
      reply: ({ id, raw }) => {
        const head = Buffer.alloc(12);
        head.writeUInt16BE(id, 0);
        head.writeUInt16BE(0x8180, 2);
        head.writeUInt16BE(1, 4);
        head.writeUInt16BE(1, 6);
        const at = 12 + raw.length;
        return Buffer.concat([head, raw, Buffer.from([0xc0, at, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4, 1, 2, 3, 4])]);
      },
    });

    expect(reasonsOf(await ask({}))).toEqual(["down dns_malformed"]);
  });

  it("passes over answers that are not ours, and takes the one that is", async () => {
    const good = answer({ answers: [{ type: "A", name: "shop.test", ttl: 1, data: "192.0.2.1" }] });
    const evil = answer({ answers: [{ type: "A", name: "shop.test", ttl: 1, data: "203.0.113.66" }] });
    server.set("shop.test", {
      reply: (given) => [
        evil({ ...given, id: given.id ^ 1 }),
        evil({ ...given, name: "evil.test" }),
        Buffer.from("x"),
        good(given),
      ],
    });

    expect((await ask({ expect: { values: ["192.0.2.1"] } })).verdict).toBe("up");
  });

  it("F02 ends at the deadline with dns_timeout when the server is silent", async () => {
    server.set("shop.test", { drop: true });

    const run = startNetworkRun(dns, server.address, { name: "shop.test" });
    await expect.poll(() => server.queries.length).toBe(1);
    run.cancel();
    const { result } = await run.outcome;

    expect(reasonsOf(result)).toEqual(["down dns_timeout"]);
    expect(sampleOf(result, "probe_dns_query_succeeded")).toBe(0);
  });

  it.each(["udp", "tcp", "tls", "https"])("F11 reports refused over %s when nobody listens", async (transport) => {
    expect(reasonsOf(await ask({ transport }, "127.0.0.1:1"))).toEqual(["down refused"]);
  });

  it("grades a slow answer", async () => {
    server.set("shop.test", { a: ["192.0.2.1"] });

    expect(reasonsOf(await ask({ expect: { slower_than: { warning: "0s" } } }))).toEqual(["flaw slow"]);
  });
});

describe("probes/dns and serials", () => {
  it("shows the serial, and tells when it goes back", async () => {
    server.set("shop.test", { reply: answer({ answers: [soa(2026112601)] }) });

    const first = await ask({ type: "SOA" });
    const back = await ask({ type: "SOA" }, server.address, { serial: 2026112602 });
    const wrapped = await ask({ type: "SOA" }, server.address, { serial: 4294967290 - 100 });

    expect([sampleOf(first, "probe_dns_serial"), first.memory]).toEqual([2026112601, { serial: 2026112601 }]);
    expect([first, back, wrapped].map(reasonsOf)).toEqual([[], ["flaw changed"], []]);
  });

  it("compares servers by their serials, within the lag that is allowed", async () => {
    const second = await DnsServer.start();
    closing.push(() => void second.close());
    server.set("shop.test", { reply: answer({ answers: [soa(10)] }) });
    second.set("shop.test", { reply: answer({ answers: [soa(8)] }) });
    const options = { type: "SOA", same_as: [second.address] };

    const differing = await ask(options);

    expect(reasonsOf(differing)).toEqual(["flaw content_mismatch"]);
    expect(differing.headline?.detail).toBe(`${second.address} has the serial 8 (not 10), unlike ${server.address}`);
    expect(reasonsOf(await ask({ ...options, serial_lag: 2 }))).toEqual([]);
  });

  it("compares answers without order and TTL, and tells of a server that does not answer", async () => {
    const second = await DnsServer.start();
    closing.push(() => void second.close());
    server.set("shop.test", { a: ["192.0.2.1", "192.0.2.2"], ttl: 10 });
    second.set("shop.test", { a: ["192.0.2.2", "192.0.2.1"], ttl: 300 });

    expect(reasonsOf(await ask({ same_as: [second.address] }))).toEqual([]);
    second.set("shop.test", { a: ["192.0.2.9"] });
    expect(reasonsOf(await ask({ same_as: [second.address, "127.0.0.1:1"] }))).toEqual([
      "flaw content_mismatch",
      "flaw content_mismatch",
    ]);
  });
});

describe("probes/dns over TLS and HTTPS", () => {
  const good = answer({ answers: [{ type: "A", name: "shop.test", ttl: 1, data: "192.0.2.1" }] });

  /** TLS in front of the plain server. */
  async function serveTls(identity: keyof typeof identities = "good"): Promise<string> {
    server.set("shop.test", { a: ["192.0.2.1"] });
    const [, port] = server.address.split(":");
    const front = createTlsServer(identities[identity], (socket) => {
      const back = connect(Number(port), "127.0.0.1");
      socket
        .on("error", () => back.destroy())
        .pipe(back)
        .on("error", () => socket.destroy())
        .pipe(socket);
    });
    front.on("tlsClientError", () => {}).listen(0, "127.0.0.1");
    await once(front, "listening");
    closing.push(() => front.close());
    return `127.0.0.1:${(front.address() as AddressInfo).port}`;
  }

  async function serveHttps(handle: RequestListener): Promise<string> {
    const front = createHttpsServer(identities.good, handle).listen(0, "127.0.0.1");
    await once(front, "listening");
    closing.push(() => {
      front.closeAllConnections();
      front.close();
    });
    return `127.0.0.1:${(front.address() as AddressInfo).port}`;
  }

  it("asks over TLS, and shows the certificate", async () => {
    const result = await ask({ transport: "tls", ...trusted }, await serveTls());

    expect([result.verdict, result.headline?.detail]).toEqual(["up", undefined]);
    expect(sampleOf(result, "probe_ssl_earliest_cert_expiry")).toBeGreaterThan(0);
  });

  it("F40 reports an expired certificate as what it is", async () => {
    expect(reasonsOf(await ask({ transport: "tls", ...trusted }, await serveTls("expired")))).toEqual([
      "down tls_expired",
    ]);
  });

  it("asks over HTTPS", async () => {
    const asked: (string | undefined)[] = [];
    const address = await serveHttps((request, response) => {
      const url = new URL(request.url ?? "", "https://x");
      const decoded = packet.decode(Buffer.from(url.searchParams.get("dns") ?? "", "base64url"));
      asked.push(url.pathname, request.headers.accept, String(decoded.id), decoded.questions?.[0]?.name);
      response
        .setHeader("content-type", "application/dns-message")
        .end(
          good({ id: 0, name: "shop.test", type: 1, transport: "tcp", raw: Buffer.alloc(0), message: Buffer.alloc(0) }),
        );
    });

    const result = await ask({ transport: "https", path: "/q", ...trusted }, address);

    expect([result.verdict, result.headline?.detail]).toEqual(["up", undefined]);
    expect(asked).toEqual(["/q", "application/dns-message", "0", "shop.test"]);
    expect(sampleOf(result, "probe_tls_version_info", { version: "TLS 1.3" })).toBe(1);
  });

  it.each<readonly [string, RequestListener, string]>([
    ["a status", (_, response) => void response.writeHead(503).end(), "down status"],
    ["a web page", (_, response) => void response.end("<html>"), "down dns_malformed"],
  ])("reports %s in place of a message", async (_, handle, reason) => {
    expect(reasonsOf(await ask({ transport: "https", ...trusted }, await serveHttps(handle)))).toEqual([reason]);
  });
});

describe("probes/dns options", () => {
  it.each([
    [{ name: "a..b" }, "no DNS name"],
    [{ name: "shop.test", type: "AXFR" }, "type"],
    [{ name: "shop.test", path: "/q" }, "only DNS over HTTPS"],
    [{ name: "shop.test", tls: {} }, "says nothing without TLS"],
    [{ name: "shop.test", expect: { answer: { all_match: ["("] } } }, "no RE2 pattern"],
  ])("refuses %j", (options, message) => {
    expect(JSON.stringify(dns.options.safeParse(options).error?.issues)).toContain(message);
  });

  it.each([
    ["例子.中国", "xn--fsqu00a.xn--fiqs8s"],
    ["_dmarc.example.com.", "_dmarc.example.com."],
    [".", "."],
  ])("asks for %s as %s", (name, ascii) => {
    expect(dns.options.parse({ name })).toMatchObject({ name: ascii });
  });
});
