import { afterEach, describe, expect, it } from "vitest";
import { type ApiHarness, adminToken, openTestApi, rawRequest } from "../../../test/support/worlds/api-harness.ts";
import { crewWorld, minuteMs } from "../../../test/support/worlds/escalation-world.ts";

let harness: ApiHarness;

afterEach(() => harness.api.close());

describe("api/routes/drill-routes", () => {
  it("begins and ends drills, and refuses what leads nowhere", async () => {
    const world = crewWorld();
    harness = await openTestApi({}, { perform: async (action) => world.perform(action) });
    const ask = async (path: string, body: unknown) => {
      const answer = await rawRequest(harness.url, `/api/v1/drills/${path}`, {
        method: "POST",
        headers: { authorization: `Bearer ${adminToken}`, "content-type": "application/json" },
        body: JSON.stringify(body),
      });
      return [answer.status, JSON.parse(answer.body) as unknown];
    };
    const until = new Date(world.nowMs + 10 * minuteMs).toISOString();

    expect(await ask("start", { name: "shop", by: "a", lasts: "10m" })).toEqual([
      200,
      { name: "shop", policy: "p1", missed: [], until },
    ]);
    expect(await ask("end", { name: "shop", by: "a" })).toMatchObject([200, { name: "shop" }]);
    expect(await ask("end", { name: "shop", by: "a" })).toMatchObject([404, { error: { code: "unknown" } }]);
    expect(await ask("start", { name: "pay", by: "a" })).toMatchObject([422, { error: { code: "invalid" } }]);
    expect(await ask("start", { name: "shop", by: "a", severity: "loud" })).toMatchObject([422, {}]);
    expect(await ask("end", { by: "a" })).toMatchObject([422, {}]);
  });
});
