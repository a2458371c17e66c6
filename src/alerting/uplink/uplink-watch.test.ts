import { Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FakeClock } from "../../../test/support/fakes/fake-clock.ts";
import type { Dialer, Dialled } from "../../core/ports/dialer.ts";
import type { Resolver } from "../../core/ports/resolver.ts";
import { uplinkSchema } from "./uplink-schema.ts";
import { UplinkWatch } from "./uplink-watch.ts";

const silent: Dialled = { ok: false, finding: { is: "down", reason: "connect_timeout", detail: "silent" } };
const refused: Dialled = { ok: false, finding: { is: "down", reason: "refused", detail: "refused" } };
let clock: FakeClock;
let answers: Record<string, Dialled>;
let dialled: string[];
let changes: (number | undefined)[];
let watch: UplinkWatch;

beforeEach(() => {
  clock = new FakeClock();
  answers = { "1.1.1.1": silent, "2.2.2.2": silent };
  dialled = [];
  changes = [];
  const resolver: Resolver = {
    resolve: async (host) => ({ ok: true, addresses: [{ address: host, family: 4 }] }),
  };
  const dialer: Dialer = {
    connect: async ([address]) => {
      dialled.push(address?.address ?? "");
      return answers[address?.address ?? ""] ?? silent;
    },
  };
  const config = uplinkSchema.parse({ kind: "canaries", addresses: ["1.1.1.1:53", "2.2.2.2:443"] });
  watch = new UplinkWatch(config.kind === "canaries" ? config.addresses : [], {
    clock,
    dialer,
    resolver,
    onChange: (lostSinceMs) => changes.push(lostSinceMs),
  });
});

afterEach(() => watch.stop());

describe("alerting/uplink/uplink-watch", () => {
  it("takes the uplink for lost when all canaries are silent twice, and for back when one answers (F16)", async () => {
    const lostAtMs = clock.now();
    watch.start();
    await clock.advance(25_000);
    expect(changes).toEqual([lostAtMs]);
    expect(dialled).toHaveLength(12);

    answers["2.2.2.2"] = { ok: true, socket: new Socket(), remote: { address: "2.2.2.2", family: 4 } };
    await clock.advance(10_000);

    expect(changes).toEqual([lostAtMs, undefined]);
  });

  it("takes a canary that refuses for reached", async () => {
    answers["1.1.1.1"] = refused;

    expect(await watch.isThere()).toBe(true);
    expect(changes).toEqual([]);
  });

  it("shares one round between those who ask at once", async () => {
    const [first, second] = await Promise.all([watch.isThere(), watch.isThere()]);

    expect([first, second, dialled.length]).toEqual([false, false, 4]);
  });

  it.each(["1.1.1.1", "host:0", "host:70000", "http://a:1", "a b:1", ":53"])("refuses %j as a canary", (address) => {
    expect(uplinkSchema.safeParse({ kind: "canaries", addresses: [address] }).success).toBe(false);
  });
});
