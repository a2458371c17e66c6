import { describe, expect, it } from "vitest";
import { probeContext, probeIo } from "../../../test/support/worlds/probe-harness.ts";
import type { Observation } from "../../core/checks/result.ts";
import type { PingOutcome, PingRequest } from "../../core/ports/pings.ts";
import { systemClock } from "../../platform/clock.ts";
import { createResolver } from "../../platform/dns/resolver.ts";
import { SystemPings } from "../../platform/ping/system-pings.ts";
import { ChildPrograms } from "../../platform/processes/child-programs.ts";
import { icmp } from "./icmp.ts";

const reply = (rttMs: number) => ({ rttMs, hopLimit: 57 });

async function runOn(outcome: PingOutcome, options: Record<string, unknown> = {}): Promise<Observation> {
  const io = probeIo({
    monotonicMs: () => 0,
    resolver: { resolve: async (host) => ({ ok: true, addresses: [{ address: host, family: 4 }] }) },
    pings: { ping: async () => outcome },
  });
  return icmp.open(options, io).run(probeContext({ address: "127.0.0.9" }));
}

function samplesOf({ samples }: Observation): Record<string, number> {
  return Object.fromEntries(samples.map(({ metric, labels, value }) => [`${metric}${labels["phase"] ?? ""}`, value]));
}

describe("probes/icmp", () => {
  it("adds up what came back", async () => {
    const observation = await runOn({ ok: true, sent: 3, replies: [reply(10), reply(20), reply(12)], complaints: [] });

    expect(observation.findings).toEqual([]);
    expect(samplesOf(observation)).toMatchObject({
      probe_icmp_duration_secondsrtt: 0.014,
      probe_icmp_reply_hop_limit: 57,
      probe_icmp_packets_sent: 3,
      probe_icmp_packets_received: 3,
      probe_icmp_packet_loss_ratio: 0,
      probe_icmp_rtt_min_seconds: 0.01,
      probe_icmp_rtt_max_seconds: 0.02,
      probe_icmp_jitter_seconds: 0.009,
      probe_ip_protocol: 4,
    });
  });

  it.each([
    [{}, 3, [10], [["flaw", "threshold", "2 of 3 echo requests got no reply (67 %)"]]],
    [{ loss: { warning: "70%" } }, 3, [10], []],
    [
      { loss: { warning: "10%", critical: "50%" } },
      3,
      [10],
      [["flaw", "threshold", "2 of 3 echo requests got no reply (67 %)"]],
    ],
    [
      { slower_than: { warning: "5ms" } },
      1,
      [10],
      [["flaw", "slow", "the mean round trip took 10.0 ms, more than 5ms"]],
    ],
    [{}, 2, [], [["down", "timeout", "no reply to 2 echo requests"]]],
    [{}, 1, [], [["down", "timeout", "no reply to one echo request"]]],
  ])("judges by %j: of %j packets came %j", async (options, sent, times, findings) => {
    const observation = await runOn({ ok: true, sent, replies: times.map(reply), complaints: [] }, options);

    expect(observation.findings.map(({ is, reason, detail }) => [is, reason, detail])).toEqual(findings);
  });

  it("says what a router said", async () => {
    const complaints = ["10.0.0.1: Destination Host Unreachable"];

    const observation = await runOn({ ok: true, sent: 1, replies: [], complaints });

    expect(observation.findings).toMatchObject([{ is: "down", reason: "unreachable", detail: complaints[0] }]);
  });

  it("asks as the options say", async () => {
    const asked: PingRequest[] = [];
    const io = probeIo({
      monotonicMs: () => 0,
      resolver: { resolve: async () => ({ ok: true, addresses: [{ address: "::1", family: 6 }] }) },
      pings: {
        ping: async (request) => (asked.push(request), { ok: true, sent: 1, replies: [reply(1)], complaints: [] }),
      },
    });

    await icmp
      .open({ packets: 4, spacing: "500ms", reply_within: "3s", hop_limit: 5, dont_fragment: true }, io)
      .run(probeContext({ address: "localhost" }));

    expect(asked).toEqual([
      {
        to: { address: "::1", family: 6 },
        packets: 4,
        spacingMs: 500,
        replyWithinMs: 3000,
        payloadBytes: 56,
        hopLimit: 5,
        dontFragment: true,
        limitMs: 6500,
      },
    ]);
  });

  it.each(["host:80", "http://host/", "a b", ""])("refuses the target %j", (target) => {
    expect(() => icmp.locate(target)).toThrow();
  });

  it("takes a name, an address and an IPv6 literal", () => {
    expect([icmp.locate("Shop.Example.com"), icmp.locate("::1")]).toMatchObject([
      { canonical: "shop.example.com" },
      { canonical: "::1", host: "::1" },
    ]);
  });

  it("says that a machine has no ping", async () => {
    const io = probeIo({
      monotonicMs: () => systemClock.monotonicMs(),
      resolver: createResolver({ clock: systemClock }),
      pings: new SystemPings(new ChildPrograms(systemClock), ["/nowhere/ping"]),
    });

    const { findings } = await icmp.open({}, io).run(probeContext({ address: "127.0.0.1" }));

    expect(findings).toMatchObject([{ is: "unknown", reason: "driver_missing" }]);
  });
});
