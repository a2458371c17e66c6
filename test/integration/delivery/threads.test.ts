import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { anAlert } from "../../support/samples/notifications.ts";
import { SlackWorkspace } from "../../support/servers/slack-workspace.ts";
import { DeliveryWorld } from "../../support/worlds/delivery-world.ts";

let workspace: SlackWorkspace;
let world: DeliveryWorld;

beforeEach(async () => {
  workspace = new SlackWorkspace("xoxb-1234-abcd");
  world = await DeliveryWorld.start({
    receivers: (url) => ({
      "ops-chat": { to: [{ kind: "slack_bot", token: "xoxb-1234-abcd", channel: "C012AB3CD", base_url: url }] },
    }),
    script: [workspace.serve],
  });
});

afterEach(() => world.stop());

const incident = { incident: "i-1" };
const over = { status: "resolved", endsAtMs: Date.UTC(2026, 10, 23, 2, 10) } as const;
const fire = () => world.row({ annotations: { title: "Shop", reason: "refused" } }, incident);
const taken = () =>
  world.row(
    { annotations: { title: "Shop", reason: "refused" } },
    { ...incident, intent: "update", story: { news: { kind: "taken", who: "Ann" }, takenBy: "Ann" } },
  );
const end = () => world.row({ annotations: { title: "Shop" }, ...over }, { ...incident, intent: "resolved" });

describe("integration/delivery threads", () => {
  it("tells an incident in one thread, its first message as the incident stands, over a restart", async () => {
    await world.enqueue(fire());
    await world.pass(2);
    await world.enqueue(taken());
    await world.pass(2);
    await world.restart();
    await world.enqueue(end());
    await world.pass(2);

    expect(workspace.channel).toEqual([
      expect.stringMatching(/^Resolved: Shop/),
      expect.stringMatching(/^-> .*Shop/),
      expect.stringMatching(/^-> Resolved: Shop/),
    ]);
    expect(await world.outcomes()).toEqual(["row-1 delivered", "row-2 delivered", "row-3 delivered"]);
  });

  it("keeps the thread when several messages wait for one endpoint, and begins another for another incident", async () => {
    await world.enqueue(fire(), taken(), world.row({ annotations: { title: "Mail" } }, { incident: "i-2" }));
    await world.pass(10);

    expect(workspace.channel.filter((line) => !line.startsWith("-> "))).toHaveLength(2);
    expect(workspace.channel).toHaveLength(3);
  });

  it("begins anew where somebody has deleted the first message", async () => {
    await world.enqueue(fire());
    await world.pass(2);
    workspace.messages.clear();
    await world.enqueue(taken());
    await world.pass(2);
    await world.enqueue(end());
    await world.pass(2);

    expect(workspace.channel).toEqual([
      expect.stringMatching(/^Resolved: Shop/),
      expect.stringMatching(/^-> Resolved/),
    ]);
  });

  it("tells the whole channel what is new and critical", async () => {
    await world.enqueue(fire());
    await world.pass(2);
    const more = anAlert({ fingerprint: "more", annotations: { title: "Pay", reason: "refused" } });
    await world.enqueue(world.row({}, { ...incident, alerts: [more] }));
    await world.pass(2);

    expect(workspace.channel.at(-1)).toMatch(/^=> Critical: Pay/);
  });
});
