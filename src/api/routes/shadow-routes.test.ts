import { afterEach, describe, expect, it } from "vitest";
import {
  type ApiHarness,
  adminToken,
  openTestApi,
  pipelineToken,
  rawRequest,
} from "../../../test/support/worlds/api-harness.ts";

let harness: ApiHarness;

afterEach(() => harness.api.close());

async function tell(body: unknown, token = pipelineToken) {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  return rawRequest(harness.url, "/api/v1/shadow/alertmanager", {
    method: "POST",
    headers,
    body: JSON.stringify(body),
  });
}

async function report(query = ""): Promise<Record<string, unknown>> {
  const headers = { authorization: `Bearer ${adminToken}` };
  return JSON.parse((await rawRequest(harness.url, `/api/v1/shadow/report${query}`, { headers })).body) as Record<
    string,
    unknown
  >;
}

function webhook(status: string, labels: Record<string, string>) {
  const startsAt = "2026-11-23T01:00:00.123456789+08:00";
  const alert = { status, labels, annotations: {}, startsAt, endsAt: "0001-01-01T00:00:00Z", generatorURL: "" };
  return { version: "4", groupKey: "{}", receiver: "old", status, alerts: [alert] };
}

describe("api/routes/shadow-routes", () => {
  it("takes what Alertmanager tells, each occurrence once and no end, and reports what nobody would have told here", async () => {
    harness = await openTestApi({}, { isShadow: true });
    const labels = { alertname: "ShopDown", instance: "https://shop/" };

    expect(JSON.parse((await tell(webhook("firing", labels))).body)).toEqual({ noted: 1 });
    expect(JSON.parse((await tell(webhook("firing", labels))).body)).toEqual({ noted: 0 });
    expect(JSON.parse((await tell(webhook("resolved", labels))).body)).toEqual({ noted: 0 });

    expect(await report()).toEqual({
      there: 1,
      here: 0,
      both: [],
      onlyThere: [
        {
          at: new Date(harness.clock.now()).toISOString(),
          startsAt: "2026-11-22T17:00:00.123Z",
          receiver: "old",
          labels,
        },
      ],
      onlyHere: [],
    });
    expect(JSON.stringify(await report("?within=soon"))).toContain("is no duration");
  });

  it.each([
    [{ isShadow: false }, webhook("firing", { a: "b" }), 409, "only one in shadow mode"],
    [{ isShadow: true }, { ...webhook("firing", { a: "b" }), alerts: "many" }, 422, "alerts"],
    [{ isShadow: true }, webhook("firing", { a: "x".repeat(3000) }), 422, "labels"],
  ])("refuses with %j", async (overrides, body, status, words) => {
    harness = await openTestApi({}, overrides);

    const answer = await tell(body);

    expect(answer.status).toBe(status);
    expect(answer.body).toContain(words);
  });
});
