import { describe, expect, it } from "vitest";
import type { Observation } from "../../src/core/checks/result.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { createResolver } from "../../src/platform/dns/resolver.ts";
import { SystemPings } from "../../src/platform/ping/system-pings.ts";
import { ChildPrograms } from "../../src/platform/processes/child-programs.ts";
import { icmp } from "../../src/probes/icmp/icmp.ts";
import { peer } from "../support/daemons/peers.ts";
import { probeContext, probeIo } from "../support/worlds/probe-harness.ts";

function run(address: string, options: Record<string, unknown>): Promise<Observation> {
  const io = probeIo({
    monotonicMs: () => systemClock.monotonicMs(),
    resolver: createResolver({ clock: systemClock }),
    pings: new SystemPings(new ChildPrograms(systemClock)),
  });
  return icmp.open(options, io).run(probeContext({ address }));
}

describe("e2e/ping", () => {
  it("pings this machine by the system's own program, in both families", async (context) => {
    peer(context, "ping", "iputils-ping");

    const four = await run("127.0.0.1", { packets: 2 });
    const six = await run("::1", { packets: 1, hop_limit: 9 });

    for (const { findings, samples } of [four, six]) {
      expect(findings).toEqual([]);
      expect(samples.find(({ metric }) => metric === "probe_icmp_packet_loss_ratio")?.value).toBe(0);
      expect(samples.find(({ metric }) => metric === "probe_icmp_rtt_max_seconds")?.value).toBeGreaterThan(0);
    }
    expect(four.samples.find(({ metric }) => metric === "probe_icmp_packets_received")?.value).toBe(2);
  });
});
