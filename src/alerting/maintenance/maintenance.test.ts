import { describe, expect, it } from "vitest";
import {
  AlertingWorld,
  alertingConfigOf,
  receiverOf,
  slowFinding,
} from "../../../test/support/worlds/alerting-world.ts";
import {
  checksTold,
  minuteMs,
  noon,
  notices,
  payment,
  route,
  shop,
  start,
  wiki,
  worldOf,
} from "../../../test/support/worlds/maintenance-world.ts";
import { endMaintenance, startMaintenance } from "./maintenance-actions.ts";

const begun =
  "ops> Maintenance begins: Shop | 10:00 to 10:40 (40 min) | Its alerts are held meanwhile, except critical business alerts | By pipeline";

describe("alerting/maintenance", () => {
  it("holds back the service's alerts from the start on, tells critical business alerts, and catches up once", () => {
    const one = worldOf();

    expect(start(one)).toMatchObject({ ok: true, did: "begun", untilMs: one.nowMs + 40 * minuteMs });
    one.fail(shop);
    one.fail(payment);
    one.fail(wiki);
    one.advance(39 * minuteMs);
    expect(checksTold(one)).toEqual(["payment: first notification", "wiki: first notification"]);
    one.advance(2 * minuteMs);

    expect(checksTold(one)).toEqual([
      "payment: first notification",
      "wiki: first notification",
      "shop: first notification",
      // Whoever heard of it meanwhile hears now what it comes from.
      "payment: cause",
    ]);
    expect(notices(one)).toEqual([
      begun,
      "ops> Maintenance ends soon: Shop | 5 min left, and 1 alert still fires: | Critical: Check shop – wrong status | Whatever fires on is told at 10:40 | By pipeline",
      "ops> Maintenance over: Shop | Took 40 min | 1 alert still fires, told in full next: | Critical: Check shop – wrong status | By pipeline",
    ]);
    expect(one.engine.snapshot().maintenance).toEqual([]);
    expect(one.loaded().records.filter(({ kind }) => kind === "maintenance")).toEqual([]);
  });

  it("tells nothing but a summary of what failed and recovered within it", () => {
    const one = worldOf();
    start(one, { comment: "release 2.8" });

    one.fail(shop);
    one.advance(5 * minuteMs);
    one.run(shop);
    one.advance(23 * minuteMs);
    one.perform(endMaintenance("shop", "pipeline"));
    one.advance(60 * minuteMs);

    expect(one.outbox).toEqual([]);
    expect(notices(one)[1]).toBe(
      "ops> Maintenance over: Shop | Took 28 min, 12 min less than planned | 1 alert that fired meanwhile recovered | release 2.8 (pipeline)",
    );
    expect(notices(one)).toHaveLength(2);
  });

  it("ended early, tells what still fails after the group's wait and not at the planned end again", () => {
    const one = worldOf();
    start(one);
    one.fail(shop);
    one.advance(10 * minuteMs);

    expect(one.perform(endMaintenance("shop", "pipeline"))).toMatchObject({ did: "ended" });
    one.advance(10_000);
    expect(checksTold(one)).toEqual(["shop: first notification"]);
    one.advance(60 * minuteMs);

    expect(checksTold(one)).toHaveLength(1);
    expect(notices(one)).toHaveLength(2);
  });

  it("is one maintenance per name: started again it moves its end and tells nothing, ended again it says so", () => {
    const one = worldOf();
    start(one);
    one.advance(30 * minuteMs);

    expect(start(one)).toMatchObject({ did: "changed", untilMs: one.nowMs + 40 * minuteMs });
    one.fail(shop);
    one.advance(39 * minuteMs);
    expect(notices(one).map((line) => line.split(" | ")[0])).toEqual([
      "ops> Maintenance begins: Shop",
      "ops> Maintenance ends soon: Shop",
    ]);
    expect(one.perform(endMaintenance("shop", "li"))).toMatchObject({ ok: true, did: "ended" });
    expect(one.perform(endMaintenance("shop", "li"))).toEqual({
      ok: true,
      did: "nothing",
      id: "shop",
      message: 'no maintenance "shop" is under way (none is)',
    });

    expect(notices(one)[2]).toContain("Took 1 h 9 min, 29 min more than planned");
  });

  it("lives through a restart in its middle, and through one over its end", () => {
    const one = worldOf();
    start(one);
    one.fail(shop);
    one.advance(20 * minuteMs);
    one.restart();
    one.advance(10 * minuteMs);
    expect(one.outbox).toEqual([]);

    one.nowMs += 20 * minuteMs;
    one.restart();
    one.advance(minuteMs);

    expect(checksTold(one)).toEqual(["shop: first notification"]);
    expect(notices(one).map((line) => line.split(" | ")[0])).toEqual([
      "ops> Maintenance begins: Shop",
      "ops> Maintenance over: Shop",
    ]);
  });

  it("takes matchers in place of a service, and never_mute of its own", () => {
    const one = worldOf();
    start(one, {
      name: "racks",
      scope: { matchers: [{ name: "severity", operator: "=~", value: "critical|warning" }], neverMute: [] },
    });

    one.fail(shop);
    one.fail(payment);
    one.fail(wiki);
    one.advance(5 * minuteMs);

    expect(one.outbox).toEqual([]);
    expect(notices(one)).toEqual([
      "ops> Maintenance begins: racks | 10:00 to 10:40 (40 min) | All its alerts are held meanwhile | By pipeline",
    ]);
  });

  it("tells everybody whom one of its alerts would reach, whatever its severity, and the receiver of one that still fires", () => {
    const routes = {
      grave: { matchers: ["severity=critical", "tier=application"], receiver: "dev" },
      flaws: { matchers: ["alertname=CheckFlaw"], receiver: "flaws" },
    };
    const receivers = { ops: receiverOf(true), dev: receiverOf(true), flaws: receiverOf(true) };
    const one = new AlertingWorld(alertingConfigOf([shop, payment, wiki], { route: { ...route, routes } }, receivers));
    start(one, { scope: { services: ["shop"], matchers: [], neverMute: [] } });
    one.run(shop, slowFinding);
    one.advance(5 * minuteMs);
    one.perform(endMaintenance("shop", "pipeline"));

    expect(notices(one).map((line) => line.split(" | ")[0])).toEqual([
      "dev> Maintenance begins: Shop",
      "ops> Maintenance begins: Shop",
      "dev> Maintenance over: Shop",
      "ops> Maintenance over: Shop",
      "flaws> Maintenance over: Shop",
    ]);
  });

  it("names maintenance that is of no service among the changes", () => {
    const one = worldOf();
    const scope = { matchers: [{ name: "rack", operator: "=", value: "7" }], neverMute: [] } as const;
    start(one, { name: "racks", scope });
    start(one, { comment: "v2.8" });

    expect(
      one.engine
        .snapshot()
        .changes.map(({ text }) => text)
        .toSorted(),
    ).toEqual(["maintenance racks", "maintenance: v2.8"]);
    expect(one.engine.snapshot().maintenance).toMatchObject([{ scope }, { scope: { services: ["shop"] } }]);
  });

  it.each<[object, string, string]>([
    [
      { name: "shop", scope: { matchers: [{ name: "rack", operator: "=", value: "7" }], neverMute: [] } },
      "invalid",
      '"shop" is a service; give maintenance of something else a name of its own',
    ],
    [
      { name: "shopp" },
      "unknown",
      'there is no service "shopp" and no maintenance window of this name (did you mean "shop"?)',
    ],
    [{ name: "noun", lastsMs: undefined }, "unknown", 'there is no service "noun"'],
    [{ name: "noun" }, "unknown", 'did you mean "noon"?'],
    [{ name: "zzzzzzzz" }, "unknown", "(services: shop"],
    [{ name: "zzzzzzzz" }, "unknown", "; windows: noon); what fits matchers"],
    [{ lastsMs: undefined }, "invalid", "say how long it lasts"],
    [{ name: "all", scope: { matchers: [], neverMute: [] } }, "invalid", "at least one matcher required"],
    [
      { name: "noon", scope: { services: ["shop"], matchers: [], neverMute: [] } },
      "invalid",
      "is a window of the config",
    ],
  ])("refuses %j and says why", (wish, problem, words) => {
    const one = worldOf({ maintenance: { noon } });

    const outcome = one.perform(startMaintenance({ name: "shop", lastsMs: minuteMs, by: "li", ...wish }));

    expect(outcome).toMatchObject({ ok: false, problem, message: expect.stringContaining(words) });
    expect(one.notices).toEqual([]);
  });
});
