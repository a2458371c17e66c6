import { describe, expect, it } from "vitest";
import { chatConfig, pageCheck } from "../support/daemons/daemon-config.ts";
import { slowMs, until } from "../support/daemons/daemon-process.ts";
import { SlackWorkspace } from "../support/servers/slack-workspace.ts";
import { DaemonWorld } from "../support/worlds/daemon-world.ts";

const token = "xoxb-1234-abcd";

describe("e2e/channels", { timeout: slowMs }, () => {
  it("goes on with the thread of an incident and with a budget after a restart", async (context) => {
    const world = new DaemonWorld(context);
    const workspace = new SlackWorkspace(token);
    const [target, chat] = [await world.server({ status: 503 }), await world.server(workspace.serve)];
    const to = [{ kind: "slack_bot", token, channel: "C012AB3CD", base_url: chat.url, budget: { per_month: 5 } }];
    const checks = { checkout: pageCheck(target, { title: "Checkout" }) };
    const home = await world.home(chatConfig(chat, checks, { receivers: { ops: { to } } }));
    const first = await home.start();
    await until("the outage is told", () => workspace.messages.size === 1);
    await until("it is counted", async () => (await first.values("watchfire_notification_budget_used"))[0] === 1);
    await first.stop();

    const second = await home.start();
    target.answerWith({ status: 200, body: "fine" });
    await until("the end is told", () => workspace.messages.size === 2);
    const [used] = await until("it is counted", async () => {
      const values = await second.values("watchfire_notification_budget_used", { receiver: "ops", period: "month" });
      return values[0] === 2 && values;
    });

    expect(workspace.channel).toEqual([
      expect.stringMatching(/^Resolved: (?:Shop · )?Checkout/),
      expect.stringMatching(/^-> Resolved: (?:Shop · )?Checkout/),
    ]);
    expect(used).toBe(2);
    expect(await second.values("watchfire_notification_budget_limit")).toEqual([5]);
    expect(await second.values("watchfire_silences", { state: "active" })).toEqual([0]);
    expect(await second.status()).toMatchObject({ budgets: [{ receiver: "ops", used: 2, limit: 5, level: "free" }] });
  });
});
