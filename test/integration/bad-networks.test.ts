import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { checkStateMachine, initialCheckState } from "../../src/alerting/check-state/check-state-machine.ts";
import type { Resolver } from "../../src/core/ports/resolver.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { createDialer } from "../../src/platform/net/dialer.ts";
import { createWires } from "../../src/platform/net/wires.ts";
import { dns } from "../../src/probes/dns/dns.ts";
import { tcp } from "../../src/probes/tcp/tcp.ts";
import type { Run } from "../../src/scheduler/runner.ts";
import { FakeClock } from "../support/fakes/fake-clock.ts";
import { BlackHole } from "../support/servers/black-hole.ts";
import { DnsServer } from "../support/servers/dns-server.ts";
import { sampleOf, startNetworkRun } from "../support/worlds/http-run.ts";

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A server of IPv4 at a port whose IPv6 leads into a black hole. */
async function halfDead(): Promise<Readonly<{ port: number; hole: BlackHole }>> {
  for (;;) {
    const server = createServer((socket) => void socket.on("error", () => {}).end()).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const hole = await BlackHole.open("::1", port);
    closing.push(() => closed(server));
    if (hole === undefined) continue;
    closing.push(() => hole.close());
    return { port, hole };
  }
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => void server.close(() => resolve()));
}

/** A name with an address of each family, IPv6 first. */
const bothFamilies = (ipv4: string): Resolver => ({
  resolve: (_host, family) =>
    Promise.resolve({
      ok: true,
      addresses: [
        { address: "::1", family: 6 as const },
        { address: ipv4, family: 4 as const },
      ].filter((each) => family === "any" || family === String(each.family)),
    }),
});

function start(port: number, clock: FakeClock, options: Readonly<Record<string, unknown>>, ipv4 = "127.0.0.1"): Run {
  const ports = { resolver: bothFamilies(ipv4), wires: createWires(createDialer(clock), systemClock) };
  return startNetworkRun(tcp, `shop.test:${port}`, options, { ports });
}

/** What was begun has reached the kernel. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

describe("integration/networks that lose packets", () => {
  it("F08 reaches a target by IPv4 whose IPv6 is a black hole, and says of IPv6 alone that nobody answers", async () => {
    const { port } = await halfDead();
    const clock = new FakeClock();

    const any = start(port, clock, { family: "any" });
    await turns();
    await clock.advance(250);
    const reached = (await any.outcome).result;
    const six = start(port, clock, { family: "6" });
    await turns();
    six.cancel();
    const lost = (await six.outcome).result;
    const four = (await start(port, clock, { family: "4" }).outcome).result;

    expect([reached.verdict, sampleOf(reached, "probe_ip_protocol")]).toEqual(["up", 4]);
    expect(lost.headline).toMatchObject({ is: "down", reason: "connect_timeout", phase: "connect" });
    expect(four.verdict).toBe("up");
    expect(clock.pendingTimers).toBe(0);
  });

  it("F09 waits for a handshake that takes a second, though the next address was tried meanwhile", async () => {
    const { port, hole } = await halfDead();
    const clock = new FakeClock();

    const run = start(port, clock, { family: "any" }, "127.0.0.9");
    await turns();
    await clock.advance(250);
    await turns();
    hole.relieve();
    const { result } = await run.outcome;

    expect([result.verdict, sampleOf(result, "probe_ip_protocol")]).toEqual(["up", 6]);
  });

  it("F18 takes a third of lost packets, answers that come twice and answers that come late for no outage", async () => {
    const names = await DnsServer.start();
    closing.push(() => names.close());
    let asked = 0;
    let lost = (): void => {};
    let late: Buffer | undefined;
    names.set("shop.test", {
      reply({ message, raw }) {
        const answer = Buffer.concat([message.subarray(0, 2), answerHead, raw, addressRecord]);
        asked += 1;
        if ((asked * 7) % 10 < 3) {
          late = answer;
          lost();
          return undefined;
        }
        // What was lost comes now, before its successor, and that one twice.
        const replies = late === undefined ? [answer, answer] : [late, answer, answer];
        late = undefined;
        return replies;
      },
    });
    const settings = { failureThreshold: 6, failureWindow: 8, successThreshold: 2 };
    const next = checkStateMachine(settings);
    const reasons: string[] = [];
    const states = new Set<string>();
    let state = initialCheckState({ check: "c", target: "t", location: "default" }, 0);

    for (let slotMs = 1; slotMs <= 60; slotMs += 1) {
      const run = startNetworkRun(dns, names.address, { name: "shop.test", expect: { values: ["127.0.0.1"] } });
      lost = () => run.cancel();
      const { result } = await run.outcome;
      reasons.push(result.headline?.reason ?? "up");
      state = next(state, { ...result, slotMs }, slotMs).state;
      states.add(state.confirmed);
    }

    expect([asked, reasons.filter((reason) => reason === "dns_timeout").length]).toEqual([60, 18]);
    expect(new Set(reasons)).toEqual(new Set(["up", "dns_timeout"]));
    expect([...states]).toEqual(["up"]);
    expect(state).not.toHaveProperty("heldDown");
  });
});

/** Flags of a good answer with one record, and that record: 127.0.0.1 for a minute. */
const answerHead = Buffer.from("81800001000100000000", "hex");
const addressRecord = Buffer.from("c00c000100010000003c00047f000001", "hex");
