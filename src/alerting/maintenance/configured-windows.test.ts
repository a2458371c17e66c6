import { describe, expect, it } from "vitest";
import {
  AlertingWorld,
  alertingConfigOf,
  type RawSections,
  receiverOf,
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

describe("alerting/maintenance, windows of the config", () => {
  it("tells beginning and end of the windows of the config, at their moments", () => {
    const one = worldOf({ maintenance: { noon: { ...noon, title: "商城发布" } } });
    one.advance(4 * 60 * minuteMs);

    expect(one.notices.map(({ notification }) => [notification.createdAtMs, notification.text?.title])).toEqual([
      [Date.UTC(2026, 10, 23, 4), "Maintenance begins: 商城发布"],
      [Date.UTC(2026, 10, 23, 5), "Maintenance over: 商城发布"],
    ]);
    expect(notices(one)[1]).toContain("Nothing failed meanwhile");
  });

  it("ends a window of the config early and opens it again at its next start only", () => {
    const one = worldOf({ maintenance: { noon } });
    one.advance(2 * 60 * minuteMs + 15 * minuteMs);
    one.fail(shop);
    one.advance(minuteMs);

    one.perform(endMaintenance("noon", "li"));
    one.restart();
    one.advance(minuteMs);
    expect(checksTold(one)).toEqual(["shop: first notification"]);
    one.run(shop);
    one.advance(23 * 60 * minuteMs + 50 * minuteMs);

    expect(one.notices.map(({ notification }) => notification.text?.title)).toEqual([
      "Maintenance begins: noon",
      "Maintenance over: noon",
      "Maintenance begins: noon",
    ]);
  });

  it("starts a window of the config before its time with the window's own scope and length, and goes on through it", () => {
    const one = worldOf({ maintenance: { noon } });
    one.advance(90 * minuteMs);

    expect(one.perform(startMaintenance({ name: "noon", by: "li" }))).toMatchObject({
      untilMs: Date.UTC(2026, 10, 23, 4, 30),
    });
    one.fail(shop);
    one.advance(89 * minuteMs);
    expect(one.outbox).toEqual([]);
    one.advance(2 * minuteMs);

    expect(checksTold(one)).toEqual(["shop: first notification"]);
    expect(one.notices.map(({ notification }) => notification.text?.title)).toEqual([
      "Maintenance begins: noon",
      "Maintenance ends soon: noon",
      "Maintenance over: noon",
    ]);
  });

  it("tells the end of a window that a reload takes out of the config, and catches up", () => {
    const one = worldOf({ maintenance: { noon } });
    one.advance(130 * minuteMs);
    one.fail(shop);
    one.advance(minuteMs);

    one.reload(alertingConfigOf([shop, payment, wiki], { route }));
    one.advance(minuteMs);

    expect(checksTold(one)).toEqual(["shop: first notification"]);
    expect(one.loaded().records.filter(({ kind }) => kind === "maintenance")).toEqual([]);
  });

  it("tells the receivers of the routes that its alerts would take, those of `notify` instead, or nobody", () => {
    const toldBy = (sections: RawSections): readonly string[] => {
      const one = worldOf(sections);
      one.advance(130 * minuteMs);
      return one.notices.map(({ receiver }) => receiver);
    };
    const split = { ...route, routes: { shop: { matchers: ["service=shop"], receiver: "dev" } } };

    expect(toldBy({ route: split, maintenance: { noon } })).toEqual(["dev"]);
    expect(toldBy({ route: split, maintenance: { noon: { ...noon, notify: ["ops", "dev"] } } })).toEqual([
      "ops",
      "dev",
    ]);
    expect(toldBy({ route: split, maintenance: { noon: { ...noon, notify: [] } } })).toEqual([]);
  });

  it("wakes nobody by phone and posts no notice to programs that read alerts", () => {
    const [chat] = receiverOf(true).integrations;
    if (chat === undefined) throw new Error("receiverOf made no integration");
    const integrations = [{ ...chat, interrupts: true }, { ...chat, alertsOnly: true }, chat];
    const receivers = { ops: { ...receiverOf(true), integrations } };
    const one = new AlertingWorld(alertingConfigOf([shop], { route }, receivers));

    start(one);

    expect(one.notices.map(({ integration }) => integration)).toEqual([2]);
  });
});
