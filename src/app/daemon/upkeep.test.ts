import { describe, expect, it } from "vitest";
import { FakeClock } from "../../../test/support/fakes/fake-clock.ts";
import { Upkeep, type UpkeepParts } from "./upkeep.ts";

describe("app/daemon/upkeep", () => {
  it("logs once why the store cannot be kept, and again when that changes or comes back", async () => {
    const clock = new FakeClock();
    const lines: unknown[] = [];
    let failure: string | undefined = "disk is full";
    const parts = {
      clock,
      log: {
        warn: (_message: string, fields: Readonly<Record<string, unknown>>) => lines.push(fields["error.message"]),
      },
      store: {
        health: () => ({ bufferedResults: 0 }),
        prune: async () => {
          if (failure !== undefined) throw new Error(failure);
          return "done";
        },
        facts: async () => ({ outboxPending: 0 }),
        deliveries: async () => [],
      },
      metrics: { setStoreBacklog: () => {}, setStoreFacts: () => {} },
      progress: { stored: () => {} },
    } as unknown as UpkeepParts;
    const upkeep = new Upkeep(parts);
    const pass = async (seconds: number): Promise<void> => {
      for (let second = 0; second < seconds; second += 1) await clock.advance(1000);
    };
    upkeep.start();

    await pass(5);
    expect(lines).toEqual(["disk is full"]);
    failure = "database is locked";
    await pass(3);
    failure = undefined;
    await pass(3);
    failure = "database is locked";
    await pass(3);
    expect(lines).toEqual(["disk is full", "database is locked", "database is locked"]);
    await upkeep.stop();
  });
});
