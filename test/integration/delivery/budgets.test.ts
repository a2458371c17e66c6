import { afterEach, describe, expect, it } from "vitest";
import { emptyChange } from "../../../src/core/store.ts";
import { DeliveryWorld } from "../../support/worlds/delivery-world.ts";

const worlds: DeliveryWorld[] = [];

afterEach(async () => {
  for (const world of worlds.splice(0)) await world.stop();
});

const receivers =
  (budget: object) =>
  (url: string): unknown => ({
    voice: { to: [{ kind: "phone", budget }], fallback: ["ops-chat"] },
    "ops-chat": { to: [{ kind: "slack", url: `${url}/ops` }] },
  });

async function start(budget: object): Promise<DeliveryWorld> {
  const world = await DeliveryWorld.start({ receivers: receivers(budget) });
  worlds.push(world);
  return world;
}

/** One call after the other, as the lane allows. */
async function call(world: DeliveryWorld, severity: string, times = 1): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    await world.enqueue(world.row({ labels: { severity } }, { receiver: "voice" }));
    await world.pass(61);
  }
}

/** 10:00 in Shanghai. */
const tenMs = Date.UTC(2026, 10, 23, 2);

describe("integration/delivery budgets", () => {
  it("warns of a budget, keeps its end for what is critical, and gives the rest to the fallback", async () => {
    const world = await start({ per_day: 4, warn_at: "50%", keep_for_critical: "25%" });

    await call(world, "warning", 4);
    await call(world, "critical", 2);

    const words = "voice the budget of 4 messages a day";
    expect(world.told.filter((line) => line.startsWith("voice "))).toEqual([
      `${words} is nearly used up`,
      `${words} is used up but for what is kept for critical messages; others go to the fallback`,
      `${words} is used up; messages go to the fallback`,
    ]);
    expect(world.calls.map(({ id }) => id)).toEqual(["n-row-1", "n-row-2", "n-row-3", "n-row-5"]);
    expect((await world.outcomes()).filter((line) => line.includes("rejected"))).toEqual([
      "row-4 rejected budget",
      "row-6 rejected budget",
    ]);
    expect(world.told.filter((line) => line.startsWith("dead"))).toEqual([
      "dead row-4 budget ops-chat",
      "dead row-6 budget ops-chat",
    ]);
    expect(world.chat.requests).toHaveLength(2);
  });

  it("says at once that a critical message reached nobody", async () => {
    const world = await DeliveryWorld.start({
      receivers: () => ({ voice: { to: [{ kind: "phone", budget: { per_day: 1 } }] } }),
    });
    worlds.push(world);

    await call(world, "critical", 2);

    expect(world.told).toContain("voice lost budget");
  });

  it("refuses what waits for its turn already, and does not wait for the endpoint's rate to do so", async () => {
    const world = await DeliveryWorld.start({
      receivers: (url) => ({
        "ops-chat": { to: [{ kind: "slack", url: `${url}/ops`, budget: { per_day: 1 } }], fallback: ["voice"] },
        voice: { to: [{ kind: "phone" }] },
      }),
    });
    worlds.push(world);

    await world.enqueue(...[1, 2].map(() => world.row({ labels: { severity: "warning" } })));

    expect(world.chat.requests).toHaveLength(1);
    expect(world.told.filter((line) => line.startsWith("dead"))).toEqual(["dead row-2 budget voice"]);
    await world.pass(4);
    expect(world.calls).toHaveLength(1);
  });

  it("counts on over a restart, by the days of the configured zone", async () => {
    const world = await start({ per_day: 2, per_month: 3 });
    await call(world, "warning", 2);

    await world.restart();
    await call(world, "warning");
    expect(world.told.filter((line) => line.startsWith("dead"))).toHaveLength(1);

    await world.clock.advance(tenMs + 14 * 3_600_000 - 1 - world.clock.now());
    await world.settle();
    expect(world.told).not.toContain("voice has budget again");
    await world.clock.advance(2000);
    await world.settle();
    expect(world.told).toContain("voice has budget again");
    await call(world, "critical", 2);

    expect(await world.store.spending("2026-11-01")).toEqual([
      { endpoint: "phone", day: "2026-11-23", count: 2 },
      { endpoint: "phone", day: "2026-11-24", count: 1 },
    ]);
    expect(world.told.at(-1)).toBe("slack delivered");
    expect(world.told).toContain("voice the budget of 3 messages a month is used up; messages go to the fallback");
  });

  it("counts what may have arrived, and not what was refused", async () => {
    const world = await start({ per_day: 10 });
    world.phoneOutcome = { kind: "rejected", reason: "quota", detail: "", scope: "recipient" };
    await call(world, "warning");
    world.phoneOutcome = { kind: "retryable", reason: "timeout", detail: "", maybeDelivered: true };
    await world.enqueue(world.row({ labels: { severity: "warning" } }, { receiver: "voice" }));
    world.phoneOutcome = { kind: "delivered", final: true };
    await world.pass(120);

    expect(world.calls).toHaveLength(3);
    expect(world.sender.budgets).toEqual([
      { receiver: "voice", kind: "phone", endpoint: "phone", period: "day", used: 2, limit: 10, level: "free" },
    ]);
  });

  it("counts what a process may have sent before it died, before the message is tried again", async () => {
    const world = await start({ per_day: 2 });
    await world.settle();
    const outbox = [world.row({ labels: { severity: "critical" } }, { receiver: "voice" })];
    await world.store.commit({ ...emptyChange, outbox });
    await world.store.leaseOutbox("dead", 1, world.clock.now(), 1);
    await world.pass(3);

    expect(await world.store.spending("2026-11-01")).toEqual([{ endpoint: "phone", day: "2026-11-23", count: 2 }]);
    expect(world.calls).toMatchObject([{ possibleDuplicate: true }]);
  });

  it("gives the rest to the fallback when deaths have used up the budget", async () => {
    const world = await start({ per_day: 1 });
    await world.settle();
    await world.store.commit({
      ...emptyChange,
      outbox: [world.row({ labels: { severity: "critical" } }, { receiver: "voice" })],
    });
    await world.store.leaseOutbox("dead", 1, world.clock.now(), 1);
    await world.pass(2);

    expect(world.calls).toEqual([]);
    expect(world.told.filter((line) => line.startsWith("dead"))).toEqual(["dead row-1 budget ops-chat"]);
  });

  it("gives what costs money a budget of its own accord, and chats none", async () => {
    const world = await DeliveryWorld.start({
      receivers: (url) => ({ voice: { to: [{ kind: "phone" }] }, chat: { to: [{ kind: "slack", url }] } }),
    });
    worlds.push(world);

    expect(world.sender.budgets).toMatchObject([{ receiver: "voice", period: "day", limit: 100 }]);
  });
});
