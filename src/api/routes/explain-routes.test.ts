import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FakeClock } from "../../../test/support/fakes/fake-clock.ts";
import { MemoryStore } from "../../../test/support/fakes/memory-store.ts";
import { AlertingWorld, alertingConfigOf, checkOf, downFinding } from "../../../test/support/worlds/alerting-world.ts";
import { type ApiHarness, adminToken, openTestApi, rawRequest } from "../../../test/support/worlds/api-harness.ts";

const shop = checkOf("shop", { service: "shop", failureThreshold: 1 });
const minuteMs = 60_000;
let store: MemoryStore;
let world: AlertingWorld;
let harness: ApiHarness;

beforeEach(async () => {
  store = new MemoryStore(new FakeClock());
  world = new AlertingWorld(alertingConfigOf([shop]), (change) => void store.commit(change));
  harness = await openTestApi({}, { history: store, clock: new FakeClock(Date.UTC(2027, 0, 1)) });
});

afterEach(() => harness.api.close());

async function explain(query: string) {
  const headers = { authorization: `Bearer ${adminToken}` };
  const answer = await rawRequest(harness.url, `/api/v1/explain?${query}`, { headers });
  return { status: answer.status, body: JSON.parse(answer.body) as { alerts: Record<string, unknown>[] } };
}

/** One outage from the first bad run to the end of it being told, delivered at the first attempt. */
async function outage(): Promise<void> {
  world.run(shop, downFinding);
  world.advance(5 * minuteMs);
  world.calm(shop);
  world.advance(10 * minuteMs);
  for (const row of await store.leaseOutbox("me", 10, world.nowMs, minuteMs))
    await store.settle(
      "me",
      { ends: [{ outboxId: row.id, outcome: { kind: "delivered", final: true } }], follow: [] },
      world.nowMs,
    );
}

describe("api/routes/explain-routes", () => {
  it("tells of an alert that is long gone why it was told, when, to whom, and how that was delivered", async () => {
    await outage();

    const { status, body } = await explain("label=check%3Dshop");
    const [alert] = body.alerts;
    const trail = alert?.["trail"] as { stage: string; because: string }[];

    expect(status).toBe(200);
    expect(body.alerts).toHaveLength(1);
    expect(alert).toMatchObject({ status: "resolved", labels: { check: "shop" }, incidents: [expect.any(String)] });
    expect(trail.map(({ stage }) => stage)).toEqual(
      expect.arrayContaining(["state", "routing", "grouping", "flush", "incident"]),
    );
    expect(trail[0]?.because).toBe("fired: 1 run found the target down");
    const delivered = { receiver: "ops", attempt: 1, outcome: "delivered" };
    expect(alert?.["deliveries"]).toMatchObject([delivered, delivered]);
  });

  it("keeps the occurrences of an alert apart, the newest first", async () => {
    await outage();
    await outage();
    const fingerprint = String((await explain("label=check%3Dshop&limit=1")).body.alerts[0]?.["fingerprint"]);

    const { body } = await explain(`alert=${fingerprint}`);

    expect(body.alerts).toHaveLength(2);
    const [newest, oldest] = body.alerts.map((each) =>
      (each["trail"] as { because: string }[]).map((one) => one.because),
    );
    expect(newest?.filter((because) => because.startsWith("fired:"))).toHaveLength(1);
    expect(oldest?.filter((because) => because.startsWith("fired:"))).toHaveLength(1);
  });

  it.each([
    ["alert=nonsense", /no fingerprint/],
    ["label=check", /not name=value/],
    ["", /by its fingerprint or by labels/],
    ["label=a%3Db&limit=0", /1 to 50/],
  ])("refuses %s with a sentence", async (query, words) => {
    const { status, body } = await explain(query);

    expect(status).toBe(422);
    expect(JSON.stringify(body)).toMatch(words);
  });
});
