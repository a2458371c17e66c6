import { describe, expect, it } from "vitest";
import {
  alertingConfigOf,
  checkOf,
  downFinding,
  receiverOf,
  resultOf,
} from "../../../test/support/worlds/alerting-world.ts";
import { crew, crewReceivers } from "../../../test/support/worlds/escalation-world.ts";
import type { ConfiguredRule } from "../rules/configured-rule.ts";
import { replay } from "./replay.ts";
import { ruleTurns } from "./rule-turns.ts";

const minuteMs = 60_000;
const startMs = Date.UTC(2026, 10, 23, 2, 0, 0);
const shop = checkOf("shop", { service: "shop" });
/** Half an hour, a run a minute, down from the tenth to the nineteenth. */
const results = Array.from({ length: 30 }, (_, minute) =>
  resultOf(shop, startMs + minute * minuteMs, minute >= 10 && minute < 20 ? [downFinding] : []),
);
const endMs = startMs + 60 * minuteMs;
const told = (checks: readonly ReturnType<typeof checkOf>[], route: object) =>
  replay(alertingConfigOf(checks, { route }, { ops: receiverOf(true) }), results, endMs).map(
    ({ atMs, receiver, intent, alerts }) =>
      `+${Math.round((atMs - startMs) / minuteMs)} ${receiver} ${intent} ${alerts.map(({ summary }) => summary).join()}`,
  );

describe("alerting/replay", () => {
  it("tells at the times of the results what the config would have told", () => {
    expect(told([shop], { receiver: "ops", group_wait: "30s" })).toEqual([
      "+13 ops firing Check shop is down: http://shop/",
      "+21 ops resolved Check shop is down: http://shop/",
    ]);
  });

  it("shows what another threshold or another wait would have changed", () => {
    expect(told([{ ...shop, failureThreshold: 12 }], { receiver: "ops" })).toEqual([]);
    expect(told([shop], { receiver: "ops", group_wait: "20m" })).toEqual([]);
    expect(told([{ ...shop, failureThreshold: 1 }], { receiver: "ops", group_wait: "0s" })[0]).toMatch(
      /^\+10 ops firing/,
    );
  });

  it("tells repetitions up to the end that is asked for, and gives the same every time", () => {
    const config = alertingConfigOf([shop], { route: { receiver: "ops", repeat_interval: "10m" } });
    const lasting = results.slice(0, 15);

    const messages = replay(config, lasting, endMs);

    expect(messages.map(({ because }) => because)).toEqual([
      "first notification",
      ...Array.from({ length: 4 }, () => "repeat interval elapsed"),
    ]);
    expect(replay(config, lasting, endMs)).toEqual(messages);
  });

  it("tells nothing that the clock would have brought before the first result", () => {
    const maintenance = { nightly: { services: ["shop"], cron: "0 22 * * *", lasts: "1h" } };
    const { schedules } = crew;
    const config = alertingConfigOf(
      [shop],
      {
        ...crew,
        maintenance,
        schedules: { ops: { ...schedules.ops, handover: ["ops"] } },
        route: { receiver: "ops" },
      },
      { ...crewReceivers, ops: receiverOf(true) },
    );
    const untilMs = Date.UTC(2026, 10, 23, 15, 30, 0);

    const messages = replay(config, results.slice(0, 5), untilMs);

    expect(messages.map(({ atMs, because }) => `${new Date(atMs).toISOString()} ${because}`)).toEqual([
      "2026-11-23T14:00:00.000Z maintenance begun",
      "2026-11-23T15:00:00.000Z maintenance ended",
    ]);
  });

  it("judges the rules that it has judgements of, minute by minute and in time with the results", () => {
    const rules = {
      hot: { kind: "threshold", metric: "heat", above: { critical: 50 }, for: "2m" },
      cold: { kind: "threshold", metric: "heat", below: { critical: 0 } },
    };
    const config = alertingConfigOf([shop], { rules, route: { receiver: "ops", group_wait: "0s" } });
    const fromMs = endMs - 60 * minuteMs;
    const hot = config.rules.filter(({ id }) => id === "hot").flatMap((rule) => ruleTurns(rule, fromMs, endMs));
    const judgements = hot.map(({ rule, atMs, queries }, index) => {
      const value = index >= 10 && index < 20 ? 60 : 20;
      return { rule, atMs, inputs: queries.map(() => [{ labels: { room: "r1" }, points: [[atMs, value] as const] }]) };
    });

    const messages = replay(config, [], endMs, judgements);

    expect(hot).toHaveLength(60);
    expect(
      messages.map(({ atMs, intent, alerts }) => [Math.round((atMs - fromMs) / minuteMs), intent, alerts[0]?.summary]),
    ).toEqual([
      [12, "firing", "hot"],
      [expect.any(Number), "resolved", "hot"],
    ]);
    expect(ruleTurns({ ...config.rules[0], intervalMs: 15_000 } as ConfiguredRule, fromMs, endMs)).toHaveLength(60);
  });
});
