import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ApiHarness, adminToken, openTestApi, rawRequest } from "../../../test/support/worlds/api-harness.ts";

let harness: ApiHarness;

beforeEach(async () => {
  harness = await openTestApi();
});

afterEach(() => harness.api.close());

async function ask(query: string, body?: unknown) {
  const answer = await rawRequest(harness.url, `/api/v1/changes${query}`, {
    method: body === undefined ? "GET" : "POST",
    headers: {
      authorization: `Bearer ${adminToken}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: JSON.parse(answer.body) as Record<string, unknown> };
}

const change = { text: "report-service v2.8", by: "pipeline" };

describe("api/routes/change-routes", () => {
  it("takes changes and lists them, the newest first, those of one service with those of any", async () => {
    const at = new Date(harness.clock.now() - 60_000).toISOString();
    const link = "https://ci.example.com/42";
    const first = await ask("", { ...change, services: ["shop"], link });
    await ask("", { ...change, text: "core switch replaced", at });

    expect(first).toMatchObject({ status: 200, body: { text: change.text, services: ["shop"], link, by: "pipeline" } });
    const texts = async (query: string) =>
      ((await ask(query)).body["changes"] as { text: string }[]).map(({ text }) => text);
    expect(await texts("")).toEqual(["report-service v2.8", "core switch replaced"]);
    expect(await texts("?service=shop")).toEqual(["report-service v2.8", "core switch replaced"]);
    expect(await texts("?service=pay")).toEqual(["core switch replaced"]);
  });

  it("takes the same report twice for one", async () => {
    const first = await ask("", change);
    await harness.clock.advance(30_000);

    expect((await ask("", change)).body["id"]).toBe(first.body["id"]);
    await harness.clock.advance(60_000);
    expect((await ask("", change)).body["id"]).not.toBe(first.body["id"]);
  });

  it.each<[object, number, string]>([
    [{ text: " " }, 422, "text: say what was changed"],
    [{ by: "" }, 422, "by: say who changed it"],
    [{ services: ["shopp"] }, 404, 'there is no service "shopp"; did you mean "shop"?'],
    [{ link: "javascript:alert(1)" }, 422, "link"],
    [{ at: "2020-01-01T00:00:00Z" }, 422, "up to a week later"],
    [{ at: "2030-01-01T00:00:00Z" }, 422, "up to a week later"],
    [{ at: "yesterday" }, 422, "at: write a time with its zone"],
  ])("refuses %j", async (wrong, status, words) => {
    expect(await ask("", { ...change, ...wrong })).toMatchObject({
      status,
      body: { error: { message: expect.stringContaining(words) } },
    });
    expect(harness.engine.snapshot().changes).toEqual([]);
  });
});
