import type { RequestListener } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { composeMessage, plainTextOf } from "../../src/core/message/message.ts";
import { identities, rootPath } from "../support/samples/certificates.ts";
import { png } from "../support/samples/sample-images.ts";
import { checksOf, StoryRuns } from "../support/samples/story-checks.ts";
import { DnsServer } from "../support/servers/dns-server.ts";
import { type EdgeServer, type Edges, serveEdges } from "../support/servers/edge-servers.ts";
import { AlertingWorld, alertingConfigOf, receiverOf } from "../support/worlds/alerting-world.ts";
import { sampleOf } from "../support/worlds/http-run.ts";

const hourMs = 3_600_000;
const telecom = "202.96.209.0/24";
const unicom = "210.22.70.0/24";
/** Twelve edges that got the new certificate and two, both for clients of 联通, that did not. */
const addresses = Array.from({ length: 14 }, (_, index) => `127.0.0.${index + 11}`);
const forgotten = ["127.0.0.23", "127.0.0.24"];

const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

const shop: RequestListener = (request, response) => {
  const isImage = request.url === "/logo.png";
  response.setHeader("content-type", isImage ? "image/png" : "text/html; charset=utf-8");
  response.end(isImage ? png() : '<h1>商城</h1><img src="/logo.png">');
};

const edgeOf = (address: string, identity: EdgeServer["identity"]): EdgeServer => ({
  address,
  ...(identity && { identity }),
  handle: shop,
});

/** Two name servers, each with its own part of the answer for each provider. */
async function nameServers(): Promise<readonly DnsServer[]> {
  const shares: readonly Readonly<Record<string, readonly string[]>>[] = [
    { [telecom]: addresses.slice(0, 4), [unicom]: addresses.slice(8, 12) },
    { [telecom]: addresses.slice(4, 8), [unicom]: forgotten },
  ];
  const servers = await Promise.all(shares.map(() => DnsServer.start()));
  for (const [index, server] of servers.entries()) {
    closing.push(() => server.close());
    server.set("shop.test", { aFor: (subnet = "") => shares[index]?.[subnet] ?? [] });
  }
  return servers;
}

type Stage = Readonly<{ world: AlertingWorld; runs: StoryRuns; edges: Edges }>;

async function stage(): Promise<Stage> {
  const edges = await serveEdges(
    addresses.map((address) => edgeOf(address, forgotten.includes(address) ? identities.previous : identities.good)),
  );
  closing.push(() => edges.close());
  const resolvers = (await nameServers()).map(({ address }) => address);
  const { checks, services } = await checksOf(`
services: { shop: { title: 商城, owner: web } }
templates:
  cdn:
    service: shop
    tls: { ca: ${rootPath} }
    edges: { resolvers: [${resolvers.map((each) => `"${each}"`).join(", ")}], providers: [telecom, unicom], subnets: { telecom: [${telecom}], unicom: [${unicom}] } }
checks:
  page:     { probe: http, use: [cdn], title: 首页, target: "https://shop.test:${edges.port}/", certificate: { expiry: "off" }, expect: { contains: [商城] } }
  pictures: { probe: images, use: [cdn], title: 图片, target: "https://shop.test:${edges.port}/" }
  cert:     { probe: certificate, use: [cdn], title: 证书, target: "shop.test:${edges.port}" }`);
  const route = {
    receiver: "ops-chat",
    group_by: ["alertname", "reason"],
    group_wait: "0s",
    group_interval: "1m",
    repeat_interval: "90d",
  };
  const config = alertingConfigOf([...checks.values()], { services, route }, { "ops-chat": receiverOf(true) });
  const world = new AlertingWorld({ ...config, locale: "zh" });
  return { world, edges, runs: new StoryRuns(world, checks) };
}

/** Moves on to a time of Shanghai: `12-01 10:00`. */
function clock({ world }: Stage, time: string): void {
  const atMs = Date.parse(`2099-${time.replace(" ", "T")}:00+08:00`);
  if (world.outbox.length === 0 && world.decisions.length === 0) world.nowMs = Math.max(world.nowMs, atMs);
  world.advance(atMs - world.nowMs);
}

/** What people receive, as plain lines without links; the port is the test's own. */
function received({ world }: Stage): readonly string[] {
  return world.outbox.map(({ notification }) =>
    plainTextOf({ ...composeMessage(notification), links: [] }).replace(/:\d{4,5}\n/, "\n"),
  );
}

