import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  type ApiHarness,
  adminToken,
  openTestApi,
  pipelineToken,
  rawRequest,
} from "../../../test/support/worlds/api-harness.ts";

let harness: ApiHarness;

beforeEach(async () => {
  harness = await openTestApi();
});

afterEach(() => harness.api.close());

const wish = { name: "shop", lasts: "40m", by: "pipeline" };

async function ask(path: string, body?: unknown) {
  const answer = await rawRequest(harness.url, `/api/v1/maintenance${path}`, {
    method: body === undefined ? "GET" : "POST",
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

describe("api/routes/maintenance-routes", () => {
  it("begins, lists, changes and ends maintenance of a service", async () => {
    const endsAt = moment(2_400_000);

    expect(await ask("/start", { ...wish, comment: "v2.8" })).toMatchObject({
      status: 200,
      body: { name: "shop", did: "begun", endsAt },
    });
    expect(await ask("")).toEqual({
      status: 200,
      body: {
        maintenance: [
          {
            name: "shop",
            title: "Shop",
            startedAt: moment(0),
            endsAt,
            origin: "command",
            services: ["shop"],
            matchers: [],
            neverMute: ['tier="business"', 'severity="critical"'],
            by: "pipeline",
            comment: "v2.8",
          },
        ],
      },
    });
    expect((await ask("/start", { ...wish, lasts: "1h" })).body).toMatchObject({
      did: "changed",
      endsAt: moment(3_600_000),
    });
    expect((await ask("/end", { name: "shop", by: "pipeline" })).body).toMatchObject({ did: "ended" });
    expect(await ask("/end", { name: "shop", by: "pipeline" })).toMatchObject({
      status: 200,
      body: { did: "nothing" },
    });
    expect((await ask("")).body).toEqual({ maintenance: [] });
  });

  it("lets pipelines begin and end it and report changes by a token of their own, and nothing else", async () => {
    const headers = { authorization: `Bearer ${pipelineToken}`, "content-type": "application/json" };
    const post = async (path: string, body: object) =>
      (await rawRequest(harness.url, path, { method: "POST", headers, body: JSON.stringify(body) })).status;
    const get = async (path: string) =>
      (await rawRequest(harness.url, path, { headers: { authorization: headers.authorization } })).status;

    expect(await post("/api/v1/maintenance/start", wish)).toBe(200);
    expect(await post("/api/v1/maintenance/end", { name: "shop", by: "pipeline" })).toBe(200);
    expect(await post("/api/v1/changes", { text: "v2.8", by: "pipeline" })).toBe(200);
    expect(await post("/api/v1/silences", {})).toBe(401);
    for (const path of ["/api/v1/status", "/api/v1/maintenance", "/api/v1/changes", "/api/v1/config/running"])
      expect(await get(path), path).toBe(401);
    const wrong = { ...headers, authorization: "Bearer guessed" };
    expect(await rawRequest(harness.url, "/api/v1/changes", { method: "POST", headers: wrong })).toMatchObject({
      status: 401,
    });
  });

  it.each<[object, object]>([
    [{ name: "racks", matchers: ["host=~db-.*"] }, { matchers: [{ name: "host", operator: "=~", value: "db-.*" }] }],
    [{ neverMute: [] }, { services: ["shop"], neverMute: [] }],
    [
      { name: "release", services: ["shop"] },
      { services: ["shop"], neverMute: [{ value: "business" }, { value: "critical" }] },
    ],
  ])("takes a scope from %j", async (changes, scope) => {
    expect((await ask("/start", { ...wish, ...changes })).status).toBe(200);

    expect(harness.engine.snapshot().maintenance).toMatchObject([{ scope }]);
  });

  it.each<[object, number, string]>([
    [{ name: "Not an id!" }, 422, "name: "],
    [{ name: "pay" }, 404, 'there is no service "pay"'],
    [{ lasts: "10s" }, 422, "out of range"],
    [{ lasts: undefined }, 422, "say how long it lasts"],
    [{ by: "" }, 422, "by: say who does this"],
    [{ matchers: ["host"] }, 422, 'the matcher "host" cannot be read'],
    [{ matchers: ["host=db-1"] }, 422, '"shop" is a service'],
    [{ name: "racks", matchers: [] }, 422, "at least one matcher required"],
    [{ neverMute: ["x"] }, 422, 'the matcher "x" cannot be read'],
  ])("refuses %j", async (changes, status, words) => {
    expect(await ask("/start", { ...wish, ...changes })).toMatchObject({
      status,
      body: { error: { message: expect.stringContaining(words) } },
    });
    expect(harness.engine.snapshot().maintenance).toEqual([]);
  });
});
