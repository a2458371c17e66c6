import { describe, expect, it } from "vitest";
import {
  AlertingWorld,
  alertingConfigOf,
  checkOf,
  receiverOf,
} from "../../../../test/support/worlds/alerting-world.ts";
import { actOnIncident } from "../incident-actions.ts";

const minuteMs = 60_000;
const page = checkOf("page", { service: "shop", failureThreshold: 1 });
const slow = checkOf("slow", { service: "shop", failureThreshold: 1, severity: "warning" });
const receivers = { ops: receiverOf(true), chat: receiverOf(true) };
const sections = {
  service_policies: { shop: "p1" },
  policies: { p1: { steps: [{ at: "0m", notify: ["chat"] }] } },
  route: {
    receiver: "ops",
    group_by: ["service"],
    group_wait: "10s",
    routes: {
      first: { matchers: ["tier=application"], continue: true },
      copy: { matchers: ["severity=warning"], receiver: "chat" },
    },
  },
};

describe("alerting/escalation/telling/mailing", () => {
  it("lets a step name all of the incident in the message in which a group tells the same chat a part of it", () => {
    const world = new AlertingWorld(alertingConfigOf([page, slow], sections, receivers));
    world.fail(slow);
    world.fail(page);
    world.advance(minuteMs);

    const said = world.outbox.filter(({ receiver }) => receiver === "chat");
    expect(said).toHaveLength(1);
    expect(said[0]?.notification.alerts.map(({ labels }) => labels["check"])).toEqual(["page", "slow"]);
    // A minute is the patience with what is critical.
    expect(said[0]?.giveUpAtMs).toBe((said[0]?.notification.createdAtMs ?? 0) + minuteMs);
  });

  describe("by a telephone that a step names beside a person", () => {
    const people = { b: { title: "B", reach: { critical: ["voice", "team"] } } };

    /** Whom a step calls and mails that names the receivers and the person in this order. */
    function calledBy(personsOnly: boolean, notify: readonly string[]): readonly string[] {
      const voice = { kind: "voice", endpoint: "v", sendResolved: true, interrupts: true, personsOnly };
      const mail = {
        kind: "email",
        endpoint: "m",
        sendResolved: true,
        interrupts: false,
        isPersonal: true,
        personsOnly,
      };
      const own = { ...receiverOf(true), integrations: [voice] };
      const team = { ...receiverOf(true), integrations: [mail] };
      const told = { ...sections, people, policies: { p1: { steps: [{ at: "0m", notify: [...notify] }] } } };
      const world = new AlertingWorld(alertingConfigOf([page], told, { ...receivers, voice: own, team }));
      world.fail(page);
      world.advance(minuteMs);
      world.run(page);
      world.advance(6 * minuteMs);
      return world.outbox
        .filter(({ receiver }) => receiver !== "ops")
        .map(({ receiver, notification: { recipient = "its own", isForAll, intent } }) =>
          [receiver, recipient, isForAll === true ? "and all" : "", intent].filter(Boolean).join(" "),
        )
        .toSorted();
    }
    const orders = [
      ["voice", "person/b", "team"],
      ["person/b", "team", "voice"],
    ];

    it.each(orders)("rings at the telephone's own number, too, whoever is named first (%s …)", (...notify) => {
      expect(calledBy(false, notify)).toEqual([
        "team b and all firing",
        "team b and all resolved",
        "voice b firing",
        "voice b resolved",
        "voice its own firing",
        "voice its own resolved",
      ]);
    });

    it.each(orders)("rings for the person alone where it has no number, whoever is named first (%s …)", (...notify) => {
      const calls = calledBy(true, notify).filter((line) => line.startsWith("voice"));

      expect(calls).toEqual(["voice b firing", "voice b resolved"]);
    });
  });

  describe("to persons behind one mailbox", () => {
    const mailbox = { kind: "email", endpoint: "mail", sendResolved: true, interrupts: false, isPersonal: true };
    const team = { ...receiverOf(true), integrations: [...receiverOf(true).integrations, mailbox] };
    const people = {
      b: { title: "B", reach: { critical: ["team"] } },
      c: { title: "C", reach: { critical: ["team"] } },
    };
    const steps = [
      { at: "0m", notify: ["person/b"] },
      { at: "2m", notify: ["person/c"] },
      { at: "4m", notify: ["person/b"] },
    ];
    const mailed = { ...sections, people, policies: { p1: { steps, acknowledgement_lasts: { critical: "10m" } } } };

    /** Who read what by mail and in the chat since a message. */
    function readSince({ outbox }: AlertingWorld, first: number): readonly string[] {
      return outbox
        .slice(first)
        .filter(({ receiver }) => receiver === "team")
        .map(
          ({ integration, notification: { recipient = "", because, alerts } }) =>
            `${integration === 1 ? "mail" : "chat"} ${recipient}: ${because} ${alerts.map(({ labels }) => labels["check"]).join()}`,
        );
    }

    it("tells each what has become of it, also where a step tells another one in the same moment", () => {
      const world = new AlertingWorld(alertingConfigOf([page], mailed, { ...receivers, team }));
      world.fail(page);
      world.advance(3 * minuteMs);
      const [incident] = world.engine.snapshot().incidents;
      world.perform(actOnIncident(incident?.id ?? "", { kind: "acknowledge" }, { by: "li", via: "cli" }));
      const before = world.outbox.length;
      world.advance(11 * minuteMs);

      // B is told by the step that goes on now, C of what lets it go on; the chat reads the step.
      expect(readSince(world, before)).toEqual([
        "chat b: escalated page",
        "mail b: escalated page",
        "mail c: untaken page",
      ]);
    });

    it("tells each the end, also what a group has told the chat before", () => {
      const both = { receiver: "team", group_by: ["service"], group_wait: "10s", group_interval: "1m" };
      const world = new AlertingWorld(
        alertingConfigOf([page, slow], { ...mailed, route: both }, { ...receivers, team }),
      );
      world.fail(page);
      world.fail(slow);
      world.advance(6 * minuteMs);
      const before = world.outbox.length;
      world.run(slow);
      world.advance(2 * minuteMs);
      world.run(page);
      world.advance(2 * minuteMs);

      expect(readSince(world, before)).toEqual([
        "chat : some alerts resolved page,slow",
        "mail : some alerts resolved page,slow",
        "chat c: all alerts resolved page",
        "mail c: all alerts resolved page,slow",
        "mail b: all alerts resolved page,slow",
      ]);
    });
  });
});
