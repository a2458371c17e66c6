import { describe, expect, it } from "vitest";
import {
  AlertingWorld,
  alertingConfigOf,
  checkOf,
  downFinding,
  receiverOf,
} from "../../../../test/support/worlds/alerting-world.ts";
import { checkout, crew, crewReceivers, minuteMs } from "../../../../test/support/worlds/escalation-world.ts";
import { actOnIncident } from "../incident-actions.ts";

const slow = checkOf("slow", { service: "shop", failureThreshold: 1, severity: "warning" });
const mailbox = { kind: "email", endpoint: "mail", sendResolved: true, interrupts: false, isPersonal: true };
const receivers = { ...crewReceivers, mail: { ...receiverOf(true), integrations: [mailbox] } };
const route = { ...crew.route, group_interval: "1m" };
const people = { ...crew.people, a: { title: "Person A", reach: { critical: ["mail", "chat"], warning: ["chat"] } } };

describe("alerting/escalation/telling/tell-news", () => {
  it("names to those whom steps told what they were told of, and to the chat of the group all that fires", () => {
    const world = new AlertingWorld(alertingConfigOf([checkout, slow], { ...crew, people, route }, receivers));
    world.run(checkout, downFinding);
    world.advance(minuteMs);
    world.run(slow, downFinding);
    world.advance(2 * minuteMs);
    const before = world.outbox.length;
    const [{ id } = { id: "" }] = world.engine.snapshot().incidents;
    world.perform(actOnIncident(id, { kind: "acknowledge" }, { by: "b", via: "cli" }));

    const news = world.outbox.slice(before).map(({ receiver, notification: { recipient, alerts } }) => ({
      to: `${receiver}→${recipient}`,
      alerts: alerts.map(({ labels }) => labels["check"]),
    }));
    expect(news).toEqual([
      { to: "chat→a", alerts: ["checkout", "slow"] },
      { to: "mail→a", alerts: ["checkout"] },
    ]);
  });

  it("says nothing to somebody who knows of nothing that it is about", () => {
    const world = new AlertingWorld(alertingConfigOf([checkout, slow], { ...crew, people, route }, receivers));
    world.run(checkout, downFinding);
    world.advance(minuteMs);
    world.run(slow, downFinding);
    world.run(checkout);
    world.advance(3 * minuteMs);
    const before = world.outbox.length;
    const [{ id } = { id: "" }] = world.engine.snapshot().incidents;
    world.perform(actOnIncident(id, { kind: "acknowledge" }, { by: "b", via: "cli" }));

    expect(world.outbox.slice(before).map(({ receiver }) => receiver)).toEqual(["chat"]);
  });

  it("names in any chat what groups have told there besides", () => {
    const routes = { copy: { matchers: ["service=shop"], receiver: "team", continue: true } };
    const steps = [{ at: "0m", notify: ["team"] }];
    const world = new AlertingWorld(
      alertingConfigOf(
        [checkout, slow],
        { ...crew, policies: { p1: { steps } }, route: { ...route, receiver: "chat", routes } },
        { ...receivers, team: receiverOf(true) },
      ),
    );
    world.run(checkout, downFinding);
    world.advance(minuteMs);
    world.run(slow, downFinding);
    world.advance(2 * minuteMs);
    const before = world.outbox.length;
    const [{ id } = { id: "" }] = world.engine.snapshot().incidents;
    world.perform(actOnIncident(id, { kind: "acknowledge" }, { by: "b", via: "cli" }));

    const news = world.outbox
      .slice(before)
      .map(({ receiver, notification: { alerts } }) => [receiver, ...alerts.map(({ labels }) => labels["check"])]);
    expect(news).toContainEqual(["team", "checkout", "slow"]);
  });
});
