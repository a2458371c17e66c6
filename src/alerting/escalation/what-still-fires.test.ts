import { describe, expect, it } from "vitest";
import { AlertingWorld, alertingConfigOf, checkOf, receiverOf } from "../../../test/support/worlds/alerting-world.ts";
import {
  checkout,
  crew,
  crewReceivers,
  crewWorld,
  minuteMs,
  sentSince,
} from "../../../test/support/worlds/escalation-world.ts";
import { expireSilence, setSilence } from "../silences/silence-actions.ts";
import { actOnIncident } from "./incident-actions.ts";

const slow = checkOf("slow", { service: "shop", failureThreshold: 1, severity: "warning" });
const once = { policies: { p1: { steps: crew.policies.p1.steps } } };
const worldOf = () => crewWorld(once, [checkout, slow]);
type World = ReturnType<typeof worldOf>;

/** What was sent while something was done. */
function sentBy(world: World, deed: () => void): readonly string[] {
  const [sent, sinceMs] = [world.outbox.length, world.nowMs];
  deed();
  return sentSince(world.outbox.slice(sent), sinceMs);
}

/** Something critical fails and recovers beside a warning that goes on. */
function onlyTheWarningIsLeft(world: World): void {
  world.fail(slow);
  world.fail(checkout);
  world.advance(minuteMs);
  world.run(checkout);
  world.advance(6 * minuteMs);
}

describe("alerting/escalation, by what still fires", () => {
  it("rings for nobody once only a warning is left of a critical incident", () => {
    const world = worldOf();
    onlyTheWarningIsLeft(world);

    expect(sentBy(world, () => world.advance(30 * minuteMs))).toEqual(["+3 chat→b firing escalated"]);
  });

  it("begins the chain anew when something critical fires again after that", () => {
    const world = worldOf();
    onlyTheWarningIsLeft(world);
    world.advance(60 * minuteMs);

    const sent = sentBy(world, () => {
      world.fail(checkout);
      world.advance(30 * minuteMs);
    });
    expect(sent).toContain("+0 voice→a firing first notification");
    expect(sent).toContain("+20 voice→lead firing escalated");
  });

  it("begins the chain anew for something critical though somebody has taken the warning that was left", () => {
    const world = worldOf();
    onlyTheWarningIsLeft(world);
    const id = world.loaded().incidents[0]?.id ?? "";
    world.perform(actOnIncident(id, { kind: "acknowledge" }, { by: "a", via: "cli" }));
    world.advance(10 * minuteMs);

    const sent = sentBy(world, () => {
      world.fail(checkout);
      world.advance(minuteMs);
    });
    expect(sent).toContain("+0 voice→a firing first notification");
  });

  it("does so where the receiver is not told of recovery", () => {
    const receivers = { ...crewReceivers, chat: receiverOf(false) };
    const world = new AlertingWorld(alertingConfigOf([checkout, slow], { ...crew, ...once }, receivers));
    onlyTheWarningIsLeft(world);
    world.advance(60 * minuteMs);

    const sent = sentBy(world, () => {
      world.fail(checkout);
      world.advance(minuteMs);
    });
    expect(sent).toContain("+0 voice→a firing first notification");
  });

  it("knows what was left when somebody took it before the recovery of the rest was told", () => {
    const other = checkOf("other", { service: "shop", failureThreshold: 1 });
    const world = crewWorld(once, [checkout, slow, other]);
    world.fail(slow);
    world.fail(checkout);
    world.advance(minuteMs);
    world.run(checkout);
    const id = world.loaded().incidents[0]?.id ?? "";
    world.perform(actOnIncident(id, { kind: "acknowledge" }, { by: "a", via: "cli" }));
    world.advance(10 * minuteMs);

    const sent = sentBy(world, () => {
      world.fail(other);
      world.advance(minuteMs);
    });
    expect(sent).toContain("+0 voice→a firing first notification");
  });

  it.each(["runs out", "is given back"])("rings for nobody when the acknowledgement of what was critical %s", (how) => {
    const world = worldOf();
    world.fail(slow);
    world.fail(checkout);
    world.advance(minuteMs);
    const id = world.loaded().incidents[0]?.id ?? "";
    world.perform(actOnIncident(id, { kind: "acknowledge", forMs: 20 * minuteMs }, { by: "lead", via: "cli" }));
    world.run(checkout);
    world.advance(10 * minuteMs);

    const sent = sentBy(world, () => {
      if (how === "is given back")
        world.perform(actOnIncident(id, { kind: "unacknowledge" }, { by: "lead", via: "cli" }));
      world.advance(30 * minuteMs);
    });
    expect(sent.some((line) => line.includes("chat→a firing escalated"))).toBe(true);
    expect(sent.filter((line) => line.includes("voice"))).toEqual([]);
  });

  it("names what is over, too, to whom steps told it when somebody closes what is left", () => {
    const world = worldOf();
    world.fail(slow);
    world.fail(checkout);
    world.advance(minuteMs);
    world.run(checkout);
    const id = world.loaded().incidents[0]?.id ?? "";
    world.perform(actOnIncident(id, { kind: "resolve" }, { by: "lead", via: "cli" }));

    const closing = world.outbox.at(-1)?.notification;
    expect(closing?.alerts.map(({ labels, status }) => `${labels["check"]} ${status}`)).toEqual([
      "checkout resolved",
      "slow firing",
    ]);
  });

  it("leaves the incident to whoever has taken it, whatever recovers and fires again", () => {
    const world = worldOf();
    world.fail(slow);
    world.fail(checkout);
    world.advance(minuteMs);
    const id = world.loaded().incidents[0]?.id ?? "";
    world.perform(actOnIncident(id, { kind: "acknowledge" }, { by: "a", via: "cli" }));
    world.run(checkout);
    world.advance(10 * minuteMs);

    const sent = sentBy(world, () => {
      world.fail(checkout);
      world.advance(20 * minuteMs);
    });
    expect(sent.filter((line) => line.includes("voice"))).toEqual([]);
  });
});

