import { describe, expect, it } from "vitest";
import { type AlertingWorld, alertingConfigOf } from "../../../test/support/worlds/alerting-world.ts";
import {
  checkout,
  crew,
  crewReceivers,
  crewWorld,
  minuteMs,
  sentSince,
} from "../../../test/support/worlds/escalation-world.ts";
import { composeMessage } from "../../core/message/message.ts";
import { actOnIncident } from "../escalation/incident-actions.ts";
import { startMaintenance } from "../maintenance/maintenance-actions.ts";
import { type DrillOutcome, endDrill, startDrill } from "./drill-actions.ts";

function drill(world: AlertingWorld, name = "shop", severity: "critical" | "warning" = "critical"): DrillOutcome {
  return world.perform(startDrill({ name, severity, by: "trainer" }));
}

const open = (world: AlertingWorld) => world.engine.snapshot().incidents[0];

describe("alerting/drills", () => {
  it("goes the whole way to the people that the real thing would reach, every text marked", () => {
    const world = crewWorld();
    const startMs = world.nowMs;

    expect(drill(world)).toEqual({
      ok: true,
      name: "shop",
      policy: "p1",
      missed: [],
      untilMs: startMs + 25 * minuteMs,
    });
    world.advance(11 * minuteMs);

    expect(sentSince(world.outbox, startMs)).toEqual([
      "+0 chat→a firing first notification",
      "+0 voice→a firing first notification",
      "+5 voice→a firing escalated",
      "+5 chat→a firing escalated",
      "+10 voice→b firing escalated",
      "+10 chat→b firing escalated",
    ]);
    for (const { notification } of world.outbox) {
      expect(composeMessage(notification).title).toBe("DRILL Critical: Service shop");
      expect(composeMessage({ ...notification, locale: "zh" }).title).toBe("【演练】严重 Service shop");
    }
  });

  it("is over when somebody takes it, and says so, marked too", () => {
    const world = crewWorld();
    const startMs = world.nowMs;
    drill(world);
    world.advance(minuteMs);
    world.perform(actOnIncident(open(world)?.id ?? "", { kind: "acknowledge" }, { by: "a", via: "page" }));
    world.advance(10 * minuteMs);

    expect(sentSince(world.outbox, startMs).slice(2)).toEqual([
      "+1 chat→a update taken",
      "+5 chat→a resolved all alerts resolved",
    ]);
    expect(world.outbox.every(({ notification }) => notification.isDrill === true)).toBe(true);
    expect(world.loaded().alerts).toEqual([]);
    expect(world.loaded().incidents[0]?.status).toBe("resolved");
  });

  it("ends by itself after its chain, or when it is told to, and survives restart and reload until then", () => {
    const world = crewWorld();
    drill(world);
    world.advance(minuteMs);
    world.restart();
    world.reload(alertingConfigOf([checkout], crew, crewReceivers));
    world.advance(20 * minuteMs);
    expect(open(world)?.status).toBe("open");
    world.advance(20 * minuteMs);
    expect(world.loaded().incidents[0]?.status).toBe("resolved");

    drill(world);
    world.advance(minuteMs);
    expect(world.perform(endDrill("shop", "trainer"))).toMatchObject({ ok: true });
    world.advance(10 * minuteMs);
    expect(world.engine.snapshot().incidents).toEqual([]);
    expect(world.perform(endDrill("shop", "trainer"))).toMatchObject({ ok: false, problem: "unknown" });
  });

  it("shares no group with what is real, explains nothing and mutes nothing", () => {
    const inhibit_rules = { all: { source: ["severity=critical"], target: ["severity=~critical|warning"] } };
    const world = crewWorld({ inhibit_rules });
    drill(world);
    world.advance(minuteMs);
    world.fail(checkout);
    world.advance(minuteMs);
    const real = world.outbox.filter(({ notification }) => notification.isDrill !== true);

    expect(world.engine.snapshot().incidents).toHaveLength(2);
    expect(real.map(({ receiver }) => receiver)).toEqual(["chat", "voice"]);
    expect(real[0]?.notification.alerts).toMatchObject([{ labels: { check: "checkout" } }]);
  });

  it("says to whoever starts it what keeps it from being told", () => {
    const world = crewWorld();
    world.perform(startMaintenance({ name: "shop", lastsMs: 60 * minuteMs, by: "trainer" }));

    expect(drill(world)).toMatchObject({ ok: true, heldBy: expect.stringContaining("maintenance") });
  });

  it("rehearses a policy by its name, at the severity that is asked for", () => {
    const world = crewWorld({ service_policies: {} });
    drill(world, "p1", "warning");
    world.advance(0);

    expect(world.outbox.map(({ receiver, notification }) => `${receiver}→${notification.recipient}`)).toEqual([
      "chat→a",
    ]);
  });

  it("says to whoever starts it whom the chain names and does not tell at that severity", () => {
    expect(drill(crewWorld(), "shop", "warning")).toMatchObject({ ok: true, missed: ["Lead is not told of warning"] });
    const schedules = { ops: { ...crew.schedules.ops, members: ["a"] } };
    expect(drill(crewWorld({ schedules }))).toMatchObject({ missed: ["nobody is on call for oncall/ops+1"] });
  });

  it.each([
    ["pay", 'there is no service and no policy "pay"'],
    ["shop", 'the service "shop" has no policy: there is no chain to rehearse'],
  ])("refuses %s where it leads nowhere", (name, message) => {
    expect(drill(crewWorld({ service_policies: {} }), name)).toMatchObject({ ok: false, message });
  });
});
