import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AlertingWorld, alertingConfigOf, checkOf, downFinding } from "../../../test/support/worlds/alerting-world.ts";
import type { Alert } from "../../core/alerting/alert.ts";
import type { Check } from "../../core/checks/check.ts";
import { fingerprint } from "../../core/labels.ts";
import { inhibitRulesSchema } from "./inhibit-rules-schema.ts";
import { InhibitionGraph } from "./inhibition-graph.ts";
import { openInhibitRules } from "./inhibition-rule.ts";

const minuteMs = 60_000;
const hourMs = 3_600_000;
const one = { failureThreshold: 1 };
const database = checkOf("db", { ...one, tier: "os", labels: { host: "db-1" } });
const shop = checkOf("shop", { ...one, labels: { host: "db-1" } });
const wiki = checkOf("wiki", { ...one, labels: { host: "web-1" } });
const plain = checkOf("plain", { ...one });
const bare = checkOf("bare", { ...one, tier: "os" });
const route = { receiver: "ops", group_by: ["check"], group_wait: "10s", group_interval: "5m" };
const hosts = { hosts: { source: ["tier=os"], target: ["tier=application"], equal: ["host"] } };

function world(sections: object = {}, checks: readonly Check[] = [database, shop, wiki, plain, bare]): AlertingWorld {
  return new AlertingWorld(alertingConfigOf(checks, { route, inhibit_rules: hosts, ...sections }));
}

/** Checks that somebody was told of, as `check firing/resolved`. */
function toldChecks(from: AlertingWorld): readonly string[] {
  return from.outbox.map(({ notification }) => `${notification.groupLabels["check"]} ${notification.intent}`);
}

