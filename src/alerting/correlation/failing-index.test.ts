import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  alertingConfigOf,
  checkOf,
  downFinding,
  receiverOf,
  resultOf,
} from "../../../test/support/worlds/alerting-world.ts";
import { subjectId } from "../../core/checks/result.ts";
import { tiers } from "../../core/tier.ts";
import { checkDemands } from "../check-alerts/check-demands.ts";
import { initialCheckState } from "../check-state/check-state-machine.ts";
import { type EngineState, emptyEngineState } from "../pipeline/engine-state.ts";
import { FailingIndex, failingNow } from "./failing-index.ts";

const checks = [
  checkOf("disk", { failureThreshold: 1, tier: "os", service: "shop" }),
  checkOf("page", { failureThreshold: 2, service: "shop" }),
  checkOf("cart", { failureThreshold: 1, tier: "business" }),
];
const services = [{ id: "shop", title: "Shop", hosts: ["web"], needs: [], links: {} }];
const symptom = { tier: "business", label: "check" };
const mappings = { m: { symptom, cause: { tier: "os", label: "service" } } };
const config = () =>
  alertingConfigOf(
    checks,
    { services, correlation: { mappings }, route: { receiver: "ops" } },
    { ops: receiverOf(true) },
  );
const deeds = fc.array(
  fc.record({ check: fc.nat(checks.length - 1), deed: fc.constantFrom("down", "up", "explain", "forget", "ask") }),
  { maxLength: 30, size: "max" },
);

/** One run of a check's target, or something that is done to its alert. */
function happen(state: EngineState, { check, deed }: Readonly<{ check: number; deed: string }>, nowMs: number): void {
  const subject = [...state.subjects.values()][check];
  if (subject === undefined) return;
  const id = subjectId(subject.key);
  const [alert] = state.alerts.all().filter(({ labels }) => labels["check"] === subject.check.id);
  if (deed === "explain" && alert !== undefined)
    state.alerts.explain(alert, { root: "r", chain: [], sinceMs: nowMs, groups: [] });
  if (deed === "forget" && alert?.status === "resolved") state.alerts.forget(alert.fingerprint);
  if (deed !== "down" && deed !== "up") return;
  const before = state.checkStates.get(id) ?? initialCheckState(subject.key, nowMs);
  const result = resultOf(subject.check, nowMs, deed === "down" ? [downFinding] : []);
  const after = subject.next(before, result, nowMs).state;
  state.checkStates.set(id, after);
  state.alerts.demand(id, checkDemands(subject, after, nowMs), nowMs, { because: "well again" });
}

/** All that an index knows. */
function known(index: FailingIndex, { alerts }: EngineState): unknown {
  const nodes = [
    "service/shop",
    "check/disk",
    "check/page",
    "check/cart",
    "host/web",
    "mapping/m\nshop",
    "mapping/m\ncart",
  ];
  const causes = nodes.flatMap((node) =>
    tiers.map((tier) => index.at(node, tier).map(({ alert, isPending }) => [node, alert.labels["check"], isPending])),
  );
  const objects = nodes.flatMap((node) => tiers.flatMap((tier) => index.at(node, tier)));
  const isNew = objects.every(({ alert, isPending }) => isPending || alerts.get(alert.fingerprint) === alert);
  return { causes, isNew, starts: nodes.map((node) => [...index.startingAt(node)].toSorted()) };
}

describe("alerting/correlation failing index", () => {
  it("knows what fails where as if it had looked at everything anew, whatever has changed since it was asked", () => {
    fc.assert(
      fc.property(deeds, (steps) => {
        const state = emptyEngineState(config());
        for (const [index, step] of steps.entries()) {
          happen(state, step, 1000 * (index + 1));
          if (step.deed === "ask") failingNow(state, 1000 * (index + 1));
        }
        const fresh = new FailingIndex(state);
        fresh.follow(state, 99_000);

        expect(known(failingNow(state, 99_000), state)).toEqual(known(fresh, state));
        expect(known(fresh, state)).toMatchObject({ isNew: true });
      }),
    );
  });

  it("begins anew by another config", () => {
    const state = emptyEngineState(config());
    const before = failingNow(state, 1);

    expect(failingNow(state, 2)).toBe(before);
    state.config = config();
    expect(failingNow(state, 3)).not.toBe(before);
  });
});
