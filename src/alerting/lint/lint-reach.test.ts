import { describe, expect, it } from "vitest";
import type { Json } from "../../core/json.ts";
import { openReceivers } from "../delivery/config/receivers.ts";
import { receiversSchema } from "../delivery/config/receivers-schema.ts";
import { openEscalation } from "../escalation/escalation-config.ts";
import { schedulesSchema } from "../escalation/oncall/schedules-schema.ts";
import { peopleSchema } from "../escalation/people/people-schema.ts";
import { notifierKinds } from "../notifiers/index.ts";
import { lintReach } from "./lint-reach.ts";

const call = { kind: "aliyun_voice", key: "LTAI12345678", secret: "s", template: "TTS_1" };
const receivers = {
  voice: { to: [call] },
  desk: { to: [{ ...call, phone: "+8613800000001" }] },
  mail: { to: [{ kind: "email", host: "mail.example.com", from: "w@example.com" }] },
  both: { to: [call, { kind: "log" }], fallback: ["voice"] },
  program: { to: [{ kind: "alertmanager", urls: ["http://127.0.0.1:9093"] }] },
};

function lint(sections: Readonly<Record<string, Json>>, raw: unknown = receivers): readonly string[] {
  const opened = openReceivers(receiversSchema(notifierKinds).parse(raw), notifierKinds);
  const written = { receivers: raw as Json, ...sections };
  const directory = openEscalation(
    {
      people: peopleSchema.parse(sections["people"] ?? {}),
      schedules: schedulesSchema.parse(sections["schedules"] ?? {}),
      policies: {},
    },
    "Asia/Shanghai",
    new Map(),
  );
  return lintReach({ sections: written, receivers: opened, directory }).map(
    ({ path, message }) => `${path.join(".")}: ${message}`,
  );
}

const nobody = expect.stringContaining('"voice" reaches nobody here');
const fallback = expect.stringMatching(/^receivers\.both\.fallback\.0: "voice" reaches nobody/);

describe("alerting/lint reach", () => {
  it("names routes, steps, fallbacks and meta that tell a telephone without a number and without a person", () => {
    const found = lint({
      route: { receiver: "voice", routes: { a: { receiver: "both", routes: { b: { receiver: "voice" } } } } },
      policies: {
        p1: {
          steps: [
            { at: "0s", notify: ["voice", "oncall/ops"] },
            { at: "1m", notify: ["person/a"] },
          ],
        },
      },
      meta: { receiver: "voice" },
    });

    expect(found).toEqual([nobody, nobody, nobody, fallback, nobody]);
    expect(found.map((line) => line.split(": ")[0])).toEqual([
      "route.receiver",
      "route.routes.a.routes.b.receiver",
      "policies.p1.steps.0.notify.0",
      "receivers.both.fallback.0",
      "meta.receiver",
    ]);
  });

  it("is quiet about a telephone of its own, a chat beside it, and configs without any of it", () => {
    expect(lint({ route: { receiver: "desk", routes: { a: { receiver: "both" } } } })).toEqual([fallback]);
    expect(lint({})).toEqual([fallback]);
  });

  it("is quiet about a fallback without a number of what reaches persons alone: it takes over for those", () => {
    const quiet = { ...receivers, both: { to: [call], fallback: ["voice"] } };
    expect(lint({}, quiet)).toEqual([]);
  });

  it("names routes and reports that tell a mail receiver without addresses of its own", () => {
    const found = lint({ route: { receiver: "mail" }, reports: { morning: { to: ["mail"] } } });

    expect(found.filter((line) => line.includes('"mail"'))).toEqual([
      'route.receiver: "mail" reaches nobody here: it reaches persons, and none is named; give its notifier `to`, or tell people by a step with oncall/<schedule> or person/<id>',
      'reports.morning.to.0: "mail" reaches nobody here: a report is for no person in particular; give its notifier `to`',
    ]);
  });

  it.each([
    [
      "leave it out",
      ["oncall/ops", "mail"],
      undefined,
      '"mail" adds nothing here: the persons beside it are told by it anyway; ',
    ],
    ["leave it out", ["mail", "oncall/ops+1", "person/lead"], undefined, '"mail" adds nothing here'],
    [
      "name it there",
      ["person/lead", "mail"],
      undefined,
      '"mail" reaches nobody here of what is warning or info: it reaches persons, and the reach of those beside it does not name it; ',
    ],
    ["leave it out", ["person/lead", "mail"], ["critical"], '"mail" adds nothing here'],
    [
      "name it there",
      ["person/a", "voice"],
      undefined,
      '"voice" reaches nobody here: it reaches persons, and the reach of those beside it',
    ],
    [
      "tell people",
      ["oncall/nobody", "mail"],
      undefined,
      '"mail" reaches nobody here: it reaches persons, and none is named; ',
    ],
  ] as const)("says %s of %j for %j", (advice, notify, severities, beginning) => {
    const when = severities === undefined ? {} : { when: { severities: [...severities] } };
    const lines = lint(
      {
        people: {
          a: { reach: { info: ["mail"] } },
          b: { reach: { info: ["mail"] } },
          lead: { reach: { critical: ["mail"] } },
        },
        schedules: { ops: { members: ["a", "b"], starts: "2026-11-23" } },
        policies: { p1: { steps: [{ at: "0s", notify: [...notify], ...when }] } },
      },
      { voice: receivers.voice, mail: receivers.mail },
    );

    expect(lines).toEqual([expect.stringContaining(`: ${beginning}`)]);
    expect(lines[0]).toContain(advice);
  });

  it("names reports that nobody reads", () => {
    const found = lint({ reports: { morning: { to: ["voice", "both", "program"] } } });

    expect(found.slice(1)).toEqual([
      'reports.morning.to.0: "voice" gets no reports: it rings, or takes alerts only',
      'reports.morning.to.2: "program" gets no reports: it rings, or takes alerts only',
    ]);
  });
});
