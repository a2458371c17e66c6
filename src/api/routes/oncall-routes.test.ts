import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { alertingConfigOf } from "../../../test/support/worlds/alerting-world.ts";
import {
  type ApiHarness,
  adminToken,
  openTestApi,
  pipelineToken,
  rawRequest,
} from "../../../test/support/worlds/api-harness.ts";
import { checkout, crew, crewReceivers, crewWorld } from "../../../test/support/worlds/escalation-world.ts";
import { createAlertingEngine } from "../../alerting/pipeline/alerting-engine.ts";
import type { Incident } from "../../core/alerting/incident.ts";
import type { ApiDependencies } from "../api-dependencies.ts";

const engine = () =>
  createAlertingEngine(alertingConfigOf([], crew, crewReceivers), { ids: { next: () => "exception-1" } });
let harness: ApiHarness;
let overrides: Partial<ApiDependencies>;

beforeEach(async () => {
  const own = engine();
  overrides = {
    alerting: () => own.snapshot(),
    escalation: () => own.escalation(),
    unconfirmed: () => own.unconfirmed(),
    perform: async (action) => own.perform(action, harness.clock.now()).outcome,
  };
  harness = await openTestApi({}, overrides);
});

afterEach(() => harness.api.close());

async function ask(path: string, body?: unknown, token = adminToken) {
  const answer = await rawRequest(harness.url, `/api/v1/oncall${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, text: answer.body };
}

function moment(offsetMs: number): string {
  return new Date(harness.clock.now() + offsetMs).toISOString();
}

const wish = { schedule: "ops", person: "lead", until: "8h", by: "a" };

describe("api/routes/oncall-routes", () => {
  it("puts somebody on call, lists it, shows it with the schedule and takes it back", async () => {
    const override = {
      id: "exception-1",
      schedule: "ops",
      person: { id: "lead", title: "Lead" },
      from: moment(0),
      until: moment(28_800_000),
      by: "a",
      comment: "swap",
    };

    const set = await ask("/overrides", { ...wish, comment: "swap" });
    expect(JSON.parse(set.text)).toMatchObject({
      ...override,
      message: expect.stringMatching(/^Lead is on call for ops from /) as string,
    });
    expect(JSON.parse((await ask("/overrides")).text)).toEqual({ overrides: [override] });
    expect(JSON.parse((await ask("?schedule=ops")).text)).toMatchObject({
      schedules: [{ order: [{ id: "lead" }, { id: "b" }, { id: "a" }], overrides: [override] }],
    });

    expect((await ask("/overrides/exception-1/remove", { by: "b" })).status).toBe(200);
    expect(JSON.parse((await ask("/overrides")).text)).toEqual({ overrides: [] });
  });

  it("shows the exceptions of the config that are not over, without an id", async () => {
    const day = (days: number): string =>
      `${new Date(harness.clock.now() + days * 86_400_000).toISOString().slice(0, 10)} 10:00`;
    const schedules = {
      ops: {
        ...crew.schedules.ops,
        overrides: [
          { person: "lead", from: day(-3), to: day(-2) },
          { person: "lead", from: day(2), to: day(3) },
        ],
      },
    };
    const own = createAlertingEngine(alertingConfigOf([], { ...crew, schedules }, crewReceivers), {
      ids: { next: () => "exception-1" },
    });
    await harness.api.close();
    harness = await openTestApi(
      {},
      { ...overrides, alerting: () => own.snapshot(), escalation: () => own.escalation() },
    );
    const written = {
      schedule: "ops",
      person: { id: "lead", title: "Lead" },
      from: expect.any(String) as string,
      until: expect.any(String) as string,
    };

    const {
      schedules: [shownSchedule],
    } = JSON.parse((await ask("?schedule=ops")).text) as { schedules: { overrides: object[] }[] };
    expect(shownSchedule?.overrides).toEqual([written]);
    expect(JSON.parse((await ask("/overrides")).text)).toEqual({ overrides: [written] });
  });

  it("names people whose own addresses were never confirmed, with the schedule and by themselves", async () => {
    const nobody = ["a", "b", "lead"].map((person) => ({ person, receivers: ["voice"] }));

    expect(JSON.parse((await ask("/unconfirmed")).text)).toMatchObject({ people: nobody });
    expect(JSON.parse((await ask("?schedule=ops")).text)).toMatchObject({
      schedules: [{ unconfirmed: [{ person: "a", title: "Person A", receivers: ["voice"] }, { person: "b" }] }],
    });
  });

  it.each([
    ["of the last week", 6, 200],
    ["of longer ago", 8, 422],
  ])("believes who was told of an incident %s that is over, or not", async (_which, days, status) => {
    const world = crewWorld();
    world.fail(checkout);
    world.advance(60_000);
    const [over] = world.loaded().incidents.map((incident): Incident => {
      const resolvedAtMs = harness.clock.now() - days * 86_400_000;
      return { ...incident, status: "resolved", resolvedAtMs };
    });
    overrides.incidents = async () => (over === undefined ? [] : [over]);
    const { api } = harness;
    harness = await openTestApi({}, overrides);
    await api.close();

    const answer = await ask("/confirmations", { person: "a", receiver: "voice", by: "a" });

    expect(answer.status).toBe(status);
  });

  it("reads times on the clock of the schedule", async () => {
    const day = new Date(harness.clock.now() + 86_400_000).toISOString().slice(0, 10);

    const answer = await ask("/overrides", { ...wish, from: `${day} 10:00`, until: `${day} 18:00` });

    expect(JSON.parse(answer.text)).toMatchObject({ from: `${day}T02:00:00.000Z`, until: `${day}T10:00:00.000Z` });
  });

  it.each([
    ["/overrides", { ...wish, person: "leed" }, 404, "did you mean"],
    ["/overrides", { ...wish, until: "soon" }, 422, "until: "],
    ["/overrides", { ...wish, from: "2026-02-30" }, 422, "from: "],
    ["/overrides", { ...wish, until: "2020-01-01" }, 422, "over already"],
    ["/overrides", { ...wish, by: " " }, 422, "by: "],
    ["/overrides", { ...wish, role: "admin" }, 422, "role"],
    ["/confirmations", { person: "zoe", receiver: "voice", by: "a" }, 404, "there is no person"],
    ["/confirmations", { person: "a", receiver: "voice", by: "a" }, 422, "begin a drill"],
    ["/confirmations", { person: "a", receiver: "voice", by: "a", via: "page" }, 422, "via"],
    ["/overrides/nothing/remove", { by: "a" }, 404, "there is no exception"],
  ])("refuses %s %j", async (path, body, status, words) => {
    const answer = await ask(path, body);

    expect(answer.status).toBe(status);
    expect(answer.text).toContain(words);
  });

  it("lets nobody in with the token of pipelines", async () => {
    expect((await ask("/overrides", wish, pipelineToken)).status).toBe(401);
  });
});
