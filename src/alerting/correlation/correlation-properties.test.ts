import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { correlatingCompany } from "../../../test/support/story/correlating-company.ts";
import { endWell } from "../../../test/support/story/deeds.ts";
import { play, type RecordedWorld } from "../../../test/support/story/recorded-world.ts";
import { runs } from "../../../test/support/story/runs.ts";
import { anything, storiesOf } from "../../../test/support/story/steps.ts";
import { checkOf, downFinding } from "../../../test/support/worlds/alerting-world.ts";
import { tiers } from "../../core/tier.ts";
import { checkCorrelation } from "./check-correlation.ts";
import { DependencyGraph } from "./dependency-graph.ts";

const minuteMs = 60_000;
const { checks } = correlatingCompany;
const calm = { ...anything, jump: 0 };
const stories = storiesOf(correlatingCompany, { ...calm, reload: 0 });
const edited = storiesOf(correlatingCompany, calm);

function openTold(world: RecordedWorld): ReadonlySet<string> {
  return new Set(world.hearing.believed.map((line) => line.split(": ")[1] ?? ""));
}

describe("alerting/correlation properties", () => {
  it("keeps an alert from nobody but for a cause that fires and was told", () => {
    fc.assert(
      fc.property(edited, (steps) => {
        play(correlatingCompany, steps, (world) => {
          const { alerts, groups } = world.engine.snapshot();
          const byFingerprint = new Map(alerts.map((alert) => [alert.fingerprint, alert]));
          for (const { explanation, status } of alerts) {
            if (status === "resolved" || explanation === undefined) continue;
            if (explanation.endedAtMs !== undefined || explanation.releasedAtMs !== undefined) continue;
            expect(byFingerprint.get(explanation.root)?.status).toBe("firing");
            expect(groups.some(({ told }) => told?.firing.includes(explanation.root))).toBe(true);
          }
        });
      }),
      runs(40),
    );
  });

  it("never explains by what is muted at that moment, nor by a higher tier, nor by itself", () => {
    fc.assert(
      fc.property(stories, (steps) => {
        const world = play(correlatingCompany, steps);

        for (const { explanation, fingerprint, labels } of world.outbox.flatMap(
          ({ notification }) => notification.alerts,
        )) {
          if (explanation === undefined) continue;
          const way = [...explanation.chain, { fingerprint, labels }];
          const ranks = way.map((link) => tiers.findIndex((tier) => tier === link.labels["tier"]));
          expect(ranks).toEqual(ranks.toSorted((a, b) => b - a));
          expect(new Set(way.map((link) => link.fingerprint)).size).toBe(way.length);
          const isMuted = new Date(explanation.sinceMs).getUTCMinutes() % 20 < 7;
          if (isMuted) expect(way.map((link) => link.labels["check"])).not.toContain("h2");
        }
      }),
      runs(40),
    );
  });

  it("loses no outage: what fires for an hour was told to somebody in the end", () => {
    fc.assert(
      fc.property(edited, fc.subarray([0, 2, 3, 4, 5], { minLength: 1 }), (steps, down) => {
        const world = play(correlatingCompany, steps);
        endWell(world, correlatingCompany);
        for (const index of down)
          for (let run = 0; run < 2; run += 1) world.run(checks[index] ?? checkOf("none"), downFinding);
        world.advance(60 * minuteMs);

        const told = openTold(world);
        const firing = world.engine
          .snapshot()
          .alerts.filter(({ status, labels }) => status === "firing" && labels["check"] !== "h2");
        expect(firing.filter(({ fingerprint }) => !told.has(fingerprint))).toEqual([]);
      }),
      runs(40),
    );
  });

  it("knows above a node exactly what comes to it, in circles, too", () => {
    const pairs = fc.array(fc.tuple(fc.nat(7), fc.nat(7)), { maxLength: 14 });
    fc.assert(
      fc.property(pairs, fc.nat(7), (edges, at) => {
        const ids = Array.from({ length: 8 }, (_, id) => `c${id}`);
        const nodes = ids.map((id, from) => ({
          ...checkOf(id),
          dependsOn: edges.filter((edge) => edge[0] === from).map(([, to]) => `c${to}`),
        }));
        const graph = new DependencyGraph({ checks: nodes, rules: [], services: new Map() });
        const coming = ids
          .map((id) => `check/${id}`)
          .filter((start) => graph.reach(start).some(({ node }) => node === `check/c${at}`));

        expect([...graph.above([`check/c${at}`])].sort()).toEqual(coming);
      }),
    );
  });

  it("finds every circle of dependencies, and none where things only depend downwards", () => {
    const pairs = fc.array(fc.tuple(fc.nat(7), fc.nat(7)), { maxLength: 14 });
    fc.assert(
      fc.property(pairs, (edges) => {
        const nodes = Array.from({ length: 8 }, (_, id) => ({
          ...checkOf(`c${id}`),
          dependsOn: edges.filter(([from]) => from === id).map(([, to]) => `c${to}`),
        }));
        const faults = checkCorrelation({ checks: nodes, rules: [], services: new Map() });

        expect(faults.length > 0).toBe(hasCircle(edges));
      }),
    );
  });
});

/** Takes nodes away that nothing is left below of; what stays is in a circle or above one. */
function hasCircle(edges: readonly (readonly [number, number])[]): boolean {
  let left = edges;
  for (;;) {
    const from = new Set(left.map(([node]) => node));
    const next = left.filter(([, to]) => from.has(to));
    if (next.length === left.length) return left.length > 0;
    left = next;
  }
}
