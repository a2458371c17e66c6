import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { candidateNames, parseResolvConf } from "./resolv-conf.ts";

describe("platform/dns/resolv-conf", () => {
  it("reads servers, search list and ndots, comments left out", () => {
    const conf = parseResolvConf(
      [
        "# written by hand",
        "nameserver 10.0.0.2 # first",
        "nameserver fe80::1",
        "nameserver not-an-address",
        "search shop.svc svc.cluster.local.",
        "options rotate ndots:5 timeout:2",
      ].join("\n"),
    );

    expect(conf).toEqual({ servers: ["10.0.0.2", "fe80::1"], search: ["shop.svc", "svc.cluster.local"], ndots: 5 });
  });

  it("takes three servers, the last of search and domain, and at most 15 dots", () => {
    const servers = Array.from({ length: 5 }, (_, index) => `nameserver 10.0.0.${index}`);

    const conf = parseResolvConf([...servers, "search a b", "domain c", "options ndots:99"].join("\n"));

    expect(conf).toEqual({ servers: ["10.0.0.0", "10.0.0.1", "10.0.0.2"], search: ["c"], ndots: 15 });
  });

  it("tells a missing file from an empty one", () => {
    expect(parseResolvConf(undefined).servers).toBeUndefined();
    expect(parseResolvConf("").servers).toEqual([]);
  });

  it.each([
    ["web", ["web.a", "web.b", "web"]],
    ["web.shop", ["web.shop.a", "web.shop.b", "web.shop"]],
    ["www.web.shop", ["www.web.shop", "www.web.shop.a", "www.web.shop.b"]],
    ["web.", ["web"]],
  ])("asks for %s in the order of ndots:2", (name, names) => {
    expect(candidateNames(name, { servers: [], search: ["a", "b"], ndots: 2 })).toEqual(names);
  });

  it("never throws and keeps its bounds, whatever the file holds", () => {
    const line = fc.tuple(fc.constantFrom("nameserver", "search", "domain", "options", "#", ""), fc.string());
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const conf = parseResolvConf(lines.map((words) => words.join(" ")).join("\n"));

        expect(conf.servers?.length).toBeLessThanOrEqual(3);
        expect(conf.search.length).toBeLessThanOrEqual(32);
        expect(conf.ndots).toBeLessThanOrEqual(15);
      }),
    );
  });
});
