import { describe, expect, it } from "vitest";
import { actOnIncident } from "../../src/alerting/escalation/incident-actions.ts";
import { type ReachedConfig, ReachedWorld } from "../support/story/reached-world.ts";
import { checkOf, downFinding } from "../support/worlds/alerting-world.ts";

const page = checkOf("page", { flapDetection: false, failureThreshold: 1 });
const pay = checkOf("pay", { flapDetection: false, failureThreshold: 1 });
const route = { receiver: "phone", group_by: ["tier"], group_wait: "0s", group_interval: "1m", repeat_interval: "4h" };
const phone = { to: [{ kind: "call", name: "phone" }], deliver_within: { critical: "5m" }, fallback: ["ops"] };
const ops = { to: [{ kind: "chat", name: "ops" }] };
const mail = { to: [{ kind: "mail", name: "mail" }] };

async function start(
  receivers: ReachedConfig["receivers"],
  sections: ReachedConfig["sections"] = { route },
): Promise<ReachedWorld> {
  return ReachedWorld.start({ checks: [page, pay], sections, receivers });
}

/** What arrived where of checks, in order: the alerts of each message, those that are over with a stroke before them. */
function heard({ channels: { arrived } }: ReachedWorld): readonly string[] {
  return arrived.flatMap(({ place, isTaken, notification: { alerts } }) => {
    if (!isTaken) return [];
    const words = alerts.flatMap(({ status, labels: { check = [] } }) =>
      [check].flat().map((name) => `${status === "firing" ? "" : "/"}${name}`),
    );
    return words.length === 0 ? [] : `${place}: ${words.toSorted().join(" ")}`;
  });
}

