import { describe, expect, it } from "vitest";
import { crew } from "../../../test/support/worlds/escalation-world.ts";
import { routeSchema } from "../routing/route-schema.ts";
import { checkEscalation } from "./check-escalation.ts";
import { schedulesSchema } from "./oncall/schedules-schema.ts";
import { peopleSchema } from "./people/people-schema.ts";
import { policiesSchema } from "./policies/policies-schema.ts";

const receivers = { voice: {}, mail: {}, chat: {} };
const phone = "+86 138 0000 0001";
const people = { a: { phone, reach: { critical: ["voice", "chat"] } }, b: { reach: { info: ["chat"] } }, mute: {} };
type Raw = Partial<Record<"people" | "schedules" | "policies" | "route", unknown>> &
  Readonly<{ services?: Record<string, { policy?: string }> }>;

function issuesOf(raw: Raw): string[] {
  const issues = checkEscalation({
    receivers,
    addressed: new Map([
      ["voice", "phone"],
      ["mail", "email"],
    ]),
    time_intervals: { nights: [] },
    people: peopleSchema.parse(raw.people ?? people),
    schedules: schedulesSchema.parse(raw.schedules ?? {}),
    policies: policiesSchema.parse(raw.policies ?? {}),
    services: raw.services ?? {},
    route: routeSchema.parse(raw.route ?? { receiver: "chat" }),
  });
  return issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
}

const policyOf = (...notify: string[]) => ({ p: { steps: [{ at: "0s", notify }] } });

describe("alerting/escalation/check-escalation", () => {
  it("finds nothing wrong with a crew that fits", () => {
    const { a, b, lead } = crew.people;
    const withPhones = { a: { ...a, phone }, b: { ...b, phone }, lead: { ...lead, phone } };
    const services = { shop: { policy: "p1" }, pay: {} };
    const route = { receiver: "chat", routes: { os: { matchers: ["tier=os"], policy: "none" } } };

    expect(issuesOf({ ...crew, people: withPhones, services, route })).toEqual([]);
  });

  it.each<readonly [Raw, string]>([
    [
      { people: { a: { reach: { critical: ["chatt"] } } } },
      'people.a.reach.critical.0: there is no receiver "chatt"; did you mean "chat"?',
    ],
    [
      { people: { b: { reach: { info: ["voice"] } } } },
      `people.b.reach.info.0: "voice" needs a person's phone, and b has none`,
    ],
    [
      { people: { b: { reach: { info: ["mail"] } } } },
      `people.b.reach.info.0: "mail" needs a person's email, and b has none`,
    ],
    [
      { schedules: { o: { members: ["carol"] } } },
      'schedules.o.members.0: there is no person "carol"; there are a, b, mute',
    ],
    [
      { schedules: { o: { members: ["a"], shadows: [{ person: "mute" }] } } },
      'schedules.o.shadows.0.person: "mute" cannot be reached: people.mute.reach names no receiver',
    ],
    [
      { schedules: { o: { layers: { day: { members: ["a"], only: ["nigths"] } } } } },
      'schedules.o.layers.day.only.0: there is no time interval "nigths"; did you mean "nights"?',
    ],
    [
      { schedules: { o: { members: ["a"], handover: ["person/xavier"] } } },
      'schedules.o.handover.0: there is no person "xavier"; there are a, b, mute',
    ],
    [
      { policies: policyOf("oncall/ops") },
      'policies.p.steps.0.notify.0: there is no schedule "ops"; none is configured',
    ],
    [
      { policies: policyOf("chat", "group/ops") },
      'policies.p.steps.0.notify.1: "group/ops" names nobody; write a receiver, oncall/<schedule> or person/<id>',
    ],
    [
      { policies: { p: { steps: [{ at: "0s", notify: ["chat"], when: { during: ["office"] } }] } } },
      'policies.p.steps.0.when.during.0: there is no time interval "office"; there are nights',
    ],
    [{ services: { shop: { policy: "p1" } } }, 'services.shop.policy: there is no policy "p1"; none is configured'],
    [
      { policies: policyOf("chat"), route: { receiver: "chat", routes: { os: { policy: "quick" } } } },
      'route.routes.os.policy: there is no policy "quick"; there are p',
    ],
  ])("says what is wrong with %j", (raw, issue) => {
    expect(issuesOf(raw)).toEqual([issue]);
  });

  it.each([
    [{ none: { steps: [{ at: "0s", notify: ["chat"] }] } }, "stands for no policy"],
    [
      {
        p: {
          steps: [
            { at: "5m", notify: ["a"] },
            { at: "1m", notify: ["a"] },
          ],
        },
      },
      "must not be before",
    ],
    [{ p: { steps: [] } }, ">=1"],
  ])("refuses the policies %j", (policies, words) => {
    expect(JSON.stringify(policiesSchema.safeParse(policies).error?.issues)).toContain(words);
  });
});
