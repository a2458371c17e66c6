import { describe, expect, it } from "vitest";
import { checkOf, downFinding } from "../../../test/support/worlds/alerting-world.ts";
import { checkout, crewWorld, minuteMs } from "../../../test/support/worlds/escalation-world.ts";

describe("alerting/muting/releasing", () => {
  it("lets a chain that an inhibition held go on in the moment in which that ends", () => {
    const database = checkOf("db", { failureThreshold: 1, tier: "os" });
    const world = crewWorld({ inhibit_rules: { database: { source: ["check=db"], target: ["check=checkout"] } } }, [
      checkout,
      database,
    ]);
    world.run(checkout, downFinding);
    world.advance(minuteMs);
    world.run(database, downFinding);
    // The chain is asked again every half a minute since minute 5; this is 10 s after it was.
    world.advance(6 * minuteMs + 10_000);
    const before = world.outbox.length;
    const endMs = world.nowMs;
    world.run(database);
    world.advance(1000);

    const calls = world.outbox.slice(before).filter(({ receiver }) => receiver === "voice");
    expect(calls.map(({ notification }) => [notification.recipient, notification.createdAtMs < endMs + 1000])).toEqual([
      ["a", true],
    ]);
  });
});
