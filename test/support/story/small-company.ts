import { alertingConfigOf, type RawSections } from "../worlds/alerting-world.ts";
import { cast, onlyA, receivers, sections, services } from "./company.ts";
import { deeds } from "./deeds.ts";
import type { Company } from "./steps.ts";

/** The cast with another threshold, without one of them. */
const editedCast = cast
  .filter(({ id }) => id !== "search")
  .map((check) => (check.id === "page" ? { ...check, failureThreshold: 2, successThreshold: 1 } : check));

const edited = (changes: RawSections = {}, checks = cast, to = receivers) =>
  alertingConfigOf(checks, { ...sections, ...changes }, to);
const { dev: _left, ...withoutDev } = receivers;
const { mail, ...withoutMail } = receivers;
const { ops: _gone, ...quieter } = receivers;
const { copy, quiet } = sections.route.routes;
const { chain } = sections.policies;

/** The config that a story begins with, and what people make of it meanwhile. */
const configs = [
  edited(),
  edited({}, editedCast),
  edited({ services: [], maintenance: {}, policies: {} }),
  edited({ route: { ...sections.route, receiver: "dev", routes: {} } }),
  edited({
    people: { a: onlyA, c: { title: "C", reach: { critical: ["mail"] } } },
    schedules: { ops: { ...sections.schedules.ops, members: ["c", "a"] } },
    policies: {
      chain: {
        steps: [
          { at: "0m", notify: ["oncall/ops"] },
          { at: "3m", notify: ["person/c"] },
        ],
      },
    },
  }),
  // A receiver has left: what it heard goes to another one.
  edited({ route: { ...sections.route, routes: { copy: { ...copy, receiver: "ops" }, quiet } } }, cast, withoutDev),
  // A receiver and the person whom it reaches have other names.
  edited(
    {
      people: { a: onlyA, bea: { title: "B", reach: { critical: ["voice", "post"], warning: ["post"] } } },
      schedules: { ops: { ...sections.schedules.ops, members: ["a", "bea"] } },
      policies: { chain: { ...chain, steps: [...chain.steps.slice(0, 2), { at: "12m", notify: ["person/bea"] }] } },
    },
    cast,
    { ...withoutMail, ...(mail === undefined ? {} : { post: mail }) },
  ),
  // Routes and a policy have other names, and one of the two is gone.
  edited({
    services: services.map((service) => ("policy" in service ? { ...service, policy: "ladder" } : service)),
    policies: { ladder: { ...chain, acknowledgement_lasts: { critical: "5m" } } },
    route: { ...sections.route, routes: { second: copy } },
  }),
  // The main chat has left, and everybody on call with it.
  edited(
    {
      people: {},
      schedules: {},
      policies: { chain: { steps: [{ at: "1m", notify: ["mail"] }] } },
      route: { ...sections.route, receiver: "dev", routes: { quiet } },
    },
    cast,
    quieter,
  ),
] as const;

/** A company in small, with every thing that may be edited. */
export const smallCompany = { checks: cast, configs, deeds } satisfies Company;
