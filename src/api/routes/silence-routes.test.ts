import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ApiHarness, adminToken, openTestApi, rawRequest } from "../../../test/support/worlds/api-harness.ts";

let harness: ApiHarness;

beforeEach(async () => {
  harness = await openTestApi();
});

afterEach(() => harness.api.close());

const wish = { matchers: ["service=shop", 'severity!="critical"'], lasts: "2h", createdBy: "li", comment: "racks" };

async function ask(method: string, path: string, body?: unknown) {
  const answer = await rawRequest(harness.url, `/api/v1/silences${path}`, {
    method,
    headers: {
      authorization: `Bearer ${adminToken}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: JSON.parse(answer.body) as Record<string, unknown> };
}

function moment(offsetMs: number): string {
  return new Date(harness.clock.now() + offsetMs).toISOString();
}

describe("api/routes/silence-routes", () => {
  it("adds, shows, lists and expires a silence", async () => {
    const added = await ask("POST", "", wish);
    const id = String(added.body["id"]);
    const shown = {
      id,
      state: "active",
      matchers: ['service="shop"', 'severity!="critical"'],
      startsAt: moment(0),
      endsAt: moment(7_200_000),
      updatedAt: moment(0),
      createdBy: "li",
      comment: "racks",
    };

    expect(added).toEqual({ status: 200, body: { ...shown, firingAlerts: 0 } });
    expect(await ask("GET", `/${id}`)).toEqual(added);
    expect(await ask("GET", "")).toEqual({ status: 200, body: { silences: [shown] } });
    expect(await ask("DELETE", `/${id}`)).toMatchObject({ status: 200, body: { state: "expired", endsAt: moment(0) } });
    expect(await ask("GET", "")).toMatchObject({ body: { silences: [] } });
    expect(await ask("GET", "?state=expired")).toMatchObject({ body: { silences: [{ id, state: "expired" }] } });
  });

  it("orders active ones by their end, waiting ones by their start, expired ones by the latest end", async () => {
    const times: readonly (readonly [comment: string, fromMs: number, toMs: number])[] = [
      ["waits longer", 90_000, 200_000],
      ["ends later", 0, 80_000],
      ["waits", 60_000, 300_000],
      ["ends soon", 0, 70_000],
      ["ended first", 0, 10_000],
      ["ended last", 0, 20_000],
    ];
    for (const [comment, fromMs, toMs] of times) {
      const body = { ...wish, lasts: undefined, comment, startsAt: moment(fromMs), endsAt: moment(toMs) };
      expect((await ask("POST", "", body)).status).toBe(200);
    }
    await harness.clock.advance(30_000);

    const { body } = await ask("GET", "?state=active&state=pending&state=expired");

    expect((body["silences"] as { comment: string }[]).map(({ comment }) => comment)).toEqual([
      "ends soon",
      "ends later",
      "waits",
      "waits longer",
      "ended last",
      "ended first",
    ]);
  });

  it("changes a silence in place and keeps the start that the body does not name", async () => {
    const { body } = await ask("POST", "", wish);
    await harness.clock.advance(60_000);

    const changed = await ask("POST", "", { ...wish, id: body["id"], lasts: "4h", comment: "takes longer" });

    expect(changed.body).toMatchObject({ id: body["id"], startsAt: body["startsAt"], endsAt: moment(14_400_000) });
  });

  it.each<[object, number, string, string]>([
    [{ comment: " " }, 422, "invalid", "comment: say why"],
    [{ createdBy: undefined }, 422, "invalid", "createdBy: is missing"],
    [{ lasts: undefined }, 422, "invalid", "give either endsAt or lasts"],
    [{ endsAt: "2027-01-01T00:00:00Z" }, 422, "invalid", "give either endsAt or lasts"],
    [{ lasts: "2" }, 422, "invalid", 'lasts: "2" is no duration'],
    [{ startsAt: "tomorrow" }, 422, "invalid", "startsAt: write a time with its zone"],
    [{ matchers: [] }, 422, "invalid", "at least one matcher required"],
    [{ matchers: ["service"] }, 422, "invalid", "service"],
    [{ matchers: ["a=1, b=2"] }, 422, "invalid", "expected one matcher, got 2"],
    [{ surplus: 1 }, 422, "invalid", "surplus"],
    [{ id: "unknown-id" }, 404, "unknown", 'There is no silence "unknown-id"; "watchfire silence list" shows them.'],
  ])("refuses %j", async (changes, status, code, words) => {
    const answer = await ask("POST", "", { ...wish, ...changes });

    expect(answer).toMatchObject({ status, body: { error: { code, message: expect.stringContaining(words) } } });
    expect(harness.engine.snapshot().silences).toEqual([]);
  });

  it("answers for an unknown id and an unknown state in words", async () => {
    expect(await ask("GET", "/nobody")).toMatchObject({ status: 404, body: { error: { code: "unknown" } } });
    expect(await ask("DELETE", "/nobody")).toMatchObject({ status: 404, body: { error: { code: "unknown" } } });
    expect(await ask("GET", "?state=gone")).toMatchObject({ status: 422, body: { error: { code: "invalid" } } });
  });

  it.each(["POST", "DELETE"])("lets no page of another site and nobody without the token %s one", async (method) => {
    const path = method === "POST" ? "/api/v1/silences" : "/api/v1/silences/s1";
    const json = method === "POST" ? { "content-type": "application/json" } : {};
    const origin = { origin: "https://evil.example.com", authorization: `Bearer ${adminToken}` };

    expect(await rawRequest(harness.url, path, { method, headers: { ...json, ...origin } })).toMatchObject({
      status: 403,
    });
    expect(await rawRequest(harness.url, path, { method, headers: json })).toMatchObject({ status: 401 });
  });
});
