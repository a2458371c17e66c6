import { encode, type SrvAnswer } from "dns-packet";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type AskedQuestion, DnsServer } from "../../../test/support/servers/dns-server.ts";
import { targetsFromSchema } from "../../config/discovery/targets-from-schema.ts";
import type { SourcePart } from "../../core/ports/target-source.ts";
import { systemClock } from "../clock.ts";
import { createResolver } from "../dns/resolver.ts";
import { createHttpProbing } from "../http/http-probing.ts";
import { createDialer } from "../net/dialer.ts";
import { openTargetSource } from "./open-target-source.ts";

let server: DnsServer;

beforeEach(async () => {
  server = await DnsServer.start();
});

afterEach(() => server.close());

function ask(options: object): Promise<readonly SourcePart[]> {
  const from = targetsFromSchema.parse({ kind: "dns", servers: [server.address], ...options });
  const ports = {
    clock: systemClock,
    resolver: createResolver({ clock: systemClock }),
    http: createHttpProbing(createDialer(systemClock), systemClock),
  };
  return openTargetSource(from, "/", ports).read(new AbortController().signal);
}

const services =
  (...offers: readonly (readonly [target: string, port: number])[]) =>
  ({ id, name }: AskedQuestion): Buffer => {
    const answers = offers.map(([target, port]): SrvAnswer => ({ type: "SRV", name, ttl: 1, data: { target, port } }));
    return encode({ type: "response", id, flags: 0x180, questions: [{ type: "SRV", name }], answers });
  };

describe("platform/discovery dns", () => {
  it("takes host and port from SRV records", async () => {
    server.set("_web._tcp.shop.test", { reply: services(["a.shop.test", 8080], ["b.shop.test", 81]) });

    const [part] = await ask({ names: ["_web._tcp.shop.test"] });

    expect(part).toMatchObject({ name: "_web._tcp.shop.test" });
    expect(part !== undefined && "groups" in part && [...part.groups].sort(byTarget)).toEqual([
      {
        targets: ["a.shop.test:8080"],
        labels: {
          __meta_dns_name: "_web._tcp.shop.test",
          __meta_dns_srv_record_target: "a.shop.test",
          __meta_dns_srv_record_port: "8080",
        },
      },
      { targets: ["b.shop.test:81"], labels: expect.anything() },
    ]);
  });

  it("lists nothing for a service that is not offered", async () => {
    server.set("_web._tcp.shop.test", { reply: services([".", 0]) });

    expect(await ask({ names: ["_web._tcp.shop.test"] })).toEqual([{ name: "_web._tcp.shop.test", groups: [] }]);
  });

  it("takes addresses of both families, with a port or without", async () => {
    server.set("web.shop.test", { a: ["192.0.2.1", "192.0.2.2"], aaaa: ["2001:db8::1"] });
    const labels = { __meta_dns_name: "web.shop.test" };

    expect(await ask({ names: ["web.shop.test"], type: "A", port: 443 })).toEqual([
      { name: "web.shop.test", groups: [{ targets: ["192.0.2.1:443", "192.0.2.2:443"], labels }] },
    ]);
    expect(await ask({ names: ["web.shop.test"], type: "AAAA", port: 443 })).toEqual([
      { name: "web.shop.test", groups: [{ targets: ["[2001:db8::1]:443"], labels }] },
    ]);
    expect(await ask({ names: ["web.shop.test"], type: "AAAA" })).toMatchObject([
      { groups: [{ targets: ["2001:db8::1"] }] },
    ]);
  });

  it.each([
    ["a name that does not exist (F03)", {}, "the name does not exist"],
    ["a name without such records (F03)", { a: [] }, "the name has no such records"],
    ["SERVFAIL (F01)", { rcode: 2 }, "the name server could not answer"],
    ["garbage (F05)", { malformed: true }, /./],
  ] as const)("tells %s from an empty list", async (_, behaviour, problem) => {
    if (Object.keys(behaviour).length > 0) server.set("_x._tcp.shop.test", behaviour);

    const expected = typeof problem === "string" ? problem : expect.stringMatching(problem);
    expect(await ask({ names: ["_x._tcp.shop.test"] })).toEqual([{ name: "_x._tcp.shop.test", problem: expected }]);
  });

  it("tells of each name by itself", async () => {
    server.set("a.test", { a: ["192.0.2.1"] });

    expect(await ask({ names: ["a.test", "b.test"], type: "A" })).toMatchObject([
      { name: "a.test", groups: [{ targets: ["192.0.2.1"] }] },
      { name: "b.test", problem: expect.stringContaining("does not exist") },
    ]);
  });
});

function byTarget(a: Readonly<{ targets: readonly string[] }>, b: Readonly<{ targets: readonly string[] }>): number {
  return (a.targets[0] ?? "") < (b.targets[0] ?? "") ? -1 : 1;
}
