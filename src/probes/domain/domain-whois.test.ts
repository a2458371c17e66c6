import { afterEach, describe, expect, it } from "vitest";
import {
  answers,
  closeRegistries,
  iso,
  look,
  rdap,
  says,
  serveRdap,
  serveWhois,
  startLookUp,
} from "../../../test/support/servers/registries.ts";
import { reasonsOf, sampleOf } from "../../../test/support/worlds/http-run.ts";

afterEach(closeRegistries);

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

    const run = startLookUp({ whois_server: server, lookup: "whois" });
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
