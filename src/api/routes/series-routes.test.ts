import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FakeClock } from "../../../test/support/fakes/fake-clock.ts";
import { MemoryStore } from "../../../test/support/fakes/memory-store.ts";
import { type ApiHarness, adminToken, openTestApi, rawRequest } from "../../../test/support/worlds/api-harness.ts";

const minuteMs = 60_000;
const clock = new FakeClock();
const store = new MemoryStore(clock);
const startMs = Math.ceil(clock.now() / minuteMs) * minuteMs;
const query = {
  metric: "orders",
  matchers: ["shop=a"],
  fromMs: startMs,
  toMs: startMs + minuteMs,
  stepMs: minuteMs,
  aggregate: "last",
};
let harness: ApiHarness;

beforeEach(async () => {
  harness = await openTestApi({}, { history: store });
});

afterEach(() => harness.api.close());

function ask(body: unknown) {
  const headers = { authorization: `Bearer ${adminToken}`, "content-type": "application/json" };
  return rawRequest(harness.url, "/api/v1/series", { method: "POST", headers, body: JSON.stringify(body) });
}

describe("api/routes/series-routes", () => {
  it("answers each query with the series that it fits", async () => {
    const point = { metric: "orders", value: 7, atMs: startMs + 1, kind: "gauge" } as const;
    await store.appendSeries([
      { ...point, series: "1", labels: { shop: "a" } },
      { ...point, series: "2", labels: { shop: "b" } },
    ]);
    await clock.advance(startMs - clock.now() + 2 * minuteMs);

    const answer = await ask({ queries: [query, { ...query, metric: "none" }] });

    expect(JSON.parse(answer.body)).toEqual({ series: [[{ labels: { shop: "a" }, points: [[startMs, 7]] }], []] });
  });

  it.each([
    [{ queries: [] }, "queries"],
    [{ queries: [{ ...query, matchers: ["shop"] }] }, "matchers"],
    [{ queries: [{ ...query, toMs: query.fromMs }] }, "asks for no time"],
    [{ queries: [{ ...query, toMs: startMs + 1001 * minuteMs }] }, "more than 1000 steps"],
  ])("refuses %#", async (body, words) => {
    const answer = await ask(body);

    expect(answer.status).toBe(422);
    expect(answer.body).toContain(words);
  });
});
