import { describe, expect, it } from "vitest";
import { AlertingWorld, alertingConfigOf, checkOf, receiverOf } from "../../../test/support/alerting-world.ts";

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

describe("alerting/escalation/mailing", () => {
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
});
