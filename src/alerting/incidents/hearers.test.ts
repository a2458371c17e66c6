import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ToldDestination } from "../../core/alerting/escalation.ts";
import type { Incident } from "../../core/alerting/incident.ts";
import { isSame, withHearer, withHearersOf, withKnowing, withoutAlerts } from "./hearers.ts";
import { ending, endingForOthers, hasRung, isForAll } from "./knowing.ts";
import { knowledgeOf } from "./knowledge.ts";

const emptyIncident = (id: string, members: readonly string[]): Incident => ({
  id,
  groupKey: "g",
  receiver: "ops",
  groupLabels: {},
  status: "open",
  severity: "critical",
  openedAtMs: 1,
  members,
  timeline: [],
});
const incident = emptyIncident("i-1", ["x", "y", "z"]);
const mail = { receiver: "mail", recipient: "b" };
const told = (firing: readonly string[], before: Incident = incident) => withHearer(before, mail, 5, firing);
const heardBy = (from: Incident, alerts: readonly string[] = from.members) =>
  (from.told ?? []).flatMap((hearer) => alerts.filter((alert) => knowledgeOf(from, hearer)(alert) !== "nothing"));

describe("alerting/incidents/hearers", () => {
  it("notes what somebody was told, with what was heard of before", () => {
    const first = told(["y"]);

    expect(heardBy(first)).toEqual(["y"]);
    expect(heardBy(told(["z"], first))).toEqual(["y", "z"]);
    expect(heardBy(told(["x", "y", "z"], first))).toEqual(["x", "y", "z"]);
  });

  it("counts nobody as told of what joins the incident later", () => {
    const grown = { ...told(["x", "y", "z"]), members: ["x", "y", "z", "late"] };

    expect(heardBy(grown, ["z", "late"])).toEqual(["z"]);
    expect(heardBy(told(["late"], grown), ["z", "late"])).toEqual(["z", "late"]);
  });

  it("counts somebody whose alert is over as told again only when it was", () => {
    const over = withKnowing(told(["x"]), ["x"], () => ending);

    expect(heardBy(over)).toEqual([]);
    expect(heardBy(told(["y"], over))).toEqual(["y"]);
    expect(heardBy(told(["x"], over))).toEqual(["x"]);
  });

  it("says nothing of what is no alert of the incident", () => {
    expect(heardBy(told(["strange", "x"]), ["strange", "x"])).toEqual(["x"]);
  });

  it("notes who knows all of thousands of alerts in a few bytes, and the worst case in less than their names", () => {
    const many = emptyIncident(
      "i-2",
      Array.from({ length: 10_000 }, (_, place) => `0123456789abcd${place}`),
    );
    const knowsAll = told(many.members, many).told?.[0]?.knows;
    const half = many.members.filter((_, place) => place % 2 === 1);

    expect(knowsAll).toBe("10000r");
    expect(told(half, many).told?.[0]?.knows.length).toBeLessThan(10_001);
  });
});

/** Who believes that one alert fires, as people would say it. */
type Belief = { person: boolean; others: boolean; rang: boolean };

/** The same destinations and alerts by the plain meaning of what happens, an incident at a time. */
class Believers {
  readonly #beliefs = new Map<string, Belief>();

  of(id: string, to: Destination, alert: string): Belief {
    const key = `${id} ${to.receiver} ${to.recipient} ${alert}`;
    const belief = this.#beliefs.get(key) ?? { person: false, others: false, rang: false };
    this.#beliefs.set(key, belief);
    return belief;
  }

  tell(belief: Belief, isQuiet: boolean): void {
    Object.assign(belief, { person: true, others: true, rang: belief.rang || !isQuiet });
  }

  /** The end is heard by all who look into the receiver; who has no end of their own looks there, too. */
  end(belief: Belief, hearsAlone: boolean): void {
    belief.others = false;
    belief.person &&= hearsAlone;
    belief.rang &&= belief.person;
  }

  move(from: Belief, to: Belief): void {
    for (const who of ["person", "others", "rang"] as const) to[who] ||= from[who];
    Object.assign(from, { person: false, others: false, rang: false });
  }
}

type Destination = Pick<ToldDestination, "receiver" | "recipient">;

const destinations = [
  { receiver: "mail", recipient: "a" },
  { receiver: "mail", recipient: "b" },
  { receiver: "mail" },
  { receiver: "chat" },
] as const satisfies readonly Destination[];
const members = ["u", "v", "w", "x", "y"];
const alerts = fc.subarray(members, { minLength: 1 });
const events = fc.array(
  fc.oneof(
    fc.record({
      is: fc.constant("told" as const),
      at: fc.nat(1),
      to: fc.constantFrom(...destinations),
      alerts,
      isQuiet: fc.boolean(),
    }),
    fc.record({ is: fc.constant("ended" as const), at: fc.nat(1), by: fc.constantFrom("mail", "chat"), alerts }),
    fc.record({ is: fc.constant("moved" as const), at: fc.nat(1), alerts }),
  ),
  { maxLength: 30 },
);
const eachPair = <T>(of: (to: Destination, alert: string) => T): readonly T[] =>
  destinations.flatMap((to) => members.map((alert) => of(to, alert)));
const beliefsOf = ({ told: hearers = [], ...rest }: Incident) =>
  eachPair((to, alert) => {
    const knowing = knowledgeOf(rest, { knows: hearers.find((each) => isSame(each, to))?.knows ?? "" })(alert);
    return { person: knowing !== "nothing", others: isForAll(knowing), rang: hasRung(knowing) };
  });
const hearsAlone = ({ recipient }: Destination) => recipient !== undefined;

describe("alerting/incidents/hearers beside a plain model of who believes what", () => {
  it("knows of every destination and alert who believes that it fires, and whether a telephone has rung for that", () => {
    fc.assert(
      fc.property(events, (happening) => {
        const incidents = [emptyIncident("i-0", members), emptyIncident("i-1", members.toReversed())];
        const model = new Believers();
        const eachOf = (
          at: number,
          some: readonly string[],
          then: (belief: Belief, to: Destination, alert: string) => void,
        ): void => {
          for (const to of destinations) for (const alert of some) then(model.of(`i-${at}`, to, alert), to, alert);
        };
        const set = (at: number, change: (incident: Incident) => Incident): void => {
          // As the store gives it back.
          incidents[at] = JSON.parse(JSON.stringify(change(incidents[at] ?? incident))) as Incident;
        };
        for (const event of happening) {
          const { at } = event;
          if (event.is === "told") {
            set(at, (each) => withHearer(each, { ...event.to, isQuiet: event.isQuiet }, 1, event.alerts));
            eachOf(at, event.alerts, (belief, to) => isSame(to, event.to) && model.tell(belief, event.isQuiet));
          } else if (event.is === "ended") {
            set(at, (each) =>
              withKnowing(each, event.alerts, (to) => {
                if (to.receiver !== event.by) return undefined;
                return hearsAlone(to) ? endingForOthers : ending;
              }),
            );
            eachOf(at, event.alerts, (belief, to) => to.receiver === event.by && model.end(belief, hearsAlone(to)));
          } else {
            const from = incidents[at] ?? incident;
            set(1 - at, (each) => withHearersOf(each, from, event.alerts));
            set(at, (each) => withoutAlerts(each, event.alerts));
            eachOf(at, event.alerts, (belief, to, alert) => model.move(belief, model.of(`i-${1 - at}`, to, alert)));
          }
        }

        expect(incidents.map(beliefsOf)).toEqual(
          incidents.map(({ id }) => eachPair((to, alert) => ({ ...model.of(id, to, alert) }))),
        );
      }),
    );
  });
});
