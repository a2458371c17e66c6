import packet from "dns-packet";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { answer } from "../../../test/support/servers/dns-answers.ts";
import { DnsServer } from "../../../test/support/servers/dns-server.ts";
import { reasonsOf, sampleOf, startNetworkRun } from "../../../test/support/worlds/http-run.ts";
import type { Result } from "../../core/checks/result.ts";
import type { Json } from "../../core/json.ts";
import { dns } from "./dns.ts";

type Options = Readonly<Record<string, unknown>>;
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

  it.each([
    ["HTTPS", "UNKNOWN_65", "HTTPS"],
    ["TYPE65", "UNKNOWN_65", "HTTPS"],
    ["OPENPGPKEY", "UNKNOWN_61", "OPENPGPKEY"],
    ["TYPE65280", "UNKNOWN_65280", "TYPE65280"],
    ["CERT", "CERT", "CERT"],
    ["TYPE37", "CERT", "CERT"],
  ])("asks for %s, and shows what it cannot read as bytes", async (type, codecType, shown) => {
    const data = Buffer.from([0, 1, 0]);
    server.set("shop.test", { reply: answer({ answers: [{ type: codecType, name: "shop.test", ttl: 1, data }] }) });
    const expected = { values: ["\\# 3 000100"], answer: { all_match: [`\\tIN\\t${shown}\\t`] } };

    const result = await ask({ type, expect: expected });

    expect([result.verdict, result.headline?.detail]).toEqual(["up", undefined]);
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

describe("probes/dns options", () => {
  it.each([
    [{ name: "a..b" }, "no DNS name"],
    [{ name: "shop.test", type: "AXFR" }, "is no type of record"],
    [{ name: "shop.test", type: "TYPE252" }, "such as TYPE65280"],
    [{ name: "shop.test", type: "TYPE65536" }, "such as TYPE65280"],
    [{ name: "shop.test", type: "aaaa" }, 'did you mean \\"AAAA\\"'],
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
