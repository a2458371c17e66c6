import { describe, expect, it } from "vitest";
import { FakeClock } from "../../../test/support/fakes/fake-clock.ts";
import { CountingIds } from "../../../test/support/fakes/fake-random.ts";
import { MemoryStore } from "../../../test/support/fakes/memory-store.ts";
import { alertingConfigOf } from "../../../test/support/worlds/alerting-world.ts";
import { createAlertingEngine } from "../../alerting/pipeline/alerting-engine.ts";
import { judgeRules } from "./judge-rules.ts";
import { WakeLoop } from "./wake-loop.ts";

const rules = { hot: { kind: "threshold", metric: "heat", aggregate: "last", window: "1m", above: { warning: 50 } } };
const log = { debug() {}, info() {}, warn() {}, error() {} };

/** The part of the daemon that judges rules, on a clock that the test moves. */
function judging() {
  const clock = new FakeClock();
  const store = new MemoryStore(clock);
  const engine = createAlertingEngine(alertingConfigOf([], { rules }), { ids: new CountingIds() });
  const loop = new WakeLoop(
    clock,
    (nowMs) => judgeRules({ engine, store, clock, log, commit: () => {} }, nowMs),
    (nowMs) => engine.nextRuleMs(nowMs),
  );
  const measure = (value: number) =>
    store.appendSeries([
      { metric: "heat", labels: { instance: "a" }, series: "heat", kind: "gauge", value, atMs: clock.now() },
    ]);
  const firing = () => engine.snapshot().alerts.filter(({ status }) => status === "firing").length;
  return { clock, loop, measure, firing };
}

describe("app/daemon/judge-rules", () => {
  it("judges rules again and again, each minute soon after it has ended", async () => {
    const { clock, loop, measure, firing } = judging();
    loop.start();
    const said: number[] = [];

    for (const value of [10, 60, 60, 10, 60]) {
      await clock.advance(1);
      await measure(value);
      await clock.advance(59_999);
      await clock.advance(6000);
      said.push(firing());
      await clock.advance(54_000);
    }
    loop.stop();

    expect(said).toEqual([0, 1, 1, 0, 1]);
  });
});
