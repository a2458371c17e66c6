import { afterEach, describe, expect, it } from "vitest";
import { PatientDeadlines } from "../../../test/support/fakes/patient-deadlines.ts";
import { rootPath } from "../../../test/support/samples/certificates.ts";
import { closeEdges, details, edgesAt, good, names, run, telecom } from "../../../test/support/worlds/edge-world.ts";
import { reasonsOf, sampleOf } from "../../../test/support/worlds/http-run.ts";
import { certificate } from "../../probes/certificate/certificate.ts";
import { http } from "../../probes/http/http.ts";
import { images } from "../../probes/images/images.ts";

const tls = { ca: rootPath };

afterEach(closeEdges);

describe("core/edges, whose name servers fail", () => {
  it.each([
    ["a name that does not exist", {}, "down dns_nxdomain"],
    ["a name without addresses", { a: [] }, "down dns_nodata"],
    ["a server that fails", { rcode: 2 as const }, "down dns_servfail"],
    ["a broken answer", { malformed: true }, "unknown resolver"],
  ])("says of %s why there is no address", async (name, behaviour, reason) => {
    const dns = await names();
    if (name !== "a name that does not exist") dns.set("shop.test", behaviour);

    const result = await run(certificate, "shop.test", { edges: { resolvers: [dns.address] } });

    expect(reasonsOf(result)).toEqual([reason]);
  });

  it("does not know when no name server answers, each asked twice", async () => {
    const dns = await names();
    const deadlines = new PatientDeadlines();
    dns.set("shop.test", { aFor: () => deadlines.silence() });

    const options = { family: "4", edges: { resolvers: [dns.address] } };
    const result = await run(certificate, "shop.test", options, { ports: { deadlines } });

    expect(reasonsOf(result)).toEqual(["unknown resolver"]);
    expect(details(result)).toEqual([`no name server answers: ${dns.address}: no answer came in time`]);
    expect(dns.queries).toHaveLength(2);
  });

  it("names the server and the clients that an answer is owed for, and goes on with the others", async () => {
    const dns = await names();
    const deadlines = new PatientDeadlines();
    dns.set("shop.test", { aFor: (subnet) => (subnet === telecom ? deadlines.silence() : ["127.0.0.2"]) });
    const edges = await edgesAt([good("127.0.0.2")]);
    const options = { resolvers: [dns.address], subnets: { telecom: [telecom], b: ["198.51.100.0/24"] } };

    const result = await run(
      certificate,
      `shop.test:${edges.port}`,
      { tls, family: "4", edges: options },
      { ports: { deadlines } },
    );

    expect(result.findings).toMatchObject([{ is: "flaw", severity: "warning", reason: "partial" }]);
    expect(details(result)[0]).toMatch(
      new RegExp(`^1 of 2 questions for addresses were not answered: ${dns.address} for China Telecom 电信: `),
    );
    expect(sampleOf(result, "probe_edges", { state: "good" })).toBe(1);
  });

  it("asks again over TCP when an answer is truncated", async () => {
    const dns = await names();
    dns.set("shop.test", { a: ["127.0.0.2", "127.0.0.3"], truncate: true });
    const edges = await edgesAt([good("127.0.0.2"), good("127.0.0.3")]);

    const result = await run(certificate, `shop.test:${edges.port}`, {
      tls,
      family: "4",
      edges: { resolvers: [dns.address] },
    });

    expect(result.findings).toEqual([]);
    expect(dns.queries).toEqual(["shop.test A udp", "shop.test A tcp"]);
  });

  it.each([
    [{ providers: ["telecom"] }, "providers and subnets need resolvers"],
    [{ resolvers: ["192.0.2.1"], providers: ["telekom"] }, '"telekom" is no known provider; did you mean telecom?'],
    [{ resolvers: ["192.0.2.1"], subnets: { a: ["198.51.100.0"] } }, "write a network with its length"],
    [{ host: "https://shop.test" }, "write a host name alone"],
    [{ compare: ["image"] }, "Invalid option"],
    [{ max_addresses: 100 }, "Too big"],
  ])("refuses %j with words that help", (edges, message) => {
    expect(JSON.stringify(http.options.safeParse({ edges }).error?.issues)).toContain(message.replaceAll('"', '\\"'));
  });

  it("excludes what would dial another way", () => {
    expect(http.options.safeParse({ edges: {}, connect_to: "192.0.2.1:443" }).success).toBe(false);
    expect(http.options.safeParse({ edges: {}, proxy: "http://p:1" }).success).toBe(false);
    expect(images.options.safeParse({ edges: {}, proxy: "http://p:1" }).success).toBe(false);
    expect(certificate.options.safeParse({ edges: {}, connect_to: "a" }).success).toBe(false);
    expect(certificate.options.safeParse({ edges: {}, from: "files", files: ["a"] }).success).toBe(false);
  });
});
