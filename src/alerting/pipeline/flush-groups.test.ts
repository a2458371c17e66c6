import { describe, expect, it } from "vitest";
import { AlertingWorld, alertingConfigOf, checkOf } from "../../../test/support/worlds/alerting-world.ts";
import type { Service } from "../../core/service.ts";

const service = (id: string, needs: readonly string[] = []): Service => ({
  id,
  title: id,
  hosts: [],
  needs,
  links: {},
});
const shops = Array.from({ length: 450 }, (_, index) =>
  checkOf(`shop-${String(index).padStart(3, "0")}`, { service: "shop", failureThreshold: 1 }),
);
const route = { receiver: "ops", group_by: ["alertname", "check"], group_wait: "10s", group_interval: "1m" };

/** Everything fails, and a minute later all of it is due at one moment. */
function outage(checks: typeof shops, needs: readonly string[] = []): AlertingWorld {
  const services = [service("shop", needs), service("db")];
  const world = new AlertingWorld(alertingConfigOf(checks, { route, services }));
  for (const check of checks) world.fail(check);
  world.nowMs += 60_000;
  return world;
}

/** Flushes for as long as something is due now; returns how many messages each flush brought. */
function flushAll(world: AlertingWorld, between: () => void = () => undefined): readonly number[] {
  const counts: number[] = [];
  while ((world.engine.nextWakeMs() ?? Number.POSITIVE_INFINITY) <= world.nowMs) {
    const before = world.outbox.length;
    world.apply(world.engine.flush(world.nowMs));
    counts.push(world.outbox.length - before);
    between();
  }
  return counts;
}

const told = (world: AlertingWorld): readonly string[] =>
  world.outbox.map(
    ({ notification: { because, alerts } }) => `${because} ${alerts.map(({ labels }) => labels["check"]).join()}`,
  );

describe("alerting/pipeline/flush-groups", () => {
  it("lets two hundred groups begin to speak at once, and the others in the flushes that follow at the same moment", () => {
    const world = outage(shops);

    expect(flushAll(world)).toEqual([200, 200, 50]);
    expect(told(world)).toEqual(shops.map(({ id }) => `first notification ${id}`));
  });

  it("tells the same, once, where the daemon is restarted between two turns", () => {
    const [steady, restarted] = [outage(shops), outage(shops)];
    flushAll(steady);
    flushAll(restarted, () => restarted.restart());

    expect(told(restarted)).toEqual(told(steady));
  });

  it("tells no symptom by itself whose cause is due in a later turn", () => {
    const db = checkOf("zz-db", { service: "db", failureThreshold: 1 });
    const world = outage([db, ...shops], ["db"]);
    flushAll(world);
    world.advance(300_000);

    const [first] = world.outbox;
    expect(first?.notification.alerts.map(({ labels }) => labels["check"])).toContain("zz-db");
    expect(new Set(world.outbox.map(({ notification }) => notification.groupLabels["check"]))).toEqual(
      new Set(["zz-db"]),
    );
    const [incident] = world.engine.snapshot().incidents;
    expect(incident?.members).toHaveLength(451);
  });
});