describe("alerting/escalation, by what may be told", () => {
  /** A warning and something critical fail, and a minute later what is critical is silenced for a while. */
  function onlyTheWarningIsHeard(world: World, forMinutes: number): string {
    world.fail(slow);
    world.fail(checkout);
    world.advance(minuteMs);
    const outcome = world.perform(
      setSilence({
        matchers: [{ name: "check", operator: "=", value: "checkout" }],
        startsAtMs: world.nowMs,
        endsAtMs: world.nowMs + forMinutes * minuteMs,
        createdBy: "a",
        comment: "known",
      }),
    );
    if (!outcome.ok) throw new Error(outcome.message);
    return outcome.silence.id;
  }

  it("rings for nobody while a silence holds all that is critical, and a warning may be told", () => {
    const world = worldOf();
    onlyTheWarningIsHeard(world, 60);

    expect(sentBy(world, () => world.advance(50 * minuteMs))).toEqual([
      "+4 chat→a firing escalated",
      "+9 chat→b firing escalated",
    ]);
    expect(world.decisions.map(({ because }) => because)).toContain(
      "all that is graver than warning is muted: people are reached as for warning",
    );
  });

  it("begins the chain anew when the silence ends, also when all its steps are over and after a start", () => {
    const world = worldOf();
    onlyTheWarningIsHeard(world, 60);
    world.advance(30 * minuteMs);
    world.restart();

    const sent = sentBy(world, () => world.advance(61 * minuteMs));
    expect(sent.filter((line) => line.includes("voice"))).toEqual([
      "+30 voice→a firing first notification",
      "+35 voice→a firing escalated",
      "+40 voice→b firing escalated",
      "+50 voice→lead firing escalated",
    ]);
  });

  it("does so at once when the silence is ended by hand", () => {
    const world = worldOf();
    const id = onlyTheWarningIsHeard(world, 60);
    world.advance(30 * minuteMs);

    const sent = sentBy(world, () => {
      world.perform(expireSilence(id, "a"));
      world.advance(minuteMs);
    });
    expect(sent.filter((line) => line.includes("voice"))).toEqual(["+0 voice→a firing first notification"]);
  });

  it("rings at once for something else critical that may be told", () => {
    const pay = checkOf("pay", { service: "shop", failureThreshold: 1 });
    for (const lateMs of [0, 7000, 31_000]) {
      const world = crewWorld(once, [checkout, slow, pay]);
      onlyTheWarningIsHeard(world, 60);
      world.advance(30 * minuteMs + lateMs);

      const sent = sentBy(world, () => {
        world.fail(pay);
        world.advance(1000);
      });
      expect(sent).toContain("+0 voice→a firing first notification");
    }
  });

  it("rings for nobody when what was silenced is over by then", () => {
    const world = worldOf();
    onlyTheWarningIsHeard(world, 60);
    world.advance(30 * minuteMs);
    world.run(checkout);

    const sent = sentBy(world, () => world.advance(60 * minuteMs));
    expect(sent.filter((line) => line.includes("voice"))).toEqual([]);
    world.fail(checkout);
    expect(sentBy(world, () => world.advance(minuteMs))).toContain("+0 voice→a firing first notification");
  });

  it("leaves to whoever has taken the incident what was silenced then", () => {
    const world = worldOf();
    onlyTheWarningIsHeard(world, 20);
    world.advance(10 * minuteMs);
    const id = world.loaded().incidents[0]?.id ?? "";
    world.perform(actOnIncident(id, { kind: "acknowledge" }, { by: "a", via: "cli" }));

    const sent = sentBy(world, () => world.advance(30 * minuteMs));
    expect(sent.filter((line) => line.includes("voice"))).toEqual([]);
  });
});