describe("stories/fallback ends", () => {
  it.each<[string, (world: ReachedWorld) => Promise<void>]>([
    ["in one life", async () => {}],
    ["over a restart", (world) => world.restart()],
    ["over a death", (world) => world.die("now")],
  ])(
    "tells the end to who heard the beginning in the place of a telephone that nobody took, %s (F103)",
    async (_, meanwhile) => {
      const world = await start({ phone, ops });
      world.channels.script("phone", ["untaken"]);
      await world.run(page, downFinding);
      await world.pass(60);
      expect(heard(world)).toEqual(["ops: page"]);

      await meanwhile(world);
      await world.run(page);
      await world.pass(120);

      expect(heard(world)).toEqual(["ops: page", "ops: /page"]);
      expect(world.engine.snapshot()).toMatchObject({ alerts: [], incidents: [] });
    },
  );

  it("tells those who took over of each end only when nothing of the incident fires any more, and of what they heard alone", async () => {
    const world = await start({ phone, ops });
    world.channels.script("phone", ["untaken"]);
    await world.run(page, downFinding);
    await world.pass(60);
    await world.run(pay, downFinding);
    await world.pass(90);
    await world.run(page);
    await world.pass(120);
    await world.run(pay);
    await world.pass(120);

    expect(heard(world)).toEqual(["ops: page", "phone: page pay", "ops: /page"]);
  });

  it("says nothing to the fallback where the incident ends while the telephone rings, or before the fallback's turn", async () => {
    const world = await start({ phone, ops });
    world.channels.script("phone", ["untaken"]);
    await world.run(page, downFinding);
    await world.pass(5);
    await world.run(page);
    await world.pass(120);
    expect(heard(world)).toEqual([]);

    world.channels.script("phone", ["refused"]);
    await world.run(page, downFinding);
    await world.pass(1);
    await world.run(page);
    await world.pass(120);
    expect(heard(world)).toEqual([]);
    expect(world.engine.snapshot()).toMatchObject({ alerts: [], incidents: [] });
  });

  it("names to the fallback only what still fires, and tells it no other end", async () => {
    const world = await start({ phone, ops });
    world.channels.script("phone", ["untaken"]);
    await world.run(page, downFinding);
    await world.run(pay, downFinding);
    await world.pass(5);
    await world.run(page);
    await world.pass(90);
    expect(heard(world)).toEqual(["ops: pay"]);

    await world.run(pay);
    await world.pass(120);
    expect(heard(world)).toEqual(["ops: pay", "ops: /pay"]);
  });

  it("tells each end once where the fallback is told of the incident anyway, and through chains of fallbacks", async () => {
    const routes = { all: { matchers: ["tier=application"], receiver: "ops", continue: true } };
    const sms = { to: [{ kind: "call", name: "sms" }], fallback: ["mail"] };
    const world = await start(
      { phone: { ...phone, fallback: ["ops", "sms"] }, sms, ops, mail },
      { route: { ...route, routes: { ...routes, phone: { matchers: ["tier=application"], receiver: "phone" } } } },
    );
    world.channels.script("phone", ["untaken"]);
    world.channels.script("sms", ["untaken"]);
    await world.run(page, downFinding);
    await world.pass(90);
    await world.run(page);
    await world.pass(120);

    expect(heard(world)).toEqual(["ops: page", "ops: page", "mail: page", "ops: /page", "mail: /page"]);
  });

  it("tells an end in the place of a chat to the mail and not to the telephone, and to the chat again what it hears itself (F103)", async () => {
    const fallback = ["phone", "mail"];
    const world = await start(
      { ops: { ...ops, fallback }, phone: { to: phone.to }, mail },
      { route: { ...route, receiver: "ops" } },
    );
    world.channels.script("ops", ["refused"]);
    await world.run(page, downFinding);
    await world.pass(60);
    await world.run(page);
    await world.pass(120);
    expect(heard(world).toSorted()).toEqual(["mail: /page", "mail: page", "phone: page"]);

    await world.run(page, downFinding);
    await world.pass(60);
    await world.run(page);
    await world.pass(120);
    expect(heard(world).slice(3)).toEqual(["ops: page", "ops: /page"]);
  });

  it("tells the end at the chat that heard the beginning and not its repetition, and to who took that over", async () => {
    const world = await start({ ops: { ...ops, fallback: ["mail"] }, mail }, { route: { ...route, receiver: "ops" } });
    await world.run(page, downFinding);
    await world.pass(3600);
    world.channels.script("ops", ["refused"]);
    await world.pass(4 * 3600);
    await world.run(page);
    await world.pass(120);

    expect(heard(world)).toEqual(["ops: page", "mail: page", "ops: /page", "mail: /page"]);
  });

  it("tells the end at the chat that heard the beginning and not that it began anew before its end was told", async () => {
    const world = await start({ ops }, { route: { ...route, receiver: "ops" } });
    await world.run(page, downFinding);
    await world.pass(10);
    await world.run(page);
    await world.pass(1);
    world.channels.script("ops", ["refused"]);
    await world.run(page, downFinding);
    await world.pass(90);
    await world.run(page);
    await world.pass(120);

    expect(heard(world)).toEqual(["ops: page", "ops: /page"]);
  });

  it("tells both the end, the chat that may have heard the beginning and who was told in its place", async () => {
    const world = await start(
      { ops: { ...ops, deliver_within: { critical: "10s" }, fallback: ["mail"] }, mail },
      { route: { ...route, receiver: "ops" } },
    );
    world.channels.script("ops", ["lost", ...Array.from({ length: 20 }, () => "busy" as const)]);
    await world.run(page, downFinding);
    await world.pass(60);
    world.channels.recover();
    await world.pass(60);
    await world.run(page);
    await world.pass(120);

    expect(heard(world)).toEqual(["ops: page", "mail: page", "ops: /page", "mail: /page"]);
  });

  it("rings twice at most where nobody knows whether the call went through, then tells the fallback within two minutes", async () => {
    const world = await start({ phone: { ...phone, deliver_within: { critical: "1h" } }, ops });
    world.channels.script("phone", ["odd", "hangs", "odd", "odd", "odd"]);
    await world.run(page, downFinding);
    await world.pass(120);
    expect(heard(world)).toEqual(["phone: page", "phone: page", "ops: page"]);

    await world.run(page);
    await world.pass(3600);
    expect(heard(world).slice(3)).toEqual(["ops: /page"]);
  });

  it("calls nobody else for what somebody has taken or closed by hand", async () => {
    for (const kind of ["acknowledge", "resolve"] as const) {
      const world = await start({ phone, ops });
      world.channels.script("phone", ["untaken"]);
      await world.run(page, downFinding);
      await world.pass(3);
      const [incident] = world.engine.snapshot().incidents;
      await world.perform(actOnIncident(incident?.id ?? "", { kind }, { by: "li", via: "cli" }));
      await world.pass(120);

      expect(heard(world).filter((line) => line.startsWith("ops") && line.endsWith(" page"))).toEqual([]);
    }
  });
});
