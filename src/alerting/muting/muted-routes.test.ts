import { describe, expect, it } from "vitest";
import { advanceTo, atNoon, everywhere, mutingWorld, noon, shop, wiki } from "../../../test/support/muting-world.ts";
import { AlertingWorld, alertingConfigOf, receiverOf } from "../../../test/support/worlds/alerting-world.ts";

const minuteMs = 60_000;
const hourMs = 3_600_000;

describe("alerting/muting of routes", () => {
  it("tells nothing outside of active intervals", () => {
    const route = {
      ...everywhere,
      receiver: "ops",
      routes: { all: { active_time_intervals: ["noon", "evening"], routes: { os: { matchers: ["tier=os"] } } } },
    };
    const one = mutingWorld({
      time_intervals: { noon: [noon], evening: [{ times: [{ start: "18:00", end: "20:00" }] }] },
      route,
    });

    one.fail(shop);
    advanceTo(one, 11, 59);
    expect(one.told).toEqual([]);
    advanceTo(one, 12);
    expect(one.told).toEqual(["ops: first notification 1/0"]);
    advanceTo(one, 15);
    one.fail(wiki);
    advanceTo(one, 17, 59);
    expect(one.told).toHaveLength(1);
    advanceTo(one, 18);

    expect(one.told).toEqual(["ops: first notification 1/0", "ops: new alerts added 2/0"]);
    const [mute] = one.decisions.filter(({ stage }) => stage === "muting");
    expect(`${mute?.outcome}: ${mute?.because} <${mute?.by}>`).toBe(
      "mute: route/all tells only within noon, evening until 2026-11-23T04:00:00.000Z <time_interval/noon, evening>",
    );
  });

  it("mutes one route and not the copy beside it, in one incident", () => {
    const routes = {
      day: { continue: true, mute_time_intervals: ["noon"] },
      copy: { receiver: "dev", group_interval: "1m" },
    };
    const sections = { ...atNoon, route: { ...atNoon.route, routes } };
    const receivers = { ops: receiverOf(true), dev: receiverOf(true) };
    const one = new AlertingWorld(alertingConfigOf([shop, wiki], sections, receivers));
    advanceTo(one, 12);

    one.fail(shop);
    advanceTo(one, 14);
    expect(one.told).toEqual(["dev: first notification 1/0", "ops: first notification 1/0"]);
    one.run(shop);
    one.advance(hourMs);

    expect(one.told.slice(2)).toEqual(["dev: all alerts resolved 0/1", "ops: all alerts resolved 0/1"]);
    expect(one.loaded().incidents).toMatchObject([{ status: "resolved", groupKey: 'route/day:{tier="application"}' }]);
  });

  it("ends the incident of an outage that only the copy was told of", () => {
    const routes = { day: { continue: true, mute_time_intervals: ["noon"] }, copy: { receiver: "dev" } };
    const sections = { ...atNoon, route: { ...atNoon.route, routes } };
    const receivers = { ops: receiverOf(true), dev: receiverOf(true) };
    const one = new AlertingWorld(alertingConfigOf([shop], sections, receivers));
    advanceTo(one, 12);

    one.fail(shop);
    one.advance(10 * minuteMs);
    one.run(shop);
    one.advance(10 * minuteMs);

    expect(one.told).toEqual(["dev: first notification 1/0", "dev: all alerts resolved 0/1"]);
    const [incident] = one.loaded().incidents;
    expect(incident).toMatchObject({ status: "resolved" });
    expect(incident?.timeline.at(-1)?.detail).toBe("no alert of it fires any more");
  });
});
