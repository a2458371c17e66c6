import type { RequestListener } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { PatientDeadlines } from "../../../test/support/fakes/patient-deadlines.ts";
import { identities, rootPath } from "../../../test/support/samples/certificates.ts";
import { png } from "../../../test/support/samples/sample-images.ts";
import {
  closeEdges,
  details,
  edgesAt,
  fine,
  good,
  names,
  run,
  telecom,
} from "../../../test/support/worlds/edge-world.ts";
import { reasonsOf, sampleOf } from "../../../test/support/worlds/http-run.ts";
import { certificate } from "../../probes/certificate/certificate.ts";
import { http } from "../../probes/http/http.ts";
import { images } from "../../probes/images/images.ts";
import type { Result } from "../checks/result.ts";
import type { Json } from "../json.ts";

const broken: RequestListener = (_request, response) => void response.writeHead(502).end();
const tls = { ca: rootPath };
const at = (address: string, provider = ""): Readonly<Record<string, string>> => ({ address, provider });

afterEach(closeEdges);

describe("core/edges", () => {
  it("looks at every address under the name's own SNI and Host, and says which one is wrong", async () => {
    const dns = await names();
    dns.set("shop.test", { a: ["127.0.0.2", "127.0.0.3", "127.0.0.4"] });
    const edges = await edgesAt([good("127.0.0.2"), good("127.0.0.3", broken), good("127.0.0.4")]);

    const result = await run(http, `https://shop.test:${edges.port}/a`, { tls, edges: { resolvers: [dns.address] } });

    expect(edges.requests.toSorted((a, b) => a.address.localeCompare(b.address))).toEqual(
      ["127.0.0.2", "127.0.0.3", "127.0.0.4"].map((address) => {
        return { address, host: `shop.test:${edges.port}`, path: "/a", serverName: "shop.test" };
      }),
    );
    expect(result.verdict).toBe("up");
    expect(reasonsOf(result)).toEqual(["flaw partial"]);
    expect(result.findings).toMatchObject([{ severity: "critical" }]);
    expect(details(result)).toEqual([
      "1 of 3 addresses fail: 127.0.0.3: status, status 502 Bad Gateway, expected 200-299",
    ]);
    expect(sampleOf(result, "probe_edge_success", at("127.0.0.2"))).toBe(1);
    expect(sampleOf(result, "probe_edge_success", at("127.0.0.3"))).toBe(0);
    expect(sampleOf(result, "probe_edges", { state: "failed" })).toBe(1);
    expect(sampleOf(result, "probe_edges", { state: "good" })).toBe(2);
    expect(sampleOf(result, "probe_edge_certificate_expiry_timestamp_seconds", at("127.0.0.4"))).toBe(
      Date.UTC(2120, 0, 1) / 1000,
    );
    expect(sampleOf(result, "probe_http_status_code")).toBe(200);
    expect(result.evidence).toMatchObject({
      edges: [{ address: "127.0.0.3", state: "failed", reason: "status", status: "502" }, {}, {}],
      at: { address: "127.0.0.3", evidence: { status_line: "HTTP/1.1 502 Bad Gateway" } },
    });
  });

  it("asks on behalf of clients, and names the provider whose clients are sent to the wrong one", async () => {
    const dns = await names();
    dns.set("shop.test", {
      aFor: (subnet) =>
        subnet === telecom ? ["127.0.0.7"] : subnet === "198.51.100.0/24" ? ["127.0.0.8"] : ["127.0.0.9"],
    });
    const edges = await edgesAt([
      { address: "127.0.0.7", identity: identities.expired, handle: fine },
      good("127.0.0.8"),
      good("127.0.0.9"),
    ]);
    const options = {
      resolvers: [dns.address],
      providers: ["telecom", "unicom"],
      subnets: { telecom: [telecom], office: ["198.51.100.0/24"] },
    };

    const result = await run(certificate, `shop.test:${edges.port}`, { tls, edges: options });

    expect(reasonsOf(result)).toEqual(["flaw partial"]);
    expect(details(result)[0]).toMatch(/^1 of 3 addresses fail: 127\.0\.0\.7 \(China Telecom 电信\): tls_expired, /);
    expect(sampleOf(result, "probe_edge_success", at("127.0.0.7", "telecom"))).toBe(0);
    expect(sampleOf(result, "probe_edge_success", at("127.0.0.8", "office"))).toBe(1);
    expect(sampleOf(result, "probe_edge_success", at("127.0.0.9", "unicom"))).toBe(1);
    expect(dns.queries.filter((query) => query === "shop.test A udp")).toHaveLength(6);
  });

  it("is down with the reason of the addresses when half of them fail, or as many as the check says", async () => {
    const dns = await names();
    dns.set("shop.test", { a: ["127.0.0.2", "127.0.0.3", "127.0.0.4"] });
    const edges = await edgesAt([good("127.0.0.2"), good("127.0.0.3", broken), good("127.0.0.4")]);
    const target = `https://shop.test:${edges.port}/`;
    const withEdges = (more: Readonly<Record<string, unknown>>) => ({
      tls,
      edges: { resolvers: [dns.address], ...more },
    });

    const byCount = await run(http, target, withEdges({ down_when: { count: 1 } }));
    await edges.replace(good("127.0.0.4", broken));
    const byShare = await run(http, target, withEdges({}));
    const never = await run(http, target, withEdges({ down_when: {}, severity: "warning" }));
    await edges.replace(good("127.0.0.2", broken));
    const all = await run(http, target, withEdges({ down_when: {} }));

    expect(details(byCount)).toEqual(["1 of 3 addresses: 127.0.0.3: status 502 Bad Gateway, expected 200-299"]);
    expect(reasonsOf(byShare)).toEqual(["down status"]);
    expect(details(byShare)).toEqual([
      "2 of 3 addresses: 127.0.0.3, 127.0.0.4: status 502 Bad Gateway, expected 200-299",
    ]);
    expect(never.findings).toMatchObject([{ is: "flaw", severity: "warning", reason: "partial" }]);
    expect(reasonsOf(all)).toEqual(["down status"]);
    expect(details(all)[0]).toMatch(/^all 3 addresses: /);
  });

  it("warns of an address that has differed from the majority for an hour, across runs that do not see it", async () => {
    const dns = await names();
    const addresses = ["127.0.0.2", "127.0.0.3", "127.0.0.4"];
    dns.set("shop.test", { a: addresses });
    const edges = await edgesAt([
      good("127.0.0.2"),
      { address: "127.0.0.3", identity: identities.previous, handle: fine },
      good("127.0.0.4"),
    ]);
    const startMs = Date.UTC(2026, 10, 23, 2);
    const look = (minutes: number, memory?: Json): Promise<Result> =>
      run(
        certificate,
        `shop.test:${edges.port}`,
        { tls, edges: { resolvers: [dns.address] } },
        { startedAtMs: startMs + minutes * 60_000, memory },
      );

    const first = await look(0);
    dns.set("shop.test", { a: ["127.0.0.2", "127.0.0.4"] });
    const without = await look(30, first.memory);
    dns.set("shop.test", { a: addresses });
    const before = await look(59, without.memory);
    const after = await look(60, before.memory);
    await edges.replace(good("127.0.0.3"));
    const renewed = await look(61, after.memory);

    expect([first, without, before].map(reasonsOf)).toEqual([[], [], []]);
    expect(sampleOf(first, "probe_edge_differs", at("127.0.0.3"))).toBe(1);
    expect(after.findings).toEqual([
      {
        is: "flaw",
        severity: "warning",
        reason: "content_mismatch",
        detail:
          "1 of 3 addresses present another certificate than the majority for 1h or longer: 127.0.0.3: CN=shop.test until 2100-01-01, not CN=shop.test until 2120-01-01",
      },
    ]);
    expect(renewed.findings).toEqual([]);
    expect(renewed.memory).toBeUndefined();
  });

  it("sees an edge that serves another image, and the images of a host of its own", async () => {
    const dns = await names();
    dns.set("img.shop.test", { a: ["127.0.0.2", "127.0.0.3", "127.0.0.4"] });
    const cdn =
      (size: number): RequestListener =>
      (_request, response) =>
        void response.setHeader("content-type", "image/png").end(Buffer.concat([png(), Buffer.alloc(size)]));
    const edges = await edgesAt([
      { address: "127.0.0.2", handle: cdn(0) },
      { address: "127.0.0.3", handle: cdn(7) },
      { address: "127.0.0.4", handle: cdn(0) },
    ]);
    const shop = await edgesAt([
      {
        address: "127.0.0.1",
        handle: (_request, response) =>
          void response
            .setHeader("content-type", "text/html")
            .end(`<img src="http://img.shop.test:${edges.port}/a.png?v=1">`),
      },
    ]);
    const options = { edges: { host: "img.shop.test", resolvers: [dns.address], differs_for: "0s" } };

    const result = await run(images, `http://www.shop.test:${shop.port}/`, options);

    expect(edges.requests.map(({ address }) => address).sort()).toEqual(["127.0.0.2", "127.0.0.3", "127.0.0.4"]);
    expect(reasonsOf(result)).toEqual(["flaw content_mismatch"]);
    expect(details(result)[0]).toMatch(
      new RegExp(
        `^1 of 3 addresses serve another image than the majority: 127\\.0\\.0\\.3 http://img\\.shop\\.test:${edges.port}/a\\.png: \\d+ bytes, not \\d+ bytes$`,
      ),
    );
    expect(sampleOf(result, "probe_images", { state: "good" })).toBe(1);
  });

  it("gives a silent address its own time, and judges the others", async () => {
    const dns = await names();
    dns.set("shop.test", { a: ["127.0.0.2", "127.0.0.3", "127.0.0.4"] });
    const deadlines = new PatientDeadlines();
    const silent: RequestListener = () => deadlines.silence();
    const edges = await edgesAt([good("127.0.0.2"), good("127.0.0.3", silent), good("127.0.0.4")]);
    const options = { tls, edges: { resolvers: [dns.address] } };

    const result = await run(http, `https://shop.test:${edges.port}/`, options, { ports: { deadlines } });

    expect(reasonsOf(result)).toEqual(["flaw partial"]);
    expect(details(result)[0]).toMatch(/^1 of 3 addresses fail: 127\.0\.0\.3: ttfb_timeout, /);
  });

  it("looks at no more addresses than allowed, some of each answer", async () => {
    const dns = await names();
    dns.set("shop.test", {
      aFor: (subnet) => (subnet === telecom ? ["127.0.0.2", "127.0.0.3", "127.0.0.4"] : ["127.0.0.5"]),
    });
    const edges = await edgesAt([good("127.0.0.2"), good("127.0.0.5")]);
    const options = { resolvers: [dns.address], subnets: { a: [telecom], b: ["198.51.100.0/24"] }, max_addresses: 2 };

    const result = await run(certificate, `shop.test:${edges.port}`, { tls, edges: options });

    expect(result.findings).toEqual([]);
    expect(sampleOf(result, "probe_edges", { state: "good" })).toBe(2);
    expect(sampleOf(result, "probe_edges", { state: "skipped" })).toBe(2);
  });

  it("takes what this machine is given when no name server is named", async () => {
    const edges = await edgesAt([good("127.0.0.1")]);

    const result = await run(http, `https://shop.test:${edges.port}/`, { tls, edges: {} });

    expect(result.findings).toEqual([]);
    expect(sampleOf(result, "probe_edge_success", at("127.0.0.1"))).toBe(1);
  });
});
