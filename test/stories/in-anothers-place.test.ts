import { describe, expect, it } from "vitest";
import { actOnIncident, type IncidentDeed } from "../../src/alerting/escalation/incident-actions.ts";
import { ReachedWorld } from "../support/story/reached-world.ts";
import type { Answer } from "../support/story/scripted-channels.ts";
import { checkOf, downFinding } from "../support/worlds/alerting-world.ts";

const page = checkOf("page", { flapDetection: false, failureThreshold: 1, service: "shop" });
const pay = checkOf("pay", { flapDetection: false, failureThreshold: 1, service: "shop" });
const chat = (name: string) => ({ to: [{ kind: "chat", name }] });
const receivers = {
  ops: chat("ops"),
  team: chat("team"),
  phone: { to: [{ kind: "call", name: "phone" }], deliver_within: { critical: "5m" } },
  text: { to: [{ kind: "text", name: "text" }] },
  duty: { to: [{ kind: "mail", name: "duty" }] },
};

type Told = Readonly<{
  /** By what the person is reached for what is critical. */
  reach?: readonly string[];
  notify?: readonly string[];
  steps?: readonly unknown[];
  /** Receiver of the group, and fallbacks of receivers. */
  receiver?: string;
  /** Receiver of a copy of the group's messages. */
  copy?: string;
  fallback: Readonly<Record<string, readonly string[]>>;
}>;

async function start(told: Told): Promise<ReachedWorld> {
  const { reach = ["phone", "text"], notify = ["person/a"], receiver = "team", fallback } = told;
  const { steps = [{ at: "0m", notify }], copy } = told;
  const ofShop = (to: string) => ({ matchers: ["service=shop"], receiver: to, continue: true });
  const routes = copy === undefined ? {} : { first: ofShop(receiver), copy: ofShop(copy) };
  return ReachedWorld.start({
    checks: [page, pay],
    sections: {
      services: [{ id: "shop", title: "shop", hosts: [], needs: [], links: {}, policy: "p" }],
      people: { a: { title: "A", reach: { critical: reach } } },
      policies: { p: { steps } },
      route: { receiver, group_by: ["service"], group_wait: "0s", group_interval: "1m", repeat_interval: "4h", routes },
    },
    receivers: Object.fromEntries(
      Object.entries(receivers).map(([name, each]) => [name, { ...each, fallback: fallback[name] }]),
    ),
  });
}

async function act(world: ReachedWorld, deed: IncidentDeed): Promise<void> {
  const [incident] = world.engine.snapshot().incidents;
  await world.perform(actOnIncident(incident?.id ?? "", deed, { by: "li", via: "cli" }));
}

/** What arrived of checks beside what the group says, in order; news by its kind. */
function heard({ channels: { arrived } }: ReachedWorld): readonly string[] {
  return arrived.flatMap(({ place, notification: { alerts, story } }) => {
    const checks = alerts.flatMap(({ status, labels: { check } }) =>
      check === undefined ? [] : `${status === "firing" ? "" : "/"}${check}`,
    );
    if (place === "team" || checks.length === 0) return [];
    return [place, story?.news?.kind, checks.join(" ")].filter(Boolean).join(": ");
  });
}