describe("alerting/muting inhibition", () => {
  it("does not tell of a target while its source fires, and names the source", () => {
    const all = world();
    all.fail(database);
    all.fail(shop);
    all.fail(wiki);
    all.advance(hourMs);

    expect(toldChecks(all)).toEqual(["db firing", "wiki firing"]);
    const source = all.outbox[0]?.notification.alerts[0]?.fingerprint;
    expect(all.decisions.filter(({ stage }) => stage === "muting")).toMatchObject([
      { outcome: "mute", by: `alert/${source}`, because: 'inhibited by "Check db is down: http://db/" (rule hosts)' },
    ]);
  });

  it("never takes a label that both lack for equal (trap 5)", () => {
    const all = world();
    all.fail(bare);
    all.fail(plain);
    all.advance(hourMs);

    expect(toldChecks(all)).toEqual(["bare firing", "plain firing"]);
  });

  it("tells of the target a group_wait after its source has ended, unless it has ended, too", () => {
    const all = world();
    all.fail(database);
    all.fail(shop);
    all.advance(hourMs);

    all.run(database);
    all.advance(9000);
    expect(toldChecks(all)).toEqual(["db firing"]);
    all.advance(10 * minuteMs);
    expect(toldChecks(all)).toEqual(["db firing", "db resolved", "shop firing"]);

    all.fail(database);
    all.run(shop);
    all.advance(hourMs);
    all.run(shop, downFinding);
    all.advance(hourMs);
    all.run(database);
    all.run(shop);
    all.advance(hourMs);
    expect(toldChecks(all).slice(3)).toEqual(["db firing", "shop resolved", "db resolved"]);
  });

  it("tells the recovery of a target that was told before its source came (trap 1)", () => {
    const all = world();
    all.fail(shop);
    all.advance(minuteMs);
    all.fail(database);
    all.advance(minuteMs);

    all.run(shop);
    all.advance(10 * minuteMs);

    expect(toldChecks(all)).toEqual(["shop firing", "db firing", "shop resolved"]);
  });

  it("tells of the target when nobody hears of its source", () => {
    const maintenance = { work: { matchers: ["check=db"], cron: "0 11 * * *", lasts: "1h", never_mute: [] } };
    const all = world({ maintenance });
    all.fail(database);
    all.fail(shop);
    all.advance(59 * minuteMs);
    expect(toldChecks(all)).toEqual(["db firing"]);

    all.advance(minuteMs);
    expect(toldChecks(all)).toEqual(["db firing", "shop firing"]);
    all.advance(2 * hourMs);
    expect(toldChecks(all)).toEqual(["db firing", "shop firing"]);
  });

  it("tells of the target when all routes of its source are muted", () => {
    const time_intervals = { always: [{}] };
    const routes = { os: { matchers: ["tier=os"], mute_time_intervals: ["always"] } };
    const all = world({ time_intervals, route: { ...route, routes } });
    all.fail(database);
    all.fail(shop);
    all.advance(hourMs);

    expect(toldChecks(all)).toEqual(["shop firing"]);
  });

  it("lets an inhibited alert inhibit others, for somebody hears of the first", () => {
    const chain = {
      "power-switch": { source: ["check=power"], target: ["check=switch"] },
      "switch-host": { source: ["check=switch"], target: ["check=host"] },
    };
    const checks = ["power", "switch", "host"].map((id) => checkOf(id, one));
    const all = world({ inhibit_rules: chain }, checks);
    for (const check of checks.toReversed()) all.fail(check);
    all.advance(hourMs);

    expect(toldChecks(all)).toEqual(["power firing"]);
  });

  it("does not let an alert inhibit itself or its like by one rule", () => {
    const all = world({ inhibit_rules: { loop: { source: ["severity=critical"], target: ["tier=application"] } } });
    all.fail(shop);
    all.fail(wiki);
    all.advance(hourMs);

    expect(toldChecks(all)).toEqual(["shop firing", "wiki firing"]);
  });

  it("tells the first of those who inhibit each other by several rules", () => {
    const mutual = {
      a: { source: ["check=shop"], target: ["check=wiki"] },
      b: { source: ["check=wiki"], target: ["check=shop"] },
    };
    const all = world({ inhibit_rules: mutual });
    all.fail(wiki);
    all.fail(shop);
    all.advance(hourMs);
    expect(toldChecks(all)).toEqual(["wiki firing"]);

    all.run(wiki);
    all.advance(hourMs);
    expect(toldChecks(all)).toEqual(["wiki firing", "shop firing", "wiki resolved"]);
  });

  it("tells none of a circle that an alert outside of it inhibits", () => {
    const circle = {
      a: { source: ["check=shop"], target: ["check=wiki"] },
      b: { source: ["check=wiki"], target: ["check=shop"] },
      outside: { source: ["check=db"], target: ["check=shop"] },
    };
    const all = world({ inhibit_rules: circle });
    all.fail(wiki);
    all.fail(shop);
    all.fail(database);
    all.advance(hourMs);

    expect(toldChecks(all)).toEqual(["db firing"]);
  });

  it.each([
    [{ source: [], target: ["a=b"] }, "Too small"],
    [{ source: ["a=b"] }, "expected array"],
    [{ source: ["a=b"], target: ["a~b"] }, "write name=value"],
    [{ source: ["a=b"], target: ["b=c"], equal: ["no label"] }, "a label name is"],
  ])("refuses %j and says why", (rule, words) => {
    const outcome = inhibitRulesSchema.safeParse({ it: rule });

    expect(JSON.stringify(outcome.error?.issues)).toContain(words);
  });

  it("always lets somebody hear, whatever the rules: every inhibited alert leads back to one that is told", () => {
    const name = fc.constantFrom("a", "b", "c", "d", "e");
    const edges = fc.array(fc.tuple(name, name), { maxLength: 10 });
    const starts = fc.record({ a: fc.nat(3), b: fc.nat(3), c: fc.nat(3), d: fc.nat(3), e: fc.nat(3) });
    fc.assert(
      fc.property(edges, starts, (pairs, times) => {
        const rules = pairs.map(([from, to], index) => [`r${index}`, { source: [`n=${from}`], target: [`n=${to}`] }]);
        const alerts = Object.entries(times).map(([n, startsAtMs]) => alertOf(n, startsAtMs));
        const graph = new InhibitionGraph(
          openInhibitRules(inhibitRulesSchema.parse(Object.fromEntries(rules))),
          alerts,
        );

        const isToldAbout = (alert: Alert, path: readonly string[]): boolean => {
          const inhibitor = graph.inhibitorOf(alert);
          if (inhibitor === undefined) return true;
          const sources = alerts.filter((source) =>
            pairs.some(([from, to]) => from === source.labels["n"] && to === alert.labels["n"]),
          );
          expect(sources).toContain(inhibitor.source);
          return sources.some(
            (source) => !path.includes(source.fingerprint) && isToldAbout(source, [...path, source.fingerprint]),
          );
        };
        for (const alert of alerts) expect(isToldAbout(alert, [alert.fingerprint])).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

function alertOf(n: string, startsAtMs: number): Alert {
  const labels = { n };
  return { fingerprint: fingerprint(labels), labels, annotations: {}, status: "firing", startsAtMs, updatedAtMs: 0 };
}
