import { describe, expect, it } from "vitest";
import { advanceTo, atNoon, everywhere, mutingWorld, shop, wiki } from "../../../test/support/muting-world.ts";
import {
  AlertingWorld,
  alertingConfigOf,
  checkOf,
  downFinding,
  type RawSections,
} from "../../../test/support/worlds/alerting-world.ts";

const minuteMs = 60_000;
const hourMs = 3_600_000;
const release = {
  route: { ...everywhere, receiver: "ops" },
  maintenance: { release: { services: ["shop"], cron: "0 12 * * *", lasts: "2h" } },
};

function mutings(one: AlertingWorld): readonly string[] {
  return one.decisions
    .filter(({ stage }) => stage === "muting")
    .map(({ outcome, because, by }) => `${outcome}: ${because} <${by}>`);
}

describe("alerting/muting", () => {
  it.each<[string, RawSections]>([
    ["a time interval", atNoon],
    ["maintenance", release],
  ])("tells what still fires when %s ends, at that moment", (_what, sections) => {
    const one = mutingWorld(sections);
    advanceTo(one, 12);

    one.fail(shop);
    advanceTo(one, 13, 59);
    expect(one.told).toEqual([]);
    expect(one.engine.snapshot()).toMatchObject({ alerts: [{ status: "firing" }], incidents: [] });
    advanceTo(one, 14);

    expect(one.told).toEqual(["ops: first notification 1/0"]);
    expect(one.outbox[0]?.notification.createdAtMs).toBe(Date.UTC(2026, 10, 23, 6));
  });

  it.each<[string, RawSections]>([
    ["a time interval", atNoon],
    ["maintenance", release],
  ])("never tells what fired and ended within %s, and says why", (_what, sections) => {
    const one = mutingWorld(sections);
    advanceTo(one, 12);

    one.fail(shop);
    one.advance(minuteMs);
    one.run(shop);
    one.advance(minuteMs);
    expect(one.loaded()).toMatchObject({ alerts: [], groups: [] });
    advanceTo(one, 24);

    expect(one.told).toEqual([]);
    expect(one.decisions).toContainEqual(
      expect.objectContaining({ outcome: "drop", because: "fired and resolved while it was muted" }),
    );
  });

  it.each<[string, RawSections]>([
    ["a time interval", atNoon],
    ["maintenance", release],
  ])("tells the recovery to who was told of the outage, although %s has begun (trap 1)", (_what, sections) => {
    const one = mutingWorld(sections);
    one.fail(shop);
    advanceTo(one, 12, 10);

    one.run(shop);
    one.advance(minuteMs);

    expect(one.told).toEqual(["ops: first notification 1/0", "ops: all alerts resolved 0/1"]);
  });

  it.each<[string, RawSections]>([
    ["a time interval", atNoon],
    ["maintenance", release],
  ])("tells an outage that began again within %s when that ends (trap 2)", (_what, sections) => {
    const one = mutingWorld(sections);
    one.fail(shop);
    advanceTo(one, 12, 10);

    one.run(shop);
    one.advance(10 * minuteMs);
    one.fail(shop);
    advanceTo(one, 14);

    expect(one.told).toEqual([
      "ops: first notification 1/0",
      "ops: all alerts resolved 0/1",
      "ops: first notification 1/0",
    ]);
  });

  it("tells as fired again what ended and began again within the mute without a word between (trap 2)", () => {
    const one = mutingWorld(atNoon);
    one.fail(shop);
    advanceTo(one, 12, 10);

    one.run(shop);
    one.run(shop, downFinding);
    advanceTo(one, 14);

    expect(one.told).toEqual(["ops: first notification 1/0", "ops: fired again 1/0"]);
  });

  it("pages only on real change across maintenance: what was down before and is down after is no news (F104)", () => {
    const one = mutingWorld(release);
    one.fail(shop);
    advanceTo(one, 16);

    expect(one.told).toEqual(["ops: first notification 1/0"]);
    expect(one.engine.snapshot().incidents).toMatchObject([{ status: "open" }]);
  });

  it("holds repeats back and catches up once at the end", () => {
    const one = mutingWorld({ ...release, route: { ...everywhere, receiver: "ops", repeat_interval: "90m" } });
    one.fail(shop);
    advanceTo(one, 13, 59);
    expect(one.told).toEqual(["ops: first notification 1/0", "ops: repeat interval elapsed 1/0"]);
    advanceTo(one, 14, 30);

    expect(one.told).toHaveLength(3);
    expect(one.outbox[2]?.notification.createdAtMs).toBe(Date.UTC(2026, 10, 23, 6));
  });

  it("mutes the alerts it covers and tells the rest of their group", () => {
    const one = mutingWorld(release);
    advanceTo(one, 12);

    one.fail(shop);
    one.fail(wiki);
    one.advance(minuteMs);
    expect(one.told).toEqual(["ops: first notification 1/0"]);
    expect(one.outbox[0]?.notification.alerts).toMatchObject([{ labels: { check: "wiki" } }]);
    one.run(wiki);
    advanceTo(one, 14);

    expect(one.told.slice(1)).toEqual(["ops: all alerts resolved 0/1", "ops: first notification 1/0"]);
    const incidents = one.loaded().incidents.map(({ status, members }) => `${status} ${members.length}`);
    expect(incidents).toEqual(["resolved 1", "open 1"]);
  });

  it("keeps a muted alert out of the messages of its group, but not out of its memory", () => {
    const one = mutingWorld(release);
    one.fail(shop);
    one.advance(minuteMs);
    advanceTo(one, 12);

    one.fail(wiki);
    one.advance(10 * minuteMs);
    one.run(wiki);
    one.advance(10 * minuteMs);
    one.run(shop);
    one.advance(10 * minuteMs);

    expect(one.told).toEqual([
      "ops: first notification 1/0",
      "ops: new alerts added 1/0",
      "ops: some alerts resolved 0/1",
      "ops: all alerts resolved 0/1",
    ]);
    expect(one.loaded().incidents).toMatchObject([{ status: "resolved", members: { length: 2 } }]);
  });

  it("never mutes critical business alerts by maintenance unless told to", () => {
    const orders = checkOf("orders", { service: "shop", tier: "business", failureThreshold: 1 });
    const told = (maintenance: object): readonly string[] => {
      const window = { services: ["shop"], cron: "0 12 * * *", lasts: "2h", ...maintenance };
      const one = new AlertingWorld(
        alertingConfigOf([orders], { route: release.route, maintenance: { release: window } }),
      );
      advanceTo(one, 12);
      one.fail(orders);
      one.advance(minuteMs);
      return one.told;
    };

    expect(told({})).toEqual(["ops: first notification 1/0"]);
    expect(told({ never_mute: [] })).toEqual([]);
    expect(told({ never_mute: ["check=payment"] })).toEqual([]);
    expect(told({ matchers: ["tier=os"], never_mute: [] })).toEqual(["ops: first notification 1/0"]);
  });

  it("records what mutes an alert once, and when it no longer does", () => {
    const one = mutingWorld(release);
    advanceTo(one, 12);

    one.fail(shop);
    one.advance(minuteMs);
    one.fail(wiki);
    advanceTo(one, 15);

    expect(mutings(one)).toEqual([
      'mute: maintenance "release" until 2026-11-23T06:00:00.000Z <maintenance/release>',
      "pass: not muted any more <maintenance/release>",
    ]);
  });

  it("looks again when a reload takes the mute away or shortens it", () => {
    const one = mutingWorld(release);
    advanceTo(one, 12);
    one.fail(shop);
    one.advance(minuteMs);

    const shorter = { release: { ...release.maintenance.release, lasts: "1h" } };
    one.reload(alertingConfigOf([shop, wiki], { ...release, maintenance: shorter }));
    advanceTo(one, 12, 59);
    expect(one.told).toEqual([]);
    advanceTo(one, 13);
    expect(one.told).toEqual(["ops: first notification 1/0"]);

    const other = mutingWorld(release);
    advanceTo(other, 12);
    other.fail(shop);
    other.advance(minuteMs);
    other.restart(alertingConfigOf([shop, wiki], { route: release.route }));
    other.advance(minuteMs);
    expect(other.told).toEqual(["ops: first notification 1/0"]);
  });

  it("tells in time although the clock was set back while it was muted", () => {
    const one = mutingWorld(release);
    advanceTo(one, 12);
    one.fail(shop);
    one.advance(minuteMs);

    one.nowMs -= hourMs;
    one.apply(one.engine.flush(one.nowMs));
    one.advance(minuteMs);

    expect(one.told).toEqual(["ops: first notification 1/0"]);
  });
});