describe("stories/in another's place", () => {
  it.each<[string, readonly string[], readonly Answer[], readonly string[]]>([
    ["the person, who has the text", ["person/a"], [], ["text a: page"]],
    ["the text of that person", ["text"], [], ["text a: page"]],
    ["the person, whose text is still tried", ["person/a"], ["busy"], ["text a: page"]],
    ["the person, whose text is refused, too: the last resort", ["person/a"], ["refused"], ["ops: page"]],
    ["another mailbox, which has not told it", ["duty"], [], ["text a: page", "duty: page"]],
  ])("tells a person once what a call was to say, where it goes to %s", async (_, fallback, text, told) => {
    const world = await start({ fallback: { phone: fallback, text: ["ops"] } });
    world.channels.script("phone", ["refused"]);
    world.channels.script("text", text);
    await world.run(page, downFinding);
    await world.pass(120);

    expect(heard(world)).toEqual(told);
  });

  it("names the person and the way by which nobody was reached", async () => {
    const world = await start({ reach: ["phone"], fallback: { phone: ["duty"] } });
    world.channels.script("phone", ["untaken"]);
    await world.run(page, downFinding);
    await world.pass(120);

    const froms = world.channels.arrived.map(({ notification: { fallbackFrom } }) => fallbackFrom).filter(Boolean);
    expect(froms).toEqual(["A (phone)"]);
  });

  it("sends the text to whom the telephone was to ring for, where neither has a number of its own", async () => {
    const world = await start({ reach: ["phone"], fallback: { phone: ["text"] } });
    world.channels.script("phone", ["untaken"]);
    await world.run(page, downFinding);
    await world.pass(120);
    await world.run(page);
    await world.pass(120);

    expect(heard(world)).toEqual(["phone a: page", "text a: page", "text a: /page"]);
  });

  it.each<[string, Told, string, readonly Answer[]]>([
    ["in the place of a chat", { reach: ["ops"], fallback: { ops: ["phone"] } }, "ops", ["refused"]],
    ["after its provider was busy", { reach: ["phone"], fallback: {} }, "phone", ["busy", "busy"]],
  ])(
    "lets no telephone ring %s for what somebody has taken or closed, or is over",
    async (_, told, channel, answers) => {
      for (const end of ["acknowledge", "snooze", "resolve", "up"] as const) {
        const world = await start(told);
        world.channels.script(channel, answers);
        await world.run(page, downFinding);
        await world.pass(0.5);
        if (end === "up") await world.run(page);
        else await act(world, end === "snooze" ? { kind: end, untilMs: world.clock.now() + 600_000 } : { kind: end });
        await world.pass(120);

        expect(heard(world).filter((line) => line.startsWith("phone") && !line.includes("/"))).toEqual([]);
      }
    },
  );

  it("says to a chat that refused the beginning who has taken it, and not the beginning after that", async () => {
    const world = await start({ reach: ["ops"], receiver: "ops", fallback: {} });
    world.channels.script("ops", ["refused"]);
    await world.run(page, downFinding);
    await world.pass(3);
    await act(world, { kind: "acknowledge" });
    await world.pass(120);
    await world.run(page);
    await world.pass(120);

    expect(heard(world)).toEqual(["ops: taken: page", "ops: /page"]);
  });

  it("tells in the place of a chat that hears nothing of who has taken it, also after that", async () => {
    const world = await start({ notify: ["team"], copy: "ops", fallback: { ops: ["duty"] } });
    world.channels.script(
      "ops",
      Array.from({ length: 60 }, () => "busy" as const),
    );
    await world.run(page, downFinding);
    await world.pass(60);
    await act(world, { kind: "acknowledge" });
    await world.pass(400);

    expect(heard(world)).toEqual(["duty: page"]);
  });

  it("tells the fallback of a chat that refuses, though the daemon dies after each of its refusals", async () => {
    const world = await start({ receiver: "ops", notify: ["team"], fallback: { ops: ["duty"] } });
    world.channels.script("ops", Array<Answer>(9).fill("unauthorized"));
    await world.run(page, downFinding);
    for (let lives = 1; lives < 5; lives += 1) {
      await world.die("after a settling");
      await world.pass(11);
    }

    expect(world.deaths).toBe(4);
    expect(heard(world)).toEqual(["duty: page"]);
  });

  it("takes over what was said of an incident after somebody had taken it", async () => {
    const steps = [{ at: "1m", notify: ["person/a"], when: { until: "resolved" } }];
    const world = await start({ reach: ["phone"], steps, fallback: { phone: ["ops"] } });
    await world.run(page, downFinding);
    await world.pass(10);
    await act(world, { kind: "acknowledge" });
    world.channels.script("phone", ["untaken"]);
    await world.pass(180);

    expect(heard(world)).toEqual(["phone a: page", "ops: page"]);
  });

  it("takes over what joins a taken incident later", async () => {
    const world = await start({ receiver: "phone", notify: ["team"], fallback: { phone: ["ops"] } });
    await world.run(page, downFinding);
    await world.pass(30);
    await act(world, { kind: "acknowledge" });
    world.channels.script("phone", ["untaken"]);
    await world.run(pay, downFinding);
    await world.pass(180);

    expect(heard(world).at(-1)).toBe("ops: page pay");
  });
});
