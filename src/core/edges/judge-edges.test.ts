import { describe, expect, it } from "vitest";
import { PatientDeadlines } from "../../../test/support/fakes/patient-deadlines.ts";
import { DnsServer } from "../../../test/support/servers/dns-server.ts";
import { loopbackIo } from "../../../test/support/worlds/http-run.ts";
import { probeContext, probeIo } from "../../../test/support/worlds/probe-harness.ts";
import type { Finding } from "../checks/finding.ts";
import type { Observation } from "../checks/result.ts";
import type { ResolvedAddress } from "../ports/resolver.ts";
import type { Trait } from "./edge.ts";
import { edgesSchema } from "./edges-options.ts";
import { findEdges } from "./find-edges.ts";
import { observeEdges } from "./observe-edges.ts";

const schema = edgesSchema({ traits: ["certificate", "status", "body"], compared: ["status"], timeout: "5s" });
const unreachable: Finding = { is: "down", reason: "unreachable", phase: "connect", detail: "no route to the network" };
const unmeasured: Finding = { is: "unknown", reason: "local_resources", detail: "no sockets left" };
const slow = (severity: "warning" | "critical"): Finding => ({ is: "flaw", severity, reason: "slow", detail: "slow" });

/** Judges addresses with what is found at each. */
async function judged(
  findings: Readonly<Record<string, readonly Finding[]>>,
  options: object = {},
  traits: (address: string) => readonly Trait[] = () => [],
): Promise<Observation> {
  const addresses = Object.keys(findings).map((address): ResolvedAddress => {
    return { address, family: address.includes(":") ? 6 : 4 };
  });
  const io = probeIo({
    monotonicMs: () => 0,
    deadlines: new PatientDeadlines(),
    resolver: { resolve: () => Promise.resolve({ ok: true, addresses }) },
  });
  return observeEdges(
    { host: "shop.test", family: "any", options: schema.parse(options) },
    { io, context: probeContext() },
    ({ address }) =>
      Promise.resolve({ observation: { findings: findings[address] ?? [], samples: [] }, traits: traits(address) }),
    4,
  );
}

const told = ({ findings }: Observation): readonly string[] =>
  findings.map((finding) => {
    const severity = finding.is === "flaw" ? ` ${finding.severity}` : "";
    return `${finding.is}${severity} ${finding.reason}: ${finding.detail}`;
  });
const counted = ({ samples }: Observation, state: string): number | undefined =>
  samples.find(({ metric, labels }) => metric === "probe_edges" && labels["state"] === state)?.value;

describe("core/edges/judge-edges", () => {
  it("passes over a family that this machine cannot reach at all, and no single address of it", async () => {
    const without6 = await judged({ "192.0.2.1": [], "2001:db8::1": [unreachable], "2001:db8::2": [unreachable] });
    const one = await judged({ "192.0.2.1": [], "192.0.2.2": [], "2001:db8::1": [], "2001:db8::2": [unreachable] });
    const nothing = await judged({ "192.0.2.1": [unreachable], "2001:db8::1": [unreachable] });

    expect(without6.findings).toEqual([]);
    expect(counted(without6, "skipped")).toBe(2);
    expect(told(one)).toEqual([
      "flaw critical partial: 1 of 4 addresses fail: 2001:db8::2: unreachable, no route to the network",
    ]);
    expect(told(nothing)).toEqual([
      "down unreachable: all 2 addresses: 192.0.2.1, 2001:db8::1: no route to the network",
    ]);
  });

  it("is unknown only when nothing could be measured, and else says what could not", async () => {
    const some = await judged({ "192.0.2.1": [], "192.0.2.2": [unmeasured] });
    const none = await judged({ "192.0.2.1": [unmeasured] });

    expect(told(some)).toEqual([
      "flaw warning partial: 1 of 2 addresses could not be looked at: 192.0.2.2: local_resources, no sockets left",
    ]);
    expect(told(none)).toEqual(["unknown local_resources: the address: 192.0.2.1: no sockets left"]);
    expect(none.samples.some(({ metric }) => metric === "probe_edge_success")).toBe(false);
  });

  it("tells a flaw of addresses once, at its gravest, and names no more than four", async () => {
    const many = Object.fromEntries(Array.from({ length: 6 }, (_, index) => [`192.0.2.${index}`, [slow("warning")]]));
    const observation = await judged({ ...many, "192.0.2.9": [slow("critical")] });

    expect(told(observation)).toEqual([
      "flaw critical slow: all 7 addresses: 192.0.2.0, 192.0.2.1, 192.0.2.2, 192.0.2.3 and 3 more: slow",
    ]);
  });

  it("compares what is asked for, and takes a wrong status of a failing address as said", async () => {
    const bad: Finding = { is: "down", reason: "status", detail: "status 502" };
    const status = (address: string): readonly Trait[] => [
      { trait: "status", value: address === "192.0.2.3" ? "502" : "200" },
      { trait: "certificate", value: address },
    ];
    const options = { differs_for: "0s", down_when: {} };
    const failing = await judged({ "192.0.2.1": [], "192.0.2.2": [], "192.0.2.3": [bad] }, options, status);
    const working = await judged({ "192.0.2.1": [], "192.0.2.2": [], "192.0.2.3": [] }, options, status);

    expect(told(failing)).toEqual(["flaw critical partial: 1 of 3 addresses fail: 192.0.2.3: status, status 502"]);
    expect(told(working)).toEqual([
      "flaw warning content_mismatch: 1 of 3 addresses answer with another status than the majority: 192.0.2.3",
    ]);
  });
});

describe("core/edges/find-edges", () => {
  it.each([
    ["any", ["127.0.0.2", "127.0.0.10", "::1"]],
    ["prefer_6", ["127.0.0.2", "127.0.0.10", "::1"]],
    ["4", ["127.0.0.2", "127.0.0.10"]],
    ["6", ["::1"]],
  ] as const)("finds the A and AAAA records of family %s, in the order of addresses", async (family, wanted) => {
    const server = await DnsServer.start();
    server.set("shop.test", { a: ["127.0.0.10", "127.0.0.2"], aaaa: ["::1"] });
    const options = schema.parse({ resolvers: [server.address] });

    const found = await findEdges({ host: "shop.test", family, options }, { io: loopbackIo, context: probeContext() });
    await server.close();

    expect(found.findings).toEqual([]);
    expect(found.edges.map(({ address }) => address)).toEqual(wanted);
    expect(found.edges.every((edge) => edge.family === (edge.address === "::1" ? 6 : 4))).toBe(true);
  });

  it("takes an address in the place of a name as it is", async () => {
    const options = schema.parse({ resolvers: ["127.0.0.1:1"] });
    const search = { host: "127.0.0.9", family: "any", options } as const;

    expect(await findEdges(search, { io: loopbackIo, context: probeContext() })).toMatchObject({
      edges: [{ address: "127.0.0.9" }],
      findings: [],
    });
  });
});
