import { describe, expect, it } from "vitest";
import {
  AlertingWorld,
  alertingConfigOf,
  checkOf,
  downFinding,
  receiverOf,
} from "../../../test/support/worlds/alerting-world.ts";

const a = checkOf("a", { service: "shop", failureThreshold: 1 });
const b = checkOf("b", { service: "shop", failureThreshold: 1, severity: "warning" });
const route = { receiver: "ops", group_by: ["service"], group_wait: "10s", group_interval: "5m" };
const minuteMs = 60_000;

function world(): AlertingWorld {
  return new AlertingWorld(alertingConfigOf([a, b], { route }));
}

/** Where Alertmanager's grouping loses or delays messages and ours must not. @see https://github.com/prometheus/alertmanager/issues/226 */
describe("alerting/grouping traps", () => {
  it("tells the recovery to who was told of the outage, whatever the routes say by then (trap 1)", () => {
    const one = world();
    one.fail(a);
    one.advance(minuteMs);

    one.reload(
      alertingConfigOf(
        [a, b],
        { route: { ...route, receiver: "dev" } },
        { ops: receiverOf(true), dev: receiverOf(true) },
      ),
    );
    one.run(a);
    one.advance(10 * minuteMs);

    expect(one.told.filter((line) => line.startsWith("ops"))).toEqual([
      "ops: first notification 1/0",
      "ops: all alerts resolved 0/1",
    ]);
  });

  it("tells a new outage although the recovery in between was not told (trap 2)", () => {
    const one = world();
    one.fail(a);
    one.advance(minuteMs);

    one.run(a);
    one.run(a, downFinding);
    one.advance(10 * minuteMs);

    expect(one.told).toEqual(["ops: first notification 1/0", "ops: fired again 1/0"]);
  });

  it("tells the recovery once when it fell and rose in between without a word (trap 2)", () => {
    const one = world();
    one.fail(a);
    one.advance(minuteMs);

    one.run(a);
    one.run(a, downFinding);
    one.run(a);
    one.advance(10 * minuteMs);

    expect(one.told).toEqual(["ops: first notification 1/0", "ops: all alerts resolved 0/1"]);
  });

  it("keeps a message until the store has it: nothing depends on a flush that failed (trap 3)", () => {
    const one = world();
    one.fail(a);
    one.nowMs += 11_000;
    one.engine.flush(one.nowMs);

    one.restart();
    one.advance(0);

    expect(one.told).toEqual(["ops: first notification 1/0"]);
  });

  it("keeps alerts over a restart instead of letting them end without notice (trap 6)", () => {
    const one = world();
    one.fail(a);
    one.advance(minuteMs);

    one.restart();
    one.advance(60 * minuteMs);
    one.run(a);
    one.advance(10 * minuteMs);

    expect(one.told).toEqual(["ops: first notification 1/0", "ops: all alerts resolved 0/1"]);
  });

  it("does not delay late alerts again after a restart", () => {
    const one = world();
    one.fail(a);
    one.nowMs += 60 * minuteMs;

    one.restart();
    one.advance(0);

    expect(one.told).toEqual(["ops: first notification 1/0"]);
  });

  it("does not let a critical alert wait for the interval of a group that only told warnings (I8)", () => {
    const one = world();
    one.fail(b);
    one.advance(minuteMs);

    one.fail(a);
    one.advance(11_000);

    expect(one.told).toEqual(["ops: first notification 1/0", "ops: new alerts added 2/0"]);
    expect(one.engine.snapshot().incidents).toMatchObject([{ severity: "critical", members: { length: 2 } }]);
  });

  it.each([
    ["critical", 11_000],
    ["none", 4 * minuteMs],
  ])("lets a new critical alert beside a told one wait for group_wait alone, or not (prompt: %s)", (prompt, waitMs) => {
    const c = checkOf("c", { service: "shop", failureThreshold: 1 });
    const one = new AlertingWorld(alertingConfigOf([a, c], { route: { ...route, prompt } }));
    one.fail(a);
    one.advance(minuteMs);

    one.fail(c);
    one.advance(waitMs - 2000);
    expect(one.told).toEqual(["ops: first notification 1/0"]);
    one.advance(12_000);

    expect(one.told).toEqual(["ops: first notification 1/0", "ops: new alerts added 2/0"]);
    const grouped = one.decisions.findLast(({ stage }) => stage === "grouping")?.because ?? "";
    expect(grouped.endsWith("does not wait for group_interval")).toBe(prompt === "critical");
  });

  it("lets a critical alert that comes and goes keep the distance of the group", () => {
    const one = world();
    one.fail(a);
    one.advance(minuteMs);

    one.run(a);
    one.run(a, downFinding);
    one.advance(3 * minuteMs);

    expect(one.told).toEqual(["ops: first notification 1/0"]);
  });

  it("lets alerts that are no graver wait for the interval", () => {
    const one = world();
    one.fail(a);
    one.advance(minuteMs);

    one.fail(b);
    one.advance(3 * minuteMs);
    expect(one.told).toEqual(["ops: first notification 1/0"]);
    one.advance(3 * minuteMs);

    expect(one.told).toEqual(["ops: first notification 1/0", "ops: new alerts added 2/0"]);
  });

  it("tells of one recovery while the other goes on", () => {
    const one = world();
    one.fail(a);
    one.fail(b);
    one.advance(minuteMs);

    one.run(a);
    one.advance(10 * minuteMs);

    expect(one.told).toEqual(["ops: first notification 2/0", "ops: some alerts resolved 1/1"]);
  });

  it("forgets a recovery that its receiver does not want, and tells the next outage", () => {
    const one = new AlertingWorld(alertingConfigOf([a, b], { route }, { ops: receiverOf(false) }));
    one.fail(a);
    one.fail(b);
    one.advance(minuteMs);

    one.run(a);
    one.advance(10 * minuteMs);
    one.fail(a);
    one.advance(10 * minuteMs);

    expect(one.told).toEqual(["ops: first notification 2/0", "ops: new alerts added 2/0"]);
    expect(one.decisions.map((decision) => decision.because)).toContain("receiver ops does not ask for recovery");
  });
});
