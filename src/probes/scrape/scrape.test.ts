import { X509Certificate } from "node:crypto";
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { identities, rootPath } from "../../../test/support/samples/certificates.ts";
import { serveEdges } from "../../../test/support/servers/edge-servers.ts";
import { reasonsOf, sampleOf, startNetworkRun } from "../../../test/support/worlds/http-run.ts";
import { scrape } from "./scrape.ts";

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

async function run(answer: Answer | string | Buffer, options: Readonly<Record<string, unknown>> = {}) {
  const server = createServer((request, response) => {
    if (typeof answer === "function") answer(request, response);
    else response.end(answer);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const { result } = await startNetworkRun(scrape, `http://127.0.0.1:${port}/metrics`, options).outcome;
  return result;
}

describe("probes/scrape", () => {
  it.each([
    ["http://db-1:9100/metrics", "db-1:9100"],
    ["https://user-agent.example.com/metrics?name[]=a", "user-agent.example.com"],
    ["http://[::1]:9100/metrics", "[::1]:9100"],
    ["http://shop:8080/actuator/prometheus?x=1", "http://shop:8080/actuator/prometheus"],
  ])("shows %s as %s, which is the instance of its series and alerts", (address, instance) => {
    expect(scrape.locate(address).display).toBe(instance);
  });

  it("asks for text before OpenMetrics and for gzip, and unpacks it", async () => {
    let asked: IncomingMessage["headers"] = {};

    const result = await run((request, response) => {
      asked = request.headers;
      response.setHeader("content-encoding", "gzip").end(gzipSync('jobs{queue="mail"} 7\n'));
    });

    expect(asked.accept).toMatch(/^text\/plain;version=0\.0\.4,application\/openmetrics-text;version=1\.0\.0/);
    expect(asked["accept-encoding"]).toBe("gzip");
    expect(result.verdict).toBe("up");
    expect(sampleOf(result, "jobs", { queue: "mail" })).toBe(7);
    expect(sampleOf(result, "probe_scrape_samples")).toBe(1);
  });

  it("shows the certificate of an https target, also when it is refused, and not what the exporter says of others", async () => {
    const body = "probe_ssl_earliest_cert_expiry 5\njobs 7\n";
    const handle: RequestListener = (_request, response) => void response.end(body);
    const [good, expired] = [identities.good, identities.expired].map((identity) => ({
      address: "127.0.0.1",
      identity,
      handle,
    }));
    const results = [];
    for (const edge of [good, expired]) {
      const edges = await serveEdges(edge === undefined ? [] : [edge]);
      closing.push(() => void edges.close());
      const tls = { ca: rootPath, server_name: "shop.test" };
      const target = `https://127.0.0.1:${edges.port}/metrics`;
      results.push((await startNetworkRun(scrape, target, { tls }).outcome).result);
    }
    const plain = await run(body);

    const endOf = ({ cert }: typeof identities.good): number => Date.parse(new X509Certificate(cert).validTo) / 1000;
    const [up, refused] = results;
    expect(results.map(({ verdict, headline }) => [verdict, headline?.reason])).toEqual([
      ["up", undefined],
      ["down", "tls_expired"],
    ]);
    const ends = up?.samples.filter(({ metric }) => metric === "probe_ssl_earliest_cert_expiry") ?? [];
    expect(ends).toHaveLength(1);
    expect(ends[0]?.value).toBeGreaterThan(5);
    expect(up && sampleOf(up, "jobs")).toBe(7);
    expect(refused && sampleOf(refused, "probe_ssl_earliest_cert_expiry")).toBe(endOf(identities.expired));
    expect(sampleOf(plain, "probe_ssl_earliest_cert_expiry")).toBe(5);
  });

  it("takes the series that are named, and marks those that history keeps", async () => {
    const result = await run('node_load1 1\nnode_load5 2\njobs{queue="mail"} 3\njobs{queue="sms"} 4\n', {
      series: ["node_*", 'jobs{queue=~"m.*"}'],
      history: ["node_load5"],
    });

    const taken = result.samples.filter(({ metric }) => !metric.startsWith("probe_"));
    expect(taken.map(({ metric, value, isKept }) => [metric, value, isKept])).toEqual([
      ["node_load1", 1, undefined],
      ["node_load5", 2, true],
      ["jobs", 3, undefined],
    ]);
  });

  it("judges series by their limits, taken or not, and misses them", async () => {
    const result = await run('depth{q="a"} 5\ndepth{q="b"} 50\ndepth{q="c"} NaN\nalive 0\n', {
      series: ["other"],
      thresholds: {
        depth: { series: ["depth"], above: { warning: 1, critical: 10 } },
        alive: { title: "the worker", series: ["alive"], below: { down: 1 } },
        gone: { series: ["gone_*"], above: { warning: 1 }, missing: "critical" },
        quiet: { series: ["gone_*"], above: { warning: 1 }, missing: "ignore" },
      },
    });

    expect(result.verdict).toBe("down");
    expect(
      result.findings.map((finding) => [finding.is, finding.is === "flaw" && finding.severity, finding.detail]),
    ).toEqual([
      ["flaw", "critical", 'depth: depth{q="b"} is 50, above 10'],
      ["flaw", "warning", 'depth: depth{q="a"} is 5, above 1'],
      ["down", false, "the worker: alive is 0, below 1"],
      ["flaw", "critical", "gone: there is no series gone_*"],
    ]);
    expect(result.samples.some(({ metric }) => metric === "depth")).toBe(false);
  });

  it.each<readonly [string, Answer, string]>([
    ["a status", (_, response) => response.writeHead(503).end("a 1\n"), "down status"],
    [
      "a page",
      (_, response) => response.setHeader("content-type", "text/html").end("<p>hi</p>"),
      "down content_mismatch",
    ],
    ["no metrics", (_, response) => response.end("it works!\n"), "down content_mismatch"],
    [
      "OpenMetrics without end",
      (_, response) => response.setHeader("content-type", "application/openmetrics-text; version=1.0.0").end("a 1\n"),
      "down truncated",
    ],
    [
      "bad UTF-8",
      (_, response) => response.end(Buffer.from([0x61, 0x7b, 0x78, 0x3d, 0x22, 0xff, 0x22, 0x7d, 0x20, 0x31])),
      "",
    ],
    ["a bad line", (_, response) => response.end("a 1\nb{ 2\n"), "flaw content_mismatch"],
    ["a series twice", (_, response) => response.end("a 1\na 2\n"), "flaw content_mismatch"],
  ])("of %s makes what it is", async (_, answer, reasons) => {
    const result = await run(answer);

    expect(reasonsOf(result).join()).toBe(reasons);
  });

  it("takes what came before its limits from an endless exporter", async () => {
    const result = await run(
      (_, response) => {
        const write = (): void => {
          while (!response.destroyed && response.write("x".repeat(60_000)));
        };
        response.on("drain", write);
        response.write("good 1\nhalf 12");
        write();
      },
      { body_limit: "64KiB", compression: "none" },
    );

    expect(reasonsOf(result)).toEqual(["flaw body_too_large"]);
    expect([sampleOf(result, "good"), sampleOf(result, "half")]).toEqual([1, undefined]);
  });

  it("is a flaw beyond max_series", async () => {
    const result = await run("a 1\nb 1\nc 1\n", { max_series: 2 });

    expect(reasonsOf(result)).toEqual(["flaw body_too_large"]);
    expect(sampleOf(result, "probe_scrape_samples_dropped", { reason: "budget" })).toBe(1);
  });

  it("lets no scraped series take the place of its own", async () => {
    const result = await run("probe_success 0\nprobe_http_status_code 500\n");

    expect(
      result.samples.filter(({ metric }) => metric === "probe_http_status_code").map(({ value }) => value),
    ).toEqual([200]);
    expect(sampleOf(result, "probe_success")).toBeUndefined();
  });

  it.each([[""], ["a b"], ["1a"], ["a{"], ['a{x=~"("}']])("refuses the selector %j", (selector) => {
    expect(scrape.options.safeParse({ series: [selector] }).success).toBe(false);
  });
});
