import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FakeClock } from "../../../test/support/fakes/fake-clock.ts";
import { MemoryStore } from "../../../test/support/fakes/memory-store.ts";
import { checkOf, downFinding, resultOf } from "../../../test/support/worlds/alerting-world.ts";
import {
  type ApiHarness,
  adminToken,
  noFacts,
  openTestApi,
  rawRequest,
} from "../../../test/support/worlds/api-harness.ts";
import { emptyChange } from "../../core/store.ts";

const startMs = Date.UTC(2026, 10, 23, 2, 0, 0);
const shop = checkOf("shop");
const [one] = shop.targets;
const pair = checkOf("pair", { targets: one === undefined ? [] : [one, { ...one, id: "second" }] });
let harness: ApiHarness;

beforeEach(async () => {
  const store = new MemoryStore(new FakeClock(startMs));
  const results = [
    { ...resultOf(shop, startMs, [downFinding]), evidence: { status_line: "HTTP/1.1 502 Bad Gateway" } },
    resultOf(shop, startMs + 1000),
    resultOf(shop, startMs + 2000),
  ];
  await store.commit({ ...emptyChange, results });
  harness = await openTestApi(
    {},
    { history: store, clock: new FakeClock(startMs + 60_000), overview: () => ({ ...noFacts, checks: [shop, pair] }) },
  );
});

afterEach(() => harness.api.close());

async function ask(query: string) {
  const headers = { authorization: `Bearer ${adminToken}` };
  const { status, body } = await rawRequest(harness.url, `/api/v1/results?${query}`, { headers });
  return { status, body: JSON.parse(body) as Record<string, unknown> };
}

describe("api/routes/results-routes", () => {
  it("gives the stored results of a check between two moments, the newest first", async () => {
    const { status, body } = await ask("check=shop&from=2026-11-23T02:00:00Z&to=2026-11-23T02:00:01Z");

    expect(status).toBe(200);
    expect(body).toEqual({
      isCut: false,
      results: [
        expect.objectContaining({ slot: "2026-11-23T02:00:01.000Z", verdict: "up", findings: [] }),
        {
          slot: "2026-11-23T02:00:00.000Z",
          trigger: "schedule",
          verdict: "down",
          startedAt: "2026-11-23T02:00:00.000Z",
          durationSeconds: 0.01,
          findings: [{ is: "down", reason: "status", detail: "502 Bad Gateway" }],
        },
      ],
    });
  });

  it("adds evidence where that is asked for", async () => {
    const { body } = await ask("check=shop&from=2026-11-23T02:00:00Z&to=2026-11-23T02:00:01Z&evidence=true");

    const [newest, oldest] = body["results"] as readonly Record<string, unknown>[];
    expect(newest).not.toHaveProperty("evidence");
    expect(oldest).toMatchObject({ verdict: "down", evidence: { status_line: "HTTP/1.1 502 Bad Gateway" } });
  });

  it("gives nothing of a subject that has never run", async () => {
    expect(await ask("check=new&target=t&from=2026-11-23T02:00:00Z")).toEqual({
      status: 200,
      body: { isCut: false, results: [] },
    });
  });

  it.each([
    ["check=nope&from=2026-11-23T02:00:00Z", 404, /no such check/],
    ["check=pair&from=2026-11-23T02:00:00Z", 422, /several targets/],
    ["check=shop", 422, /from is needed/],
    ["check=shop&from=yesterday", 422, /times with a zone/],
  ])("refuses %s", async (query, status, words) => {
    const answer = await ask(query);

    expect(answer.status).toBe(status);
    expect(JSON.stringify(answer.body)).toMatch(words);
  });
});
