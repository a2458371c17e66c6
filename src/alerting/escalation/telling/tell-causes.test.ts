import { describe, expect, it } from "vitest";
import { AlertingWorld, alertingConfigOf, checkOf } from "../../../../test/support/worlds/alerting-world.ts";
import {
  checkout,
  fail,
  machine,
  minuteMs,
  receivers,
  route,
  services,
  wayOf,
} from "../../../../test/support/worlds/correlation-world.ts";
import { expireSilence, setSilence } from "../../silences/silence-actions.ts";

const db = machine("db-1", { failureThreshold: 3 });

/** The checkout is told on its own and silenced for a quarter of an hour, then its cause is told. */
function mutedWorld(): AlertingWorld {
  const world = new AlertingWorld(alertingConfigOf([db, checkout], { route, services }, receivers));
  fail(world, db);
  fail(world, checkout);
  world.advance(2 * minuteMs);
  world.perform(
    setSilence({
      matchers: [{ name: "check", operator: "=", value: "checkout" }],
      startsAtMs: world.nowMs,
      endsAtMs: world.nowMs + 15 * minuteMs,
      createdBy: "li",
      comment: "release",
    }),
  );
  fail(world, db, db);
  world.advance(10 * minuteMs);
  return world;
}

function waysTold({ outbox }: AlertingWorld): readonly unknown[] {
  return outbox
    .filter(({ notification }) => notification.story?.news?.kind === "cause")
    .map(({ notification }) => wayOf(notification));
}

describe("alerting/escalation/telling/tell-causes", () => {
  it("tells a cause that was due within a silence once the silence ends, also after a restart", () => {
    const world = mutedWorld();
    expect(waysTold(world)).toEqual([]);
    world.restart();
    world.advance(6 * minuteMs);

    expect(waysTold(world)).toEqual([["db-1", "checkout"]]);
    world.advance(60 * minuteMs);
    expect(waysTold(world)).toHaveLength(1);
  });

  it("tells it at once when somebody ends the silence", () => {
    const world = mutedWorld();
    for (const { id } of world.engine.snapshot().silences) world.perform(expireSilence(id, "li"));
    world.advance(0);

    expect(waysTold(world)).toEqual([["db-1", "checkout"]]);
  });

  it("tells it no more when it is over before the silence is", () => {
    const world = mutedWorld();
    world.run(db);
    world.advance(20 * minuteMs);

    expect(waysTold(world)).toEqual([]);
    expect(world.decisions.map(({ because }) => because)).toContain(
      "cause: it is over, or nothing that it explains fires",
    );
  });

  it("names each alert once to a chat that a step and its group have told", () => {
    const toChat = {
      services: services.map((each) => ({ ...each, policy: "once" })),
      policies: { once: { steps: [{ at: "0m", notify: ["dev"] }] } },
    };
    const world = new AlertingWorld(alertingConfigOf([db, checkout], { route, ...toChat }, receivers));
    fail(world, db);
    fail(world, checkout);
    world.advance(2 * minuteMs);
    fail(world, db, db);
    world.advance(5 * minuteMs);

    const news = world.outbox.filter(({ notification }) => notification.story?.news?.kind === "cause");
    expect(
      news.map(({ receiver, notification: { alerts } }) => [receiver, ...alerts.map(({ labels }) => labels["check"])]),
    ).toEqual([["dev", "checkout"]]);
    expect(world.decisions.map(({ because }) => because)).toContain(
      "cause: told to dev, in one message about 1 incident",
    );
  });

  it("names in a chat all that its group has told there, whoever of those that steps told is mentioned", () => {
    const search = checkOf("search", { service: "shop", failureThreshold: 1, severity: "warning" });
    const world = new AlertingWorld(
      alertingConfigOf(
        [db, checkout, search],
        {
          route: { ...route, group_by: ["service"] },
          services: services.map((each) => ({ ...each, policy: "once" })),
          people: { a: { title: "A", reach: { critical: ["dev"], warning: ["dev"] } } },
          policies: { once: { steps: [{ at: "0m", notify: ["person/a"] }] } },
        },
        receivers,
      ),
    );
    fail(world, db);
    fail(world, checkout);
    world.advance(2 * minuteMs);
    fail(world, search);
    world.advance(2 * minuteMs);
    fail(world, db, db);
    world.advance(5 * minuteMs);

    const news = world.outbox.filter(({ notification }) => notification.story?.news?.kind === "cause");
    expect(
      news.map(({ receiver, notification: { recipient, alerts } }) => [
        `${receiver}→${recipient}`,
        ...alerts.map(({ labels }) => labels["check"]),
      ]),
    ).toEqual([["dev→a", "checkout", "search"]]);
  });
});
