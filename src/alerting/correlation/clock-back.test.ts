import { describe, expect, it } from "vitest";
import type { AlertingWorld } from "../../../test/support/worlds/alerting-world.ts";
import {
  app,
  checkout,
  db,
  fail,
  machine,
  minuteMs,
  orders,
  route,
  worldOf,
} from "../../../test/support/worlds/correlation-world.ts";

const db2 = machine("db-2");
const os = { matchers: ["tier=os"], receiver: "ops" };

function toldTo(world: AlertingWorld, receiver: string): readonly string[] {
  return world.told.filter((line) => line.startsWith(receiver));
}

describe("alerting/correlation, when the clock goes back", () => {
  it("says once that a symptom is on its own again, also where the clock went back a little since", () => {
    const maintenance = {
      db: { matchers: ["check=db-1"], cron: "10 2 * * *", lasts: "6h", time_zone: "UTC", never_mute: [] },
    };
    const world = worldOf({ maintenance, route: { ...route, group_interval: "1s" } });
    fail(world, db, checkout);
    world.advance(10 * minuteMs);
    expect(toldTo(world, "dev")).toEqual(["dev: no longer explained 1/0"]);

    world.nowMs -= 40_000;
    fail(world, orders);
    world.advance(15_000);
    world.run(orders);
    world.advance(minuteMs);

    expect(toldTo(world, "dev")).toEqual([
      "dev: no longer explained 1/0",
      "dev: new alerts added 2/0",
      "dev: cause 1/0",
      "dev: some alerts resolved 1/1",
    ]);
  });

  it("does not say again what its group told before another alert of it was explained", () => {
    const cart = app("cart", { dependsOn: ["db-2"] });
    const ways = { receiver: "dev", group_by: ["service"], group_wait: "10s", group_interval: "1s", routes: { os } };
    const world = worldOf({ route: ways }, [db, db2, checkout, cart]);
    fail(world, db, checkout);
    world.advance(2 * minuteMs);
    world.run(db);
    world.advance(3 * minuteMs);
    fail(world, db2);
    world.advance(minuteMs);
    fail(world, cart);
    world.advance(2 * minuteMs);
    expect(toldTo(world, "dev")).toEqual(["dev: no longer explained 1/0"]);

    world.nowMs -= 90 * minuteMs;
    world.apply(world.engine.flush(world.nowMs));
    world.advance(27 * minuteMs);

    expect(toldTo(world, "dev")).toEqual(["dev: no longer explained 1/0"]);
  });

  it.each([true, false])(
    "tells what is on its own again within the time that the clock went back (told meanwhile: %s)",
    (hasNews) => {
      const sales = app("sales", { tier: "business", dependsOn: ["db-2"] });
      const later = app("later", { tier: "business", dependsOn: ["nothing"] });
      const ways = {
        receiver: "managers",
        group_by: ["service"],
        group_wait: "1s",
        group_interval: "1s",
        routes: { os },
      };
      const world = worldOf({ route: ways, correlation: { grace: "10s" } }, [db, db2, orders, sales, later]);
      fail(world, db2, db);
      world.advance(10_000);
      fail(world, sales, orders);
      world.advance(2 * minuteMs);
      world.run(db);
      world.advance(11_000);
      expect(toldTo(world, "managers").at(-1)).toBe("managers: no longer explained 1/0");

      world.nowMs -= 40_000;
      if (hasNews) fail(world, later);
      world.advance(3000);
      world.run(db2);
      world.advance(15 * minuteMs);

      expect(toldTo(world, "managers").at(-1)).toBe(`managers: no longer explained ${hasNews ? 3 : 2}/0`);
      const message = world.outbox.findLast(({ receiver }) => receiver === "managers");
      expect(message?.notification.story).toMatchObject({ formerCause: { text: "Check db-2 – wrong status" } });
    },
  );
});
