import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { AlertingWorld } from "../../../test/support/worlds/alerting-world.ts";
import { type ApiHarness, adminToken, openTestApi, rawRequest } from "../../../test/support/worlds/api-harness.ts";
import { checkout, crewWorld, minuteMs } from "../../../test/support/worlds/escalation-world.ts";

let harness: ApiHarness;
let world: AlertingWorld;
let id: string;

beforeEach(async () => {
  world = crewWorld();
  world.fail(checkout);
  world.advance(minuteMs);
  id = world.loaded().incidents[0]?.id ?? "";
  harness = await openTestApi(
    {},
    {
      alerting: () => world.engine.snapshot(),
      incident: async (asked) => world.loaded().incidents.find((each) => each.id === asked),
      incidents: async () => world.loaded().incidents,
      escalation: () => world.config.escalation,
      unconfirmed: () => world.engine.unconfirmed(),
      perform: async (action) => world.perform(action),
    },
  );
});

afterEach(() => harness.api.close());

async function ask(path: string, body?: unknown) {
  const answer = await rawRequest(harness.url, `/api/v1/${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers: {
      authorization: `Bearer ${adminToken}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: JSON.parse(answer.body) as Record<string, unknown> };
}

describe("api/routes/incident-routes", () => {
  it("lists and shows incidents with who was told and what happened", async () => {
    expect((await ask("incidents")).body).toMatchObject({
      incidents: [{ id, status: "open", subject: "Check checkout – wrong status", policy: "p1", alerts: 1 }],
    });
    const { body } = await ask(`incidents/${id}`);
    expect(body).not.toHaveProperty("told.0.knows");
    expect(body).toMatchObject({
      alerts: [{ status: "firing", summary: "Check checkout is down: http://checkout/" }],
      told: [{ receiver: "chat" }, { receiver: "voice", recipient: "a" }, { receiver: "chat", recipient: "a" }],
      timeline: [{ kind: "opened" }, { kind: "told" }, { kind: "policy" }, { kind: "escalated" }],
    });
    expect((await ask("incidents?state=resolved")).body).toEqual({ incidents: [] });
  });

  it("confirms the address by which it reached who takes it, and names those that are not confirmed", async () => {
    const path = `incidents/${id}/acknowledge`;
    const without = await ask(path, { by: "a" });
    const untold = await ask(path, { by: "b", reached_by: "voice" });
    const shared = await ask(path, { by: "a", reached_by: "chat" });
    const reached = await ask(path, { by: "a", reached_by: "voice" });

    expect(without).toMatchObject({ status: 200, body: { unconfirmed: ["voice"] } });
    expect(untold).toMatchObject({
      status: 422,
      body: { error: { message: "Person B was not told of this incident by voice" } },
    });
    expect(shared).toMatchObject({ status: 422, body: { error: { code: "invalid" } } });
    expect(reached.status).toBe(200);
    expect(reached.body).not.toHaveProperty("unconfirmed");
    expect(world.engine.unconfirmed().map(({ person }) => person)).toEqual(["b", "lead"]);
    expect(world.loaded().incidents[0]?.acknowledgement?.by).toBe("Person A");
  });

  it("takes, gives back, assigns, comments, puts off and closes, each in somebody's name", async () => {
    const deeds = [
      ["acknowledge", { for: "2h", comment: "on it" }, { status: "acknowledged", acknowledgement: { by: "Person A" } }],
      ["unacknowledge", {}, { status: "open" }],
      ["assign", { person: "b" }, { assignee: "b" }],
      ["comment", { comment: "the switch" }, { status: "open" }],
      ["snooze", { for: "30m" }, { status: "acknowledged", acknowledgement: { snoozed: true } }],
      ["resolve", {}, { status: "resolved" }],
    ] as const;
    for (const [action, body, expected] of deeds)
      expect(await ask(`incidents/${id}/${action}`, { by: "a", ...body })).toMatchObject({
        status: 200,
        body: expected,
      });

    expect((await ask("incidents?state=resolved")).body).toMatchObject({ incidents: [{ id, status: "resolved" }] });
    expect(await ask(`incidents/${id}/acknowledge`, { by: "a" })).toMatchObject({
      status: 409,
      body: { error: { code: "over" } },
    });
  });

  it.each([
    [
      "incidents/nothing",
      undefined,
      404,
      'There is no incident "nothing"; "watchfire incident list" shows those that are open.',
    ],
    ["incidents?state=closed", undefined, 422, 'state "closed" is none of open, acknowledged, resolved'],
    [
      "incidents/nothing/acknowledge",
      { by: "a" },
      404,
      'There is no incident "nothing"; "watchfire incident list" shows those that are open.',
    ],
    ["incidents/ID/explode", { by: "a" }, 404, "There is nothing at this address."],
    ["incidents/ID/acknowledge", { for: "1h" }, 422, "by: "],
    ["incidents/ID/acknowledge", { by: "a", for: "1s" }, 422, "out of range"],
    ["incidents/ID/acknowledge", { by: "a", role: "admin" }, 422, "role"],
    ["incidents/ID/assign", { by: "a", person: "zoe" }, 422, 'there is no person "zoe"'],
    ["incidents/ID/comment", { by: "a" }, 422, "comment"],
    ["incidents/ID/snooze", { by: "a" }, 422, "for"],
    ["oncall?schedule=night", undefined, 404, 'There is no schedule "night".'],
  ])("refuses %s %j", async (path, body, status, words) => {
    const answer = await ask(path.replace("ID", id), body);

    expect(answer.status).toBe(status);
    expect(JSON.stringify(answer.body).replaceAll('\\"', '"')).toContain(words);
  });

  it("says who is on call, who is next and when nobody is", async () => {
    const { schedules } = (await ask("oncall?schedule=ops")).body as { schedules: readonly object[] };

    expect(schedules).toEqual([
      {
        id: "ops",
        title: "ops",
        timeZone: "Asia/Shanghai",
        order: [
          { id: "a", title: "Person A" },
          { id: "b", title: "Person B" },
        ],
        shadows: [],
        until: "2026-11-30T00:00:00.000Z",
        next: { id: "b", title: "Person B", from: "2026-11-30T00:00:00.000Z" },
        overrides: [],
        unconfirmed: [
          { person: "a", title: "Person A", receivers: ["voice"] },
          { person: "b", title: "Person B", receivers: ["voice"] },
        ],
        gaps: [],
      },
    ]);
  });
});
