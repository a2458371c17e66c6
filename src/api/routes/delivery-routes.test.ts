import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ApiHarness, adminToken, openTestApi, rawRequest } from "../../../test/support/worlds/api-harness.ts";
import type { DeliveryRecord } from "../../core/alerting/outbox.ts";

const record: DeliveryRecord = {
  outboxId: "a",
  receiver: "chat",
  endpoint: "e",
  atMs: Date.UTC(2026, 10, 23, 2),
  attempt: 2,
  outcome: "delivered",
  ended: true,
  externalId: "m-1",
};
const records: readonly DeliveryRecord[] = [
  record,
  { ...record, attempt: 1, outcome: "retryable", ended: false, reason: "timeout" },
  { ...record, outboxId: "b", outcome: "rejected", reason: "endpoint_gone", receiver: "mail" },
  { ...record, outboxId: "c", outcome: "retryable", ended: false, reason: "timeout" },
  { ...record, outboxId: "d", outcome: "digested", detail: "digested into e" },
];
let harness: ApiHarness;

beforeEach(async () => {
  harness = await openTestApi({}, { deliveries: async () => records });
});
afterEach(() => harness.api.close());

const ask = (query: string) =>
  rawRequest(harness.url, `/api/v1/deliveries${query}`, { headers: { authorization: `Bearer ${adminToken}` } });
const messages = async (query: string): Promise<readonly string[]> => {
  const { body } = await ask(query);
  return (JSON.parse(body) as { deliveries: { message: string; attempt: number }[] }).deliveries.map(
    ({ message, attempt }) => `${message}${attempt}`,
  );
};

describe("api/routes/delivery-routes", () => {
  it.each([
    ["", ["a2", "a1", "b2", "c2", "d2"]],
    ["?limit=1", ["a2"]],
    ["?state=failed", ["b2"]],
    ["?state=waiting", ["c2"]],
    ["?reason=timeout", ["a1", "c2"]],
    ["?message=a&outcome=delivered", ["a2"]],
    ["?receiver=mail", ["b2"]],
  ])("lists the attempts that %s asks for", async (query, expected) => {
    expect(await messages(query)).toEqual(expected);
  });

  it("shows an attempt with its moment and the id that the other side gave it", async () => {
    const { body } = await ask("?limit=1");

    expect(JSON.parse(body)).toEqual({
      deliveries: [
        {
          message: "a",
          at: "2026-11-23T02:00:00.000Z",
          ended: true,
          receiver: "chat",
          endpoint: "e",
          attempt: 2,
          outcome: "delivered",
          externalId: "m-1",
        },
      ],
    });
  });

  it("finds nothing of a receiver that was told nothing, and names the known ones where there is no such receiver", async () => {
    await harness.api.close();
    harness = await openTestApi({}, { deliveries: async () => records, receivers: () => ["chat", "quiet"] });

    expect(await messages("?receiver=quiet")).toEqual([]);
    const { status, body } = await ask("?receiver=nonsense");
    expect([status, JSON.parse(body)]).toEqual([
      404,
      { error: { code: "unknown", message: 'unknown receiver "nonsense"; known are chat, mail, quiet' } },
    ]);
  });

  it.each(["?limit=0", "?limit=x", "?limit=9999", "?state=lost"])("refuses %s", async (query) => {
    expect((await ask(query)).status).toBe(422);
  });
});
