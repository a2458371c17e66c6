import { describe, expect, it } from "vitest";
import { type AlertingWorld, checkOf, type RawSections } from "../../../../test/support/worlds/alerting-world.ts";
import { service } from "../../../../test/support/worlds/correlation-world.ts";
import { checkout, crew, crewWorld, minuteMs, sentSince } from "../../../../test/support/worlds/escalation-world.ts";
import { actOnIncident } from "../incident-actions.ts";

const payment = checkOf("payment", { service: "shop", failureThreshold: 1 });
const stock = checkOf("stock", { service: "shop", failureThreshold: 1 });
const slow = checkOf("slow", { service: "shop", failureThreshold: 1, severity: "warning" });
const once = { steps: [{ at: "0m", notify: ["chat", "oncall/ops"] }] };
const route = { ...crew.route, group_interval: "1m" };

function shopWorld(policy: object = once, sections: RawSections = {}): AlertingWorld {
  return crewWorld({ policies: { p1: policy }, route, ...sections }, [checkout, payment, stock, slow]);
}

/** Minutes at which a telephone rings, and whose. */
function calls(world: AlertingWorld, sinceMs: number): readonly string[] {
  return sentSince(world.outbox, sinceMs)
    .filter((line) => line.includes("voice"))
    .map((line) => line.replace(/ firing.*/, ""));
}

function becauseOf(world: AlertingWorld): readonly string[] {
  return world.decisions.filter(({ stage }) => stage === "escalation").map(({ because }) => because);
}

describe("alerting/escalation, when another critical alert joins", () => {
  it("calls again for it although the chain is through and does not repeat, and says why", () => {
    const world = shopWorld();
    const startMs = world.nowMs;
    world.fail(checkout);
    world.advance(60 * minuteMs);
    world.fail(payment);
    world.advance(minuteMs);

    expect(calls(world, startMs)).toEqual(["+0 voice→a", "+60 voice→a"]);
    const call = world.outbox.findLast(({ receiver }) => receiver === "voice")?.notification;
    expect(call?.alerts.map(({ labels }) => labels["check"]).toSorted()).toEqual(["checkout", "payment"]);
    expect(becauseOf(world)).toContain("another critical alert has joined: the next step tells of it");
    expect(becauseOf(world)).toContain(
      "nobody has taken it, and something critical has joined: p1 begins again, round 2",
    );
  });

  it("calls once for what joins within ring_again of the last step, also through a restart, and says when", () => {
    const world = shopWorld({ ...once, ring_again: "10m" });
    const startMs = world.nowMs;
    world.fail(checkout);
    world.advance(2 * minuteMs);
    world.fail(payment);
    world.advance(2 * minuteMs);
    world.fail(stock);
    world.restart();
    world.advance(60 * minuteMs);

    expect(calls(world, startMs)).toEqual(["+0 voice→a", "+10 voice→a"]);
    const joined = world.outbox.find(({ notification }) => notification.because === "new alerts added")?.notification;
    expect(joined?.story?.next).toEqual([{ who: "Person A", atMs: startMs + 1 + 10 * minuteMs, again: true }]);
  });

  it("does not wait for a later repetition, and keeps the times of steps that are still to come", () => {
    const repeating = { ...crew.policies.p1, steps: crew.policies.p1.steps.slice(0, 2) };
    const world = shopWorld(repeating);
    const startMs = world.nowMs;
    world.fail(checkout);
    world.advance(minuteMs);
    world.fail(payment);
    world.advance(29 * minuteMs);
    world.fail(stock);
    world.advance(6 * minuteMs);

    // At +5 the step that was to come tells of payment as well; stock comes when all steps are over.
    expect(calls(world, startMs)).toEqual(["+0 voice→a", "+5 voice→a", "+30 voice→a", "+35 voice→a"]);
  });

  it("calls nobody for what is over by then, and does when it comes back, also through a restart", () => {
    const world = shopWorld();
    const startMs = world.nowMs;
    world.fail(checkout);
    world.advance(2 * minuteMs);
    world.fail(payment);
    world.advance(3 * minuteMs);
    world.run(payment);
    world.advance(30 * minuteMs);
    world.restart();
    world.advance(5 * minuteMs);
    expect(calls(world, startMs)).toEqual(["+0 voice→a"]);
    world.fail(payment);
    world.advance(minuteMs);

    expect(calls(world, startMs)).toEqual(["+0 voice→a", "+40 voice→a"]);
  });

  it("keeps the time of the repetition where what has joined is over", () => {
    // oxlint-disable-next-line no-thenable -- a key of the config
    const world = shopWorld({ ...once, ring_again: "10m", then: { repeat: "30m" } });
    const startMs = world.nowMs;
    world.fail(checkout);
    world.advance(2 * minuteMs);
    world.fail(payment);
    world.advance(minuteMs);
    world.run(payment);
    world.advance(35 * minuteMs);

    expect(calls(world, startMs)).toEqual(["+0 voice→a", "+30 voice→a"]);
  });

  it.each<[string, (world: AlertingWorld) => void]>([
    ["a warning", (world) => world.fail(slow)],
    [
      "one that comes when somebody has the incident",
      (world) => {
        const id = world.loaded().incidents[0]?.id ?? "";
        world.perform(actOnIncident(id, { kind: "acknowledge" }, { by: "a", via: "page" }));
        world.fail(payment);
      },
    ],
    [
      "one that came before and comes again",
      (world) => {
        world.run(checkout);
        world.fail(checkout);
      },
    ],
  ])("calls nobody for %s", (_what, join) => {
    const world = shopWorld();
    const startMs = world.nowMs;
    world.fail(checkout);
    world.fail(slow);
    world.advance(60 * minuteMs);
    join(world);
    world.advance(60 * minuteMs);

    expect(calls(world, startMs)).toEqual(["+0 voice→a"]);
  });

  it("says it to the chat once where the policy calls nobody", () => {
    const world = shopWorld({ steps: [{ at: "0m", notify: ["chat"] }] });
    const startMs = world.nowMs;
    world.fail(checkout);
    world.advance(60 * minuteMs);
    world.fail(payment);
    world.advance(60 * minuteMs);

    expect(sentSince(world.outbox, startMs)).toEqual([
      "+0 chat firing first notification",
      "+60 chat firing new alerts added",
    ]);
  });

  it("rings once for two hundred symptoms that a cause explains, and once more for the impact on the business", () => {
    const db = checkOf("db-1", { tier: "os", probe: "host", failureThreshold: 1 });
    const symptoms = Array.from({ length: 200 }, (_, index) =>
      checkOf(`page-${index}`, { service: "shop", failureThreshold: 1 }),
    );
    const orders = checkOf("orders", { tier: "business", service: "shop", failureThreshold: 1 });
    const services = [service("shop", { hosts: ["db-1"] })];
    const sections = { service_policies: {}, services, policies: { p1: once }, route: { ...route, policy: "p1" } };
    const world = crewWorld(sections, [db, orders, ...symptoms]);
    const startMs = world.nowMs;
    world.fail(db);
    world.advance(30 * minuteMs);
    for (const symptom of symptoms) {
      world.fail(symptom);
      world.advance(10_000);
    }
    expect(calls(world, startMs)).toEqual(["+0 voice→a"]);
    world.fail(orders);
    world.advance(60 * minuteMs);

    expect(calls(world, startMs)).toEqual(["+0 voice→a", "+63 voice→a"]);
    expect(world.engine.snapshot().incidents).toHaveLength(1);
  });
});
