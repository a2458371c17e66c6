import { describe, expect, it } from "vitest";
import { FakeClock } from "../../../test/support/fakes/fake-clock.ts";
import { FakeRandom } from "../../../test/support/fakes/fake-random.ts";
import { probeIo } from "../../../test/support/worlds/probe-harness.ts";
import type { Check, Recurrence } from "../../core/checks/check.ts";
import type { Result } from "../../core/checks/result.ts";
import type { Arrival } from "../../core/ports/inbox.ts";
import { ArrivalInbox } from "../../scheduler/inbox.ts";
import { Scheduler } from "../../scheduler/scheduler.ts";
import { push } from "./push.ts";

const minuteMs = 60_000;
const two = Date.UTC(2026, 10, 23, 2, 0, 0);
const target = { id: "t1", address: "nightly", display: "nightly", labels: {} };

/** A push check under a real scheduler; `run` lets time pass and tells the results that came meanwhile. */
class Daemon {
  readonly clock: FakeClock;
  readonly #inbox = new ArrivalInbox();
  readonly #results: Result[] = [];
  readonly #scheduler: Scheduler;

  constructor(expected: Recurrence, graceMs: number, startMs = two) {
    this.clock = new FakeClock(startMs);
    this.#scheduler = new Scheduler({
      clock: this.clock,
      random: new FakeRandom(),
      caps: { mostRuns: 10, mostPerHost: 4 },
      open: (check) => push.open(check.options, probeIo({ inbox: this.#inbox })),
      emit: (batch) => void this.#results.push(...batch.results),
      takeArrivalsDropped: () => this.#inbox.takeDropped(),
    });
    this.#scheduler.start([checkOf(expected, graceMs)], [], 1);
  }

  arrives(signal: Arrival["signal"] = "success"): void {
    const arrival: Arrival = { atMs: this.clock.now(), signal };
    this.#inbox.put(target.id, arrival);
    this.#scheduler.arrived({ check: "nightly", target: target.id, location: "default" }, arrival);
  }

  async run(forMs: number): Promise<readonly string[]> {
    await this.clock.advance(forMs);
    return this.#results.splice(0).map((result) => `${result.verdict} ${result.headline?.reason ?? ""}`.trim());
  }
}

function checkOf(expected: Recurrence, graceMs: number): Check {
  return {
    id: "nightly",
    title: "nightly",
    probe: "push",
    tier: "business",
    severity: "critical",
    env: "test",
    labels: {},
    location: "default",
    targets: [target],
    options: {},
    schedule: { kind: "arrival", expected, graceMs },
    jitterMs: 0,
    timeoutMs: 5000,
    failureThreshold: 1,
    successThreshold: 1,
    blindAfterMs: 15 * minuteMs,
  };
}

describe("probes/push under the scheduler", () => {
  it("gives one up result for each arrival in time and nothing else", async () => {
    const daemon = new Daemon({ kind: "every", everyMs: 10 * minuteMs }, 2 * minuteMs);
    for (let count = 0; count < 6; count += 1) {
      daemon.arrives();

      expect(await daemon.run(11 * minuteMs)).toEqual(["up"]);
    }
  });

  it("goes down at the end of the grace after the last arrival, and comes back with the next", async () => {
    const daemon = new Daemon({ kind: "every", everyMs: 10 * minuteMs }, 2 * minuteMs);
    daemon.arrives();
    expect(await daemon.run(12 * minuteMs - 1000)).toEqual(["up"]);

    expect(await daemon.run(2000)).toEqual(["down late"]);
    daemon.arrives();
    expect(await daemon.run(minuteMs)).toEqual(["up"]);
  });

  it("judges a nightly job at its hour plus the grace: a start alone is not enough", async () => {
    const daemon = new Daemon(
      { kind: "cron", expression: "0 2 * * *", timeZone: "UTC" },
      180 * minuteMs,
      two - minuteMs,
    );
    await daemon.run(2 * minuteMs);
    daemon.arrives("start");
    expect(await daemon.run(178 * minuteMs)).toEqual(["up"]);

    expect(await daemon.run(2 * minuteMs)).toEqual(["down late"]);
    daemon.arrives();
    expect(await daemon.run(minuteMs)).toEqual(["up"]);
  });
});
