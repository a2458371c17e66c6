import { describe, expect, it } from "vitest";
import { advanceTo, atNoon, shop, wiki } from "../../../test/support/muting-world.ts";
import { AlertingWorld, alertingConfigOf, receiverOf } from "../../../test/support/worlds/alerting-world.ts";

const minuteMs = 60_000;

describe("alerting/muting with a copy that is not muted", () => {
  const routes = {
    a: { continue: true, mute_time_intervals: ["noon"] },
    b: { receiver: "dev", group_interval: "1m" },
  };
  const sections = { ...atNoon, route: { ...atNoon.route, routes } };

  function withCopy(): AlertingWorld {
    const receivers = { ops: receiverOf(true), dev: receiverOf(true) };
    const one = new AlertingWorld(alertingConfigOf([shop, wiki], sections, receivers));
    one.fail(shop);
    advanceTo(one, 12, 10);
    return one;
  }

  function incidents(one: AlertingWorld): readonly string[] {
    return one.loaded().incidents.map(({ status, members }) => `${status} ${members.length}`);
  }

  it("keeps the incident open for what only the copy was told of", () => {
    const one = withCopy();
    one.fail(wiki);
    one.advance(10 * minuteMs);

    one.run(shop);
    one.advance(10 * minuteMs);
    expect(incidents(one)).toEqual(["open 2"]);
    advanceTo(one, 14);

    expect(one.told.filter((line) => line.startsWith("ops"))).toEqual([
      "ops: first notification 1/0",
      "ops: all alerts resolved 0/1",
      "ops: first notification 1/0",
    ]);
    one.run(wiki);
    one.advance(10 * minuteMs);
    expect(incidents(one)).toEqual(["resolved 2"]);
  });

  it("opens another incident when the copy tells something new at the moment the first one ends", () => {
    const one = withCopy();
    one.run(shop);
    one.fail(wiki);
    one.advance(minuteMs);
    expect(one.told.slice(2)).toEqual(["ops: all alerts resolved 0/1", "dev: new alerts added 1/1"]);
    expect(incidents(one)).toEqual(["resolved 1", "open 1"]);

    one.run(wiki);
    one.advance(10 * minuteMs);
    expect(incidents(one)).toEqual(["resolved 1", "resolved 1"]);
  });
});
