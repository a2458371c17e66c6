import { describe, expect, it } from "vitest";
import {
  AlertingWorld,
  alertingConfigOf,
  downFinding,
  type RawSections,
  receiverOf,
} from "../../../test/support/worlds/alerting-world.ts";
import {
  app,
  checkout,
  fail,
  fingerprintOf,
  machine,
  minuteMs,
  receivers,
  route,
  service,
  services,
  wayOf,
} from "../../../test/support/worlds/correlation-world.ts";
import type { Check } from "../../core/checks/check.ts";
import { composeMessage, plainTextOf } from "../../core/message/message.ts";

const db = machine("db-1", { failureThreshold: 3 });
const pay = machine("pay-1", { failureThreshold: 3 });
const voice = {
  ...receiverOf(false),
  integrations: [{ kind: "voice", endpoint: "v", sendResolved: false, interrupts: true }],
};
const all = { ...receivers, mail: receiverOf(true), voice };

function worldOf(sections: RawSections = {}, of: readonly Check[] = [db, pay, checkout]): AlertingWorld {
  return new AlertingWorld(alertingConfigOf(of, { route, services, ...sections }, all));
}

/** The machines begin to fail, then the checks, which nothing confirmed explains: they are told on their own. */
function toldAlone(
  world: AlertingWorld,
  machines: readonly Check[] = [db],
  checks: readonly Check[] = [checkout],
): void {
  fail(world, ...machines);
  fail(world, ...checks);
  world.advance(2 * minuteMs);
}

/** What a receiver heard, without what groups say at first. */
function newsTo(world: AlertingWorld, receiver: string): readonly string[] {
  return world.outbox
    .filter((row) => row.receiver === receiver && row.notification.story?.news !== undefined)
    .map(({ notification }) => notification.story?.news?.kind ?? "");
}