describe("stories/1 certificate expired on one CDN edge", () => {
  it("is looked at by every address of several resolvers and providers, in http, images and certificate alike", async () => {
    const scene = await stage();
    clock(scene, "12-01 10:00");

    for (const check of ["page", "pictures", "cert"]) {
      const result = await scene.runs.run(check);
      expect(result.findings).toEqual([]);
      expect(sampleOf(result, "probe_edges", { state: "good" })).toBe(14);
      for (const address of addresses) {
        const provider = addresses.indexOf(address) < 8 ? "telecom" : "unicom";
        expect(sampleOf(result, "probe_edge_success", { address, provider })).toBe(1);
        expect(sampleOf(result, "probe_edge_differs", { address, provider })).toBe(forgotten.includes(address) ? 1 : 0);
      }
    }
    expect(new Set(scene.edges.requests.map(({ address }) => address))).toEqual(new Set(addresses));
    expect(new Set(scene.edges.requests.map(({ serverName }) => serverName))).toEqual(new Set(["shop.test"]));
    expect(new Set(scene.edges.requests.map(({ host }) => host))).toEqual(new Set([`shop.test:${scene.edges.port}`]));
  });

  it("warns that two edges differ long before anything expires, tells six days' rest as a finding and not as an outage, names the edges that expire, and tells the end", async () => {
    const scene = await stage();
    const { world, runs, edges } = scene;
    clock(scene, "12-01 10:00");
    await runs.confirm("cert");
    clock(scene, "12-01 10:59");
    await runs.confirm("cert");
    expect(received(scene)).toEqual([]);

    clock(scene, "12-01 11:00");
    await runs.confirm("cert");
    clock(scene, "12-01 11:01");
    const differs = received(scene);
    clock(scene, "12-26 08:00");
    const sixDays = await runs.confirm("cert");
    world.advance(hourMs);
    const expiring = received(scene).slice(differs.length);
    for (const address of forgotten) await edges.replace(edgeOf(address, identities.expired));
    const expired = await runs.confirm("cert");
    world.advance(hourMs);
    const failing = received(scene).slice(differs.length + expiring.length);
    for (const address of forgotten) await edges.replace(edgeOf(address, identities.good));
    const renewed = await runs.confirm("cert");
    world.advance(hourMs);
    const over = received(scene).slice(differs.length + expiring.length + failing.length);

    const both = "127.0.0.23 (China Unicom 联通), 127.0.0.24 (China Unicom 联通)";
    const another = `14 个节点中有 2 个的证书与多数不同,已超过 1h:${both}: CN=shop.test until 2100-01-01, not CN=shop.test until 2120-01-01`;
    const rest = `14 个节点中有 2 个:${both}: certificate "CN=shop.test" expires in 6.0 days (2100-01-01)`;
    const fail = `14 个节点中有 2 个异常:${both}: tls_expired, certificate "CN=shop.test" expired 2020-04-01 08:00`;
    expect(differs).toEqual([`警告 商城 证书 2/14 个节点不一致\n${another}\nshop.test\n11:00 起`]);
    expect([sixDays.verdict, sixDays.findings.map(({ is }) => is)]).toEqual(["up", ["flaw", "flaw"]]);
    expect(expiring).toEqual([`严重 商城 证书 还剩 6 天\n${rest}\nshop.test\n08:00 起`]);
    expect(expired.verdict).toBe("up");
    // That the certificate expires soon is not over because it has expired.
    expect(failing).toEqual([`严重 商城 证书 2/14 个节点异常\n${fail}\nshop.test\n09:00 起`]);
    expect(over.map((text) => text.split("\n")[0])).toEqual([
      "已恢复 商城 证书(历时 24 天 23 小时)",
      "已恢复 商城 证书(历时 2 小时)",
      "已恢复 商城 证书(历时 1 小时)",
    ]);
    expect(renewed.findings).toEqual([]);
    const kinds = world.outbox.flatMap(({ notification }) =>
      notification.alerts.map(({ labels }) => labels["alertname"]),
    );
    expect(new Set(kinds)).toEqual(new Set(["CheckFlaw"]));
  });

  it("keeps the hour that an edge has differed through a restart, and explains the warning", async () => {
    const scene = await stage();
    const { world, runs } = scene;
    clock(scene, "12-01 10:00");
    await runs.confirm("cert");
    clock(scene, "12-01 10:30");
    world.restart();
    clock(scene, "12-01 11:00");
    await runs.confirm("cert");
    world.advance(60_000);

    expect(received(scene)).toHaveLength(1);
    expect(world.decisions.map(({ outcome, because }) => `${outcome}: ${because}`)).toContainEqual(
      expect.stringContaining('2 runs in a row found the flaw "content_mismatch"'),
    );
  });
});
