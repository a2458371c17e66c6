import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { answer } from "../../../test/support/servers/dns-answers.ts";
import { DnsServer } from "../../../test/support/servers/dns-server.ts";
import { reasonsOf, sampleOf, startNetworkRun } from "../../../test/support/worlds/http-run.ts";
import type { Result } from "../../core/checks/result.ts";
import type { Json } from "../../core/json.ts";
import { dns } from "./dns.ts";

let server: DnsServer;
const closing: (() => void)[] = [];

beforeEach(async () => {
  server = await DnsServer.start();
});

afterEach(async () => {
  for (const close of closing.splice(0)) close();
  await server.close();
});

async function ask(options: Readonly<Record<string, unknown>>, memory?: Json): Promise<Result> {
  return (await startNetworkRun(dns, server.address, { name: "shop.test", ...options }, { memory }).outcome).result;
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

describe("probes/dns and serials", () => {
  it("shows the serial, and tells when it goes back", async () => {
    server.set("shop.test", { reply: answer({ answers: [soa(2026112601)] }) });

    const first = await ask({ type: "SOA" });
    const back = await ask({ type: "SOA" }, { serial: 2026112602 });
    const wrapped = await ask({ type: "SOA" }, { serial: 4294967290 - 100 });

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
