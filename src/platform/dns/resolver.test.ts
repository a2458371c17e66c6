import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FakeClock } from "../../../test/support/fakes/fake-clock.ts";
import { DnsServer } from "../../../test/support/servers/dns-server.ts";
import type { IpFamily, Resolution, Resolver } from "../../core/ports/resolver.ts";
import { AddressCache } from "./address-cache.ts";
import { createResolver } from "./resolver.ts";

describe("platform/dns/resolver", () => {
  let server: DnsServer;
  let clock: FakeClock;
  let directory: string;
  let resolver: Resolver;

  beforeEach(async () => {
    server = await DnsServer.start();
    clock = new FakeClock();
    directory = mkdtempSync(join(tmpdir(), "watchfire-dns-"));
    resolver = open("", "");
  });

  afterEach(async () => {
    await server.close();
    rmSync(directory, { recursive: true });
  });

  function open(resolvConf: string, hosts: string, servers: readonly string[] = [server.address]): Resolver {
    const resolvConfFile = join(directory, "resolv.conf");
    const hostsFile = join(directory, "hosts");
    writeFileSync(resolvConfFile, resolvConf);
    writeFileSync(hostsFile, hosts);
    return createResolver({ clock, servers, resolvConfFile, hostsFile });
  }

  function resolve(name: string, family: IpFamily = "any"): Promise<Resolution> {
    return resolver.resolve(name, family, new AbortController().signal);
  }

  async function addressesOf(name: string, family: IpFamily = "any"): Promise<readonly string[]> {
    const resolution = await resolve(name, family);
    return resolution.ok ? resolution.addresses.map((found) => found.address) : [resolution.finding.reason];
  }

  it("gives the addresses of both families, IPv4 first", async () => {
    server.set("shop.test", { a: ["127.0.0.2", "127.0.0.3"], aaaa: ["::1"] });

    expect(await addressesOf("shop.test")).toEqual(["127.0.0.2", "127.0.0.3", "::1"]);
    expect(await addressesOf("shop.test", "6")).toEqual(["::1"]);
  });

  it("passes IP literals through without a query, in the wanted family only", async () => {
    expect(await addressesOf("192.0.2.1")).toEqual(["192.0.2.1"]);
    expect(await addressesOf("[2001:db8::1]", "6")).toEqual(["2001:db8::1"]);
    expect(await addressesOf("192.0.2.1", "6")).toEqual(["dns_nodata"]);
    expect(server.queries).toEqual([]);
  });

  it("F01 reports servfail, and unknown(resolver) once three unrelated names fail and none is answered", async () => {
    for (const name of ["a.one.test", "b.one.test", "two.test", "three.test"]) server.set(name, { rcode: 2 });
    server.set("good.test", { a: ["127.0.0.2"] });

    expect(await addressesOf("a.one.test", "4")).toEqual(["dns_servfail"]);
    expect(await addressesOf("b.one.test", "4")).toEqual(["dns_servfail"]);
    expect(await addressesOf("www.two.test", "4")).toEqual(["dns_nxdomain"]);
    expect(await addressesOf("a.one.test", "4")).toEqual(["dns_servfail"]);
    await clock.advance(6000);
    expect(await addressesOf("a.one.test", "4")).toEqual(["dns_servfail"]);
    expect(await addressesOf("two.test", "4")).toEqual(["dns_servfail"]);
    const third = await resolve("three.test", "4");
    expect(third).toMatchObject({ ok: false, finding: { is: "unknown", reason: "resolver", phase: "resolve" } });

    expect(await addressesOf("good.test", "4")).toEqual(["127.0.0.2"]);
    await clock.advance(6000);
    expect(await addressesOf("three.test", "4")).toEqual(["dns_servfail"]);
  });

  it("F01 asks the next server before it reports a failure", async () => {
    const healthy = await DnsServer.start();
    server.set("shop.test", { rcode: 2 });
    healthy.set("shop.test", { a: ["127.0.0.2"] });
    resolver = open("", "", [server.address, healthy.address]);

    expect(await addressesOf("shop.test", "4")).toEqual(["127.0.0.2"]);
    await healthy.close();
  });

  it("F02 ends a resolution that gets no answer after its budget, and shares the query meanwhile", async () => {
    server.set("silent.test", { drop: true });

    const first = resolve("silent.test", "4");
    const second = resolve("silent.test", "4");
    await clock.advance(5000);

    expect(await first).toMatchObject({ ok: false, finding: { is: "down", reason: "dns_timeout" } });
    expect(await second).toMatchObject({ ok: false, finding: { is: "down", reason: "dns_timeout" } });
    expect(server.queries.filter((query) => query.startsWith("silent.test A")).length).toBeLessThanOrEqual(1);
  });

  it("F02 ends the waiting at once when the signal aborts", async () => {
    server.set("silent.test", { drop: true });
    const cancel = new AbortController();

    const pending = resolver.resolve("silent.test", "any", cancel.signal);
    cancel.abort();

    expect(await pending).toMatchObject({ ok: false, finding: { reason: "dns_timeout" } });
    expect(clock.pendingTimers).toBe(0);
  });

  it("F02 does not wait for a family that stays silent when the other has answered", async () => {
    server.set("half.test", { a: ["127.0.0.2"], drop: 28 });

    const pending = addressesOf("half.test");
    await untilTimers(2);
    await clock.advance(250);

    expect(await pending).toEqual(["127.0.0.2"]);
  });

  async function untilTimers(count: number): Promise<void> {
    while (clock.pendingTimers < count) await new Promise((resolve) => setImmediate(resolve));
  }

  it("F03 tells NXDOMAIN from NODATA, and AAAA NODATA is no failure when A exists", async () => {
    server.set("empty.test", {});
    server.set("four.test", { a: ["127.0.0.2"] });

    expect(await addressesOf("missing.test")).toEqual(["dns_nxdomain"]);
    expect(await addressesOf("empty.test")).toEqual(["dns_nodata"]);
    expect(await addressesOf("four.test")).toEqual(["127.0.0.2"]);
    expect(await addressesOf("four.test", "6")).toEqual(["dns_nodata"]);
  });

  it("F04 uses a changed record after its TTL, and not before", async () => {
    server.set("moving.test", { a: ["127.0.0.2"], ttl: 1 });
    expect(await addressesOf("moving.test", "4")).toEqual(["127.0.0.2"]);
    server.set("moving.test", { a: ["127.0.0.3"], ttl: 1 });

    await clock.advance(999);
    expect(await addressesOf("moving.test", "4")).toEqual(["127.0.0.2"]);
    await clock.advance(1);
    expect(await addressesOf("moving.test", "4")).toEqual(["127.0.0.3"]);
  });

  it("F04 keeps a failure for five seconds at most and a long TTL for five minutes at most", async () => {
    expect(await addressesOf("new.test", "4")).toEqual(["dns_nxdomain"]);
    server.set("new.test", { a: ["127.0.0.2"], ttl: 60_000 });
    expect(await addressesOf("new.test", "4")).toEqual(["dns_nxdomain"]);
    await clock.advance(5000);
    expect(await addressesOf("new.test", "4")).toEqual(["127.0.0.2"]);

    server.set("new.test", { a: ["127.0.0.9"] });
    await clock.advance(299_999);
    expect(await addressesOf("new.test", "4")).toEqual(["127.0.0.2"]);
    await clock.advance(1);
    expect(await addressesOf("new.test", "4")).toEqual(["127.0.0.9"]);
  });

  it("F05 comes back over TCP for a truncated answer, even one of 60 KiB", async () => {
    server.set("large.test", { a: ["127.0.0.4"], truncate: true, txtBytes: 60_000 });

    expect(await addressesOf("large.test", "4")).toEqual(["127.0.0.4"]);
    expect(server.queries).toEqual(["large.test A udp", "large.test A tcp"]);
  });

  it("keeps a bounded number of answers", () => {
    const cache = new AddressCache(clock, 2);
    for (const name of ["a", "b", "c"]) cache.put(name, { ok: true, addresses: [], ttlMs: 60_000 });

    expect(["a", "b", "c"].map((name) => cache.get(name) !== undefined)).toEqual([false, true, true]);
  });

  it("F05 reports a malformed answer as such", async () => {
    server.set("broken.test", { malformed: true });

    expect(await addressesOf("broken.test", "4")).toEqual(["dns_malformed"]);
  });

  it("F05 survives a CNAME loop and follows a CNAME chain", async () => {
    server.set("x.test", { cname: "y.test" });
    server.set("y.test", { cname: "x.test" });
    server.set("alias.test", { cname: "real.test" });
    server.set("real.test", { a: ["127.0.0.5"] });

    expect(await addressesOf("x.test", "4")).toEqual(["dns_nodata"]);
    expect(await addressesOf("alias.test", "4")).toEqual(["127.0.0.5"]);
  });

  it("F07 is unknown(resolver) without a name server, and with one that nobody serves", async () => {
    const closed = await DnsServer.start();
    const unserved = closed.address;
    await closed.close();

    resolver = createResolver({ clock, resolvConfFile: writeFile("empty.conf", ""), hostsFile: writeFile("none", "") });
    expect(await resolve("shop.test")).toMatchObject({ finding: { is: "unknown", reason: "resolver" } });
    resolver = open("", "", [unserved]);
    expect(await resolve("shop.test")).toMatchObject({ finding: { is: "unknown", reason: "resolver" } });
  });

  function writeFile(name: string, text: string): string {
    const path = join(directory, name);
    writeFileSync(path, text);
    return path;
  }

  it("completes short names by the search list and asks for dotted names first", async () => {
    resolver = open("search svc.test other.test\noptions ndots:2", "");
    server.set("web.other.test", { a: ["127.0.0.6"] });
    server.set("www.shop.test", { a: ["127.0.0.7"] });

    expect(await addressesOf("web", "4")).toEqual(["127.0.0.6"]);
    expect(await addressesOf("www.shop.test", "4")).toEqual(["127.0.0.7"]);
    expect(await addressesOf("web.", "4")).toEqual(["dns_nxdomain"]);
    expect(server.queries.map((query) => query.split(" ")[0])).toEqual([
      "web.svc.test",
      "web.other.test",
      "www.shop.test",
      "web",
    ]);
  });

  it("prefers the hosts file and reads it again when it changed, looking every five seconds at most", async () => {
    resolver = open("", "127.0.0.8 db db.internal # the database\n");
    expect(await addressesOf("DB.internal")).toEqual(["127.0.0.8"]);

    writeFileSync(join(directory, "hosts"), "127.0.0.88 db db.internal and more\n");
    expect(await addressesOf("db")).toEqual(["127.0.0.8"]);
    await clock.advance(5000);
    expect(await addressesOf("db")).toEqual(["127.0.0.88"]);
    expect(server.queries).toEqual([]);
  });

  it("knows localhost without being told", async () => {
    expect(await addressesOf("localhost")).toEqual(["127.0.0.1", "::1"]);
    expect(await addressesOf("shop.localhost", "6")).toEqual(["::1"]);
  });

  it.each(["", "a b", "-x.test", "a..b", `${"a".repeat(64)}.test`, "x\u0000y", "[::1"])(
    "refuses %j without a query",
    async (name) => {
      expect(await addressesOf(name)).toEqual(["dns_nxdomain"]);
      expect(server.queries).toEqual([]);
    },
  );

  it("asks for an internationalised name in its ASCII form", async () => {
    server.set("xn--fiq228c.test", { a: ["127.0.0.9"] });

    expect(await addressesOf("中文.test", "4")).toEqual(["127.0.0.9"]);
  });
});
