import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AlertingWorld, alertingConfigOf, checkOf } from "../../../test/support/worlds/alerting-world.ts";
import type { Series } from "../../core/checks/series.ts";
import { rulesSchema } from "./rules-schema.ts";

const hot = { kind: "threshold", metric: "temperature", above: { warning: 50 } };
const rack = { matchers: ["rack=7"], above: { critical: 80 } };

function worldWith(rule: object): AlertingWorld {
  return new AlertingWorld(alertingConfigOf([checkOf("shop")], { rules: { hot: { ...hot, ...rule } } }));
}

function at(value: number, labels: Record<string, string>): Series {
  return { labels, points: [[0, value]] };
}

function firing(world: AlertingWorld): readonly string[] {
  return world.engine
    .snapshot()
    .alerts.filter((alert) => alert.status === "firing")
    .map(({ labels }) => `${labels["rack"]} ${labels["severity"]}`)
    .sort();
}

describe("alerting/rules overrides and unless", () => {
  it("judges series by the first override that fits, and all others by the rule", () => {
    const world = worldWith({
      overrides: { seven: rack, odd: { matchers: ['rack=~"7|9"'], above: { warning: 10 } } },
    });

    world.judge("hot", [at(60, { rack: "7" }), at(60, { rack: "8" }), at(11, { rack: "9" })]);
    expect(firing(world)).toEqual(["8 warning", "9 warning"]);
    world.judge("hot", [at(81, { rack: "7" }), at(1, { rack: "8" }), at(1, { rack: "9" })]);

    expect(firing(world)).toEqual(["7 critical"]);
  });

  it("ends the alert of a series that is switched off", () => {
    const world = worldWith({});
    world.judge("hot", [at(60, { rack: "7" })]);

    world.reload(worldWith({ overrides: { seven: { matchers: ["rack=7"], off: true } } }).config);
    world.judge("hot", [at(60, { rack: "7" })]);

    expect(firing(world)).toEqual([]);
  });

  it("takes a series that has given no data for long enough as gone", () => {
    const world = worldWith({ forget_after: "1h" });
    world.judge("hot", [at(60, { rack: "7" })]);

    world.judge("hot", []);
    world.advance(3_599_999);
    world.judge("hot", []);
    expect(firing(world)).toEqual(["7 warning"]);
    world.advance(1);
    world.judge("hot", []);

    expect(firing(world)).toEqual([]);
  });

  it("does not hold anything against a series whose unless is not 0", () => {
    const world = worldWith({ unless: { metric: "spare" } });
    const hotRacks = [at(60, { rack: "7", side: "a" }), at(60, { rack: "8", side: "a" }), at(60, { rack: "9" })];
    const judge = (...spare: Series[]) => world.apply(world.engine.onRuleInputs("hot", [hotRacks, spare], world.nowMs));

    expect(world.engine.dueQueries(world.nowMs)[0]?.queries).toMatchObject([
      { metric: "temperature" },
      { metric: "spare", aggregate: "last" },
    ]);
    judge(at(1, { rack: "7" }), at(0, { rack: "8" }), at(1, { rack: "9", side: "b" }));

    expect(firing(world)).toEqual(["8 warning", "9 warning"]);
  });

  it("judges every series exactly once, whatever the overrides", () => {
    const override = fc.record({
      matchers: fc.constantFrom(["rack=1"], ['rack=~"1|2"'], ["rack!=3"]),
      above: fc.constantFrom({ warning: 10 }, { critical: 70 }),
    });

    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom("a", "b", "c"), override), fc.nat(100), (overrides, value) => {
        const world = worldWith({ overrides });
        const racks = ["1", "2", "3"];
        world.judge(
          "hot",
          racks.map((name) => at(value, { rack: name })),
        );

        const wanted = racks.flatMap((name) => {
          const fits = Object.values(overrides).find(({ matchers: [text] }) =>
            text === "rack!=3" ? name !== "3" : text === "rack=1" ? name === "1" : name !== "3",
          );
          const limits: { warning?: number; critical?: number } = fits?.above ?? hot.above;
          if (value > (limits.critical ?? Number.POSITIVE_INFINITY)) return [`${name} critical`];
          return value > (limits.warning ?? Number.POSITIVE_INFINITY) ? [`${name} warning`] : [];
        });
        expect(firing(world)).toEqual(wanted);
      }),
    );
  });

  it.each([
    [{ overrides: { a: { matchers: ["a=b"] } } }, "changes nothing"],
    [{ overrides: { a: { matchers: [], off: true } } }, "matchers"],
    [{ overrides: { a: { matchers: ["a"], off: true } } }, "matchers"],
    [{ overrides: { a: { ...rack, off: true } } }, "delete one of the two"],
    [{ overrides: { a: { ...rack, metric: "other" } } }, "metric"],
    [{ overrides: { a: { ...rack, recover: 90 } } }, "must not be above the mildest"],
    [{ unless: { metric: "a", matchers: ["b"] } }, "matchers"],
  ])("refuses %j and says why", (options, words) => {
    const outcome = rulesSchema.safeParse({ r: { ...hot, ...options } });

    expect(JSON.stringify(outcome.error?.issues)).toContain(words);
  });
});
