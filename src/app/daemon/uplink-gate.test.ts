import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FakeClock } from "../../../test/support/fakes/fake-clock.ts";
import { checkOf, downFinding, resultOf } from "../../../test/support/worlds/alerting-world.ts";
import { uplinkSchema } from "../../alerting/uplink/uplink-schema.ts";
import type { Finding } from "../../core/checks/finding.ts";
import type { Result } from "../../core/checks/result.ts";
import { saidIn } from "../../core/message/said.ts";
import { UplinkGate } from "./uplink-gate.ts";

const unreachable: Finding = { is: "down", reason: "unreachable", detail: "no route" };
const at = (id: string, address: string) => {
  const check = checkOf(id);
  return { ...check, targets: check.targets.map((target) => ({ ...target, address })) };
};
const outside = Array.from({ length: 200 }, (_, index) => at(`out-${index}`, `https://shop-${index}.example.com/`));
const inside = at("in", "http://10.0.0.1/");
let clock: FakeClock;
let isThere: boolean;
let taken: Result[];
let told: string[];
let gate: UplinkGate;

beforeEach(() => {
  clock = new FakeClock();
  isThere = false;
  taken = [];
  told = [];
  gate = new UplinkGate({
    clock,
    resolver: { resolve: async (host) => ({ ok: true, addresses: [{ address: host, family: 4 }] }) },
    dialer: {
      connect: async () => ({ ok: false, finding: isThere ? { ...unreachable, reason: "refused" } : unreachable }),
    },
    trouble: {
      set: (component, said, sum) => {
        const over = sum === undefined ? "over" : `over: ${saidIn(sum, "en")}`;
        told.push(`${component} ${said === undefined ? over : saidIn(said, "en")}`);
      },
    },
    take: (results) => taken.push(...results),
  });
});

afterEach(() => gate.stop());

const use = (section: unknown): void => gate.use(uplinkSchema.parse(section), [...outside, inside]);
const canaries = { kind: "canaries", addresses: ["1.1.1.1:53"] };
const failing = outside.map((check) => resultOf(check, 0, [unreachable]));

describe("app/daemon/uplink-gate", () => {
  it("makes failures outside unknown while no canary answers, and tells it once (F16, P4)", async () => {
    use(canaries);
    const failsInside = resultOf(inside, 0, [unreachable]);
    const answersWrongly = resultOf(outside[0] ?? inside, 0, [downFinding]);

    expect(gate.pass([...failing, failsInside, answersWrongly])).toEqual([failsInside, answersWrongly]);
    await clock.advance(1);

    expect(taken).toHaveLength(200);
    expect(new Set(taken.map(({ verdict, headline }) => `${verdict} ${headline?.reason}`))).toEqual(
      new Set(["unknown uplink"]),
    );
    gate.pass(failing.slice(0, 3));
    await clock.advance(60_000);
    expect(told.slice(1)).toEqual([
      "uplink the canary does not answer; until it does, targets outside that fail are unknown",
    ]);
    isThere = true;
    await clock.advance(10_000);
    expect(told.at(-1)).toBe("uplink over: 200 checks were unknown meanwhile, without alerts of their own");

    isThere = false;
    gate.pass(failing.slice(0, 1));
    await clock.advance(10_000);
    isThere = true;
    await clock.advance(10_000);
    expect(told.at(-1)).toBe("uplink over: 1 check was unknown meanwhile, without alerts of their own");
  });

  it("passes the failures as they are when a canary answers", async () => {
    isThere = true;
    use(canaries);

    expect(gate.pass(failing)).toEqual([]);
    await clock.advance(1);

    expect(taken).toEqual(failing);
  });

  it("holds nothing back where a lost uplink means an outage, but tells of it", async () => {
    use({ ...canaries, lost_means: "outage" });

    expect(gate.pass(failing)).toEqual(failing);
    await clock.advance(1);
    expect(told.at(-1)).toContain("targets outside that fail are down");
  });

  it("watches nothing without canaries, nor after they have left the config", async () => {
    use({ kind: "none" });
    expect(gate.pass(failing)).toEqual(failing);

    use(canaries);
    await clock.advance(1);
    use({ kind: "none" });

    expect(gate.pass(failing)).toEqual(failing);
    expect(told.at(-1)).toBe("uplink over");
  });
});