describe("alerting/correlation/find-causes", () => {
  it("tells whoever knows of an incident its cause once that is told, which stays an incident of its own", () => {
    const world = worldOf();
    toldAlone(world);
    fail(world, db, db);
    world.advance(20 * minuteMs);

    expect(world.told).toEqual(["dev: first notification 1/0", "ops: first notification 1/0", "dev: cause 1/0"]);
    const news = world.outbox[2]?.notification;
    expect(news).toMatchObject({ intent: "update", incident: world.outbox[0]?.notification.incident });
    expect(wayOf(news)).toEqual(["db-1", "checkout"]);
    expect(world.engine.snapshot().incidents).toHaveLength(2);
  });

  it("says so in the timeline and in what explains the alert", () => {
    const world = worldOf();
    toldAlone(world);
    fail(world, db, db);
    world.advance(minuteMs);

    const way = '"Check db-1 is down: http://db-1/"';
    const [own] = world.engine.snapshot().incidents;
    expect(own?.timeline.at(-1)).toMatchObject({ kind: "cause found", detail: way });
    const trail = world.decisions.filter(
      ({ stage, subject }) => stage === "correlation" && subject === fingerprintOf(world, checkout),
    );
    expect(trail.at(-1)).toMatchObject({
      outcome: "pass",
      because: `cause found: ${way}, told after it; it stays an incident of its own`,
      by: `alert/${fingerprintOf(world, db)}`,
    });
    expect(world.decisions.at(-1)).toMatchObject({
      subject: own?.id,
      because: "cause: told to dev, in one message about 1 incident",
    });
  });

  it.each([
    ["en", "The cause is known now", "Chain: 10:00 Check db-1 – wrong status → 10:00 Check checkout – wrong status"],
    ["zh", "原因已查明", "经过:10:00 Check db-1 状态码异常 → 10:00 Check checkout 状态码异常"],
  ] as const)("names the way from the cause, and at the end the cause (%s)", (locale, said, chain) => {
    const world = worldOf();
    world.reload({ ...world.config, locale });
    toldAlone(world);
    fail(world, db, db);
    world.advance(minuteMs);
    world.run(db);
    world.advance(minuteMs);
    world.run(checkout);
    world.advance(10 * minuteMs);

    const texts = world.outbox
      .filter(({ receiver }) => receiver === "dev")
      .map(({ notification }) => plainTextOf(composeMessage(notification)));
    expect(texts[1]).toContain(`${said}\n502 Bad Gateway`);
    expect(texts[1]).toContain(chain);
    expect(texts[2]).toContain(locale === "en" ? "Cause: Check db-1 – wrong status" : "原因:Check db-1 状态码异常");
    expect(texts).toHaveLength(3);
  });

  it("tells every receiver that was told of the incident, also by another route, and none that was not", () => {
    const copies = { copy: { matchers: ["service=shop"], receiver: "mail", continue: true, group_by: ["service"] } };
    const routes = { ...copies, ...route.routes, apps: { matchers: ["tier=application"], receiver: "dev" } };
    const world = worldOf({ route: { ...route, routes } });
    fail(world, db);
    fail(world, checkout);
    world.advance(2 * minuteMs);
    fail(world, db, db);
    world.advance(10 * minuteMs);
    expect([newsTo(world, "dev"), newsTo(world, "mail")]).toEqual([["cause"], ["cause"]]);
    expect(newsTo(world, "ops")).toEqual([]);
  });

  it("tells whom steps have told, by mail and not by telephone, and survives a restart", () => {
    const people = { a: { title: "A", reach: { critical: ["voice", "mail"] } } };
    const policies = {
      p1: {
        steps: [
          { at: "0m", notify: ["person/a"] },
          { at: "30m", notify: ["person/a"] },
        ],
      },
    };
    const policed = services.map((each) => (each.id === "shop" ? { ...each, policy: "p1" } : each));
    const world = worldOf({ people, policies, services: policed });
    toldAlone(world);
    fail(world, db, db);
    world.restart();
    world.advance(minuteMs);
    world.restart();
    world.advance(40 * minuteMs);

    expect([newsTo(world, "dev"), newsTo(world, "mail"), newsTo(world, "voice")]).toEqual([
      ["cause"],
      ["cause", "escalated"],
      ["escalated"],
    ]);
    const call = world.outbox.findLast(({ receiver }) => receiver === "voice");
    expect(wayOf(call?.notification)).toEqual(["db-1", "checkout"]);
  });

  it("tells another cause when the first is over, not sooner than the group's interval after the news before", () => {
    const world = worldOf({ route: { ...route, group_interval: "10m" } });
    toldAlone(world, [pay, db]);
    fail(world, db, db);
    world.advance(minuteMs);
    world.run(db);
    fail(world, pay, pay);
    world.advance(8 * minuteMs);
    expect(newsTo(world, "dev")).toEqual(["cause"]);
    world.restart();
    world.advance(2 * minuteMs);

    expect(newsTo(world, "dev")).toEqual(["cause", "cause_changed"]);
    const changed = world.outbox.findLast(({ receiver }) => receiver === "dev")?.notification;
    expect(wayOf(changed)).toEqual(["pay-1", "checkout"]);
    expect(changed === undefined ? "" : plainTextOf(composeMessage(changed))).toContain(
      "The cause is another one than was told",
    );
  });

  it("tells another cause to whom a critical alert of the business was told for information, once and at a distance", () => {
    const orders = app("orders", { tier: "business" });
    const [first, second] = [machine("db-1"), machine("pay-1")];
    const world = worldOf({ route: { ...route, group_interval: "5m" } }, [first, second, orders]);
    fail(world, first, second);
    world.advance(minuteMs);
    fail(world, orders);
    world.advance(minuteMs);
    const [{ notification: told } = { notification: undefined }] = world.outbox.filter(
      ({ receiver }) => receiver === "managers",
    );
    const cause = wayOf(told)?.[0] === "db-1" ? first : second;
    world.run(cause);
    world.advance(2 * minuteMs);
    expect(newsTo(world, "managers")).toEqual([]);
    world.restart();
    world.advance(20 * minuteMs);

    expect(world.told.filter((line) => line.startsWith("managers"))).toEqual([
      "managers: first notification 1/0",
      "managers: another cause 1/0",
    ]);
    const changed = world.outbox.findLast(({ receiver }) => receiver === "managers")?.notification;
    expect(changed).toMatchObject({ intent: "update", story: { news: { kind: "cause_changed" } } });
    expect(wayOf(changed)).toEqual([cause === first ? "pay-1" : "db-1", "orders"]);
    const { incident } = changed ?? {};
    expect(world.engine.snapshot().incidents.find(({ id }) => id === incident)?.status).toBe("open");
  });

  it("says nothing of a cause that was over before its turn came, nor of one that came back", () => {
    const world = worldOf({ route: { ...route, group_interval: "10m" } });
    toldAlone(world, [pay, db]);
    fail(world, db, db);
    world.advance(minuteMs);
    world.run(db);
    fail(world, pay, pay);
    world.advance(5 * minuteMs);
    world.run(pay);
    world.advance(30 * minuteMs);

    expect(newsTo(world, "dev")).toEqual(["cause"]);
    expect(world.decisions.map(({ because }) => because)).toContain(
      "cause: it is over, or nothing that it explains fires",
    );
  });

  describe("with many of them", () => {
    const many = Array.from({ length: 120 }, (_, index) => index);
    const hosts = many.map((index) => machine(`m${index}`, { failureThreshold: 3 }));
    const pages = many.map((index) => app(`p${index}`, { service: `s${index}` }));
    const catalogue = many.map((index) => service(`s${index}`, { hosts: [`m${index}`] }));

    it("sends one message where many causes of as many incidents are told at once, and then keeps its distance", () => {
      const world = worldOf({ services: catalogue }, [...hosts, ...pages]);
      toldAlone(world, hosts, pages);
      fail(world, ...hosts.slice(0, 60), ...hosts.slice(0, 60));
      world.advance(15_000);
      for (const host of hosts.slice(60)) {
        fail(world, host, host);
        world.advance(1000);
      }
      world.advance(10 * minuteMs);

      expect(newsTo(world, "dev").length).toBeLessThanOrEqual(3);
      expect(world.engine.snapshot().incidents.filter(({ cause }) => cause?.toldAtMs !== undefined)).toHaveLength(120);
      const [first] = world.outbox.filter(({ notification }) => notification.story?.news?.kind === "cause");
      expect([first?.notification.alerts.length, first?.notification.truncatedAlerts]).toEqual([50, 10]);
    });

    it("sends one message where one cause explains many incidents", () => {
      const one = many.map((index) => service(`s${index}`, { hosts: ["m0"] }));
      const world = worldOf({ services: one }, [...hosts.slice(0, 1), ...pages]);
      toldAlone(world, hosts.slice(0, 1), pages);
      world.run(hosts[0] ?? db, downFinding);
      world.run(hosts[0] ?? db, downFinding);
      world.advance(10 * minuteMs);

      expect(newsTo(world, "dev")).toEqual(["cause"]);
    });
  });
});
