import { describe, expect, it } from "vitest";
import { alertingConfigOf } from "../../../../test/support/worlds/alerting-world.ts";
import {
  checkout,
  crew,
  crewReceivers,
  crewWorld,
  minuteMs,
} from "../../../../test/support/worlds/escalation-world.ts";
import { confirmAddress } from "./confirm-address.ts";

const byLink = { person: "a", receiver: "voice", by: "a", via: "page" } as const;
const everybody = ["a: voice", "b: voice", "lead: voice"];

function unconfirmed(world: ReturnType<typeof crewWorld>): readonly string[] {
  return world.engine.unconfirmed().map(({ person, receivers }) => `${person}: ${receivers.join(", ")}`);
}

describe("alerting/escalation/people/confirm-address", () => {
  it("names people who were never reached by an address of their own; a chat room is nobody's", () => {
    expect(unconfirmed(crewWorld())).toEqual(everybody);
  });

  it("believes the link of a message that was sent there, and still does after a restart", () => {
    const world = crewWorld();

    const outcome = world.perform(confirmAddress(byLink));
    world.restart();

    expect(outcome).toEqual({ ok: true, message: "Person A is reached by voice" });
    expect(unconfirmed(world)).toEqual(["b: voice", "lead: voice"]);
  });

  it("believes somebody who was told of an incident that is open, and nobody else", () => {
    const world = crewWorld();
    const byWord = { ...byLink, via: "cli" } as const;
    expect(world.perform(confirmAddress(byWord))).toMatchObject({ ok: false, problem: "invalid" });

    world.fail(checkout);
    world.advance(minuteMs);

    expect(world.perform(confirmAddress({ ...byWord, person: "lead" }))).toMatchObject({
      ok: false,
      problem: "invalid",
    });
    expect(world.perform(confirmAddress(byWord))).toMatchObject({ ok: true });
    expect(unconfirmed(world)).toEqual(["b: voice", "lead: voice"]);
  });

  it("believes somebody who was told of an incident of late that is over", () => {
    const world = crewWorld();
    world.fail(checkout);
    world.advance(minuteMs);
    world.run(checkout);
    world.advance(60 * minuteMs);
    const over = world.loaded().incidents;
    const byWord = { ...byLink, via: "cli", over } as const;

    expect(over.map(({ status }) => status)).toEqual(["resolved"]);
    expect(world.perform(confirmAddress({ ...byWord, person: "lead" }))).toMatchObject({ ok: false });
    expect(world.perform(confirmAddress(byWord))).toMatchObject({ ok: true });
    expect(unconfirmed(world)).toEqual(["b: voice", "lead: voice"]);
  });

  it("asks again when an address has changed", () => {
    const world = crewWorld();
    world.perform(confirmAddress(byLink));
    const people = { ...crew.people, a: { ...crew.people.a, phone: "+8613800000001" } };

    world.reload(alertingConfigOf([checkout], { ...crew, people }, crewReceivers));

    expect(unconfirmed(world)).toEqual(everybody);
  });

  it.each([
    [{ person: "zoe" }, 'there is no person "zoe"'],
    [{ receiver: "chat" }, 'Person A has no address of their own at "chat" to confirm'],
  ])("refuses %j", (changes, message) => {
    const world = crewWorld();

    expect(world.perform(confirmAddress({ ...byLink, ...changes }))).toMatchObject({ ok: false, message });
    expect(unconfirmed(world)).toEqual(everybody);
  });
});
