import { describe, expect, it } from "vitest";
import { AlertingWorld, alertingConfigOf, checkOf } from "../../../test/support/worlds/alerting-world.ts";
import type { Service } from "../../core/service.ts";
import { startMaintenance } from "../maintenance/maintenance-actions.ts";
import { type ChangeWish, reportChange } from "./change-actions.ts";

const minuteMs = 60_000;
const shop = checkOf("shop", { service: "shop", failureThreshold: 1 });
const wiki = checkOf("wiki", { service: "wiki", failureThreshold: 1 });

function world(): AlertingWorld {
  const config = alertingConfigOf([shop, wiki], { route: { receiver: "ops", group_wait: "0s", group_by: ["check"] } });
  const service = (id: string, needs: readonly string[] = []): Service => ({
    id,
    title: id,
    hosts: [],
    needs,
    links: {},
  });
  const services = new Map([service("shop", ["pay"]), service("pay"), service("wiki")].map((each) => [each.id, each]));
  return new AlertingWorld({ ...config, services });
}

function report(one: AlertingWorld, text: string, changes: Partial<ChangeWish> = {}): void {
  const outcome = one.perform(reportChange({ atMs: one.nowMs, text, by: "pipeline", ...changes }));
  expect(outcome.ok).toBe(true);
}

/** Changes that the newest message names. */
function told(one: AlertingWorld): readonly string[] {
  return (one.outbox.at(-1)?.notification.story?.changes ?? []).map(({ text }) => text);
}

describe("alerting/changes", () => {
  it("names what was changed in the two hours before an outage: of its service, of what that needs, and of any", () => {
    const one = world();
    report(one, "long ago", { services: ["shop"] });
    one.advance(90 * minuteMs);
    report(one, "pay v7", { services: ["pay"] });
    one.advance(minuteMs);
    report(one, "wiki v2", { services: ["wiki"] });
    one.advance(minuteMs);
    report(one, "core switch");
    one.advance(40 * minuteMs);
    report(one, "shop v2.8", { services: ["shop"] });

    one.fail(shop);
    one.advance(minuteMs);
    expect(told(one)).toEqual(["shop v2.8", "core switch", "pay v7"]);
    one.fail(wiki);
    one.advance(minuteMs);

    expect(told(one)).toEqual(["core switch", "wiki v2"]);
  });

  it("names a change that came after the outage began in what is told later, and none in the recovery", () => {
    const one = world();
    one.fail(shop);
    one.advance(minuteMs);
    expect(told(one)).toEqual([]);
    report(one, "rollback", { services: ["shop"] });
    one.restart();

    one.advance(5 * 60 * minuteMs);
    expect(told(one)).toEqual(["rollback"]);
    one.run(shop);
    one.advance(10 * minuteMs);

    expect(told(one)).toEqual([]);
  });

  it("counts maintenance as a change", () => {
    const one = world();
    one.perform(startMaintenance({ name: "shop", lastsMs: minuteMs, by: "pipeline", comment: "v2.8" }));
    one.advance(10 * minuteMs);

    one.fail(shop);
    one.advance(minuteMs);

    expect(told(one)).toEqual(["maintenance: v2.8"]);
  });

  it("forgets changes after two weeks, in the store too", () => {
    const one = world();
    report(one, "old");
    one.advance(15 * 24 * 60 * minuteMs);
    one.apply(one.engine.flush(one.nowMs));

    expect(one.engine.snapshot().changes).toEqual([]);
    expect(one.loaded().records.map(({ kind }) => kind)).toEqual(["config", "watched"]);
  });
});
