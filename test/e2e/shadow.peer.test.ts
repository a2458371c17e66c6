import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it, type TestContext } from "vitest";
import { startAlertmanager } from "../support/daemons/alertmanager-process.ts";
import { chatConfig, pageCheck } from "../support/daemons/daemon-config.ts";
import { slowMs, until } from "../support/daemons/daemon-process.ts";
import { broken, DaemonWorld } from "../support/worlds/daemon-world.ts";

type Notice = Readonly<{ labels: Record<string, string> }>;
type Report = Readonly<{
  comparison: { there: number; both: readonly object[]; onlyThere: readonly Notice[]; onlyHere: readonly Notice[] };
}>;

/** A daemon that only watches a shop that is down, beside an Alertmanager that tells it everything. */
async function besideAlertmanager(context: TestContext) {
  const world = new DaemonWorld(context);
  const [target, chat] = [await world.server(broken), await world.server()];
  const home = await world.home(
    chatConfig(chat, { shop: pageCheck(target), cart: pageCheck(target, { target: `${target.url}/cart` }) }),
  );
  await home.start(undefined, ["--mode", "shadow"]);
  const token = await readFile(join(dirname(home.storePath), "pipeline.token"), "utf8");
  const alertmanager = await startAlertmanager(context, {
    route: { receiver: "shadow", group_wait: "0s", group_by: ["..."] },
    receivers: [
      {
        name: "shadow",
        webhook_configs: [
          {
            url: `${home.url}/api/v1/shadow/alertmanager`,
            http_config: { authorization: { credentials: token.trim() } },
          },
        ],
      },
    ],
  });
  return { home, chat, target, alertmanager };
}

describe("e2e/shadow", { timeout: slowMs }, () => {
  it("compares what Alertmanager told with what would have been told, and sends nothing itself", async (context) => {
    const { home, chat, target, alertmanager } = await besideAlertmanager(context);
    const startsAt = new Date().toISOString();
    const old = [
      { labels: { alertname: "ShopDown", instance: `${target.url}/shop` }, startsAt },
      { labels: { alertname: "QueueFull", instance: "queue-1" }, startsAt },
    ];

    const pushed = await fetch(`${alertmanager}/api/v2/alerts`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(old),
    });
    const report = async (): Promise<Report["comparison"]> => {
      const { stdout } = await home.command("shadow", "report", "--output", "json");
      return (JSON.parse(stdout) as Report).comparison;
    };
    const comparison = await until("both sides were noted", async () => {
      const now = await report();
      return now.there === 2 && now.both.length === 1 && now.onlyHere.length === 1 ? now : undefined;
    });
    const table = await home.command("shadow", "report");
    const status = await home.command("status");
    const page = await (await fetch(`${home.url}/`)).text();

    expect(pushed.status).toBe(200);
    expect(comparison.both).toMatchObject([
      { there: { labels: { alertname: "ShopDown" } }, here: { labels: { alertname: "CheckDown", check: "shop" } } },
    ]);
    expect(comparison.onlyThere).toMatchObject([{ labels: { alertname: "QueueFull" } }]);
    expect(comparison.onlyHere).toMatchObject([{ labels: { check: "cart" } }]);
    expect(table.stdout).toContain("the old system told 2 alerts; 1 of them would have been told here as well");
    expect(table.stdout).toMatch(/\nwould have been missed here: 1\n.* {2}QueueFull queue-1\nonly here: 1\n/);
    expect(chat.requests).toEqual([]);
    expect(status.stdout).toContain("\nNOBODY IS TOLD OF ANYTHING: the daemon runs with --mode shadow\n");
    expect(page).toContain("Nobody is told of anything: the daemon runs in shadow mode");
  });
});
