import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { chatConfig, headlines } from "../../support/daemons/daemon-config.ts";
import { type DaemonHome, runWatchfire, slowMs, until } from "../../support/daemons/daemon-process.ts";
import { DaemonWorld } from "../../support/worlds/daemon-world.ts";

/** Addresses that `watchfire url` prints, by what they are for. */
async function addressesOf(place: DaemonHome, check: string): Promise<Readonly<Record<string, string>>> {
  const run = await place.command("url", check);
  expect(run).toMatchObject({ code: 0, stderr: "" });
  const lines = run.stdout.trim().split("\n");
  const words = lines.map((line) => /^(.+?) +(http\S+)/.exec(line) ?? []);
  return Object.fromEntries(words.map(([, name = "", address = ""]) => [name, address]));
}

describe("integration/daemon that is pushed to", { timeout: slowMs }, () => {
  it("takes heartbeats, calls their absence down, and takes the next one as the end of it", async (context) => {
    const world = new DaemonWorld(context);
    const chat = await world.server();
    const home = await world.home(
      chatConfig(chat, { nightly: { probe: "push", title: "Nightly", every: "1s", grace: "1s", severity: "warning" } }),
    );
    const daemon = await home.start();
    const { success = "" } = await addressesOf(home, "nightly");

    expect((await fetch(success)).status).toBe(200);
    await chat.received(1);
    const late = await daemon.status();
    expect((await fetch(success, { method: "POST" })).status).toBe(200);
    await chat.received(2);

    expect(late.problems).toMatchObject([{ check: "nightly", state: "down", reason: "late" }]);
    const [down, up] = chat.requests.map(({ body }) => body);
    expect(headlines(chat).slice(0, 2)).toEqual([
      expect.stringMatching(/^Warning: Nightly/),
      expect.stringMatching(/^Resolved: Nightly/),
    ]);
    expect(down).toMatch(/expected by (?:\d\d-\d\d )?\d\d:\d\d \+ 1s grace/);
    expect(up).toContain("Resolved");
  });

  it("takes values and job results at the printed addresses and shows them to Prometheus", async (context) => {
    const world = new DaemonWorld(context);
    const chat = await world.server();
    const orders = { probe: "push", tier: "business", every: "1h", labels: { team: "shop" } };
    const home = await world.home(chatConfig(chat, { orders, backup: { probe: "push", every: "1h" } }));
    const daemon = await home.start();
    const { values = "" } = await addressesOf(home, "orders");
    const { failure = "", "exit code": exitCode = "", start = "" } = await addressesOf(home, "backup");
    const body = JSON.stringify({ business_orders: 12, business_paid_total: 3 });
    const headers = { "content-type": "application/json" };

    const taken = await fetch(values, { method: "POST", headers, body });
    const broken = await fetch(values, { method: "POST", headers, body: "{" });
    const stranger = await fetch(`${home.url}/ping/${"x".repeat(22)}`);
    await daemon.untilState("orders", "up");
    const pushed = await until("the value is there", async () => {
      return (await daemon.values("business_orders", { check: "orders", tier: "business", team: "shop" }))[0];
    });
    await fetch(start);
    await fetch(exitCode.replace("$?", "3"));
    await daemon.untilState("backup", "down");
    const status = await daemon.status();
    await fetch(exitCode.replace("$?", "0"));
    await daemon.untilState("backup", "up");
    await fetch(failure);
    await daemon.untilState("backup", "down");

    expect([taken.status, broken.status, stranger.status]).toEqual([200, 400, 404]);
    expect(pushed).toBe(12);
    expect(status.problems.find(({ check }) => check === "backup")).toMatchObject({ reason: "status" });
  });

  it("says which push checks there are when asked for another", async (context) => {
    const world = new DaemonWorld(context);
    const chat = await world.server();
    const config = chatConfig(chat, { backup: { probe: "push", every: "1h" } });
    const home = await world.home(config);
    const run = await home.command("url", "bakup");
    // Who sets a job up has no secrets of receivers.
    const edited = join(home.directory, "edited.yaml");
    const made = await home.command("url", "backup", "--create");
    const secret = {
      receivers: { chat: { to: [{ kind: "slack", url: "${NOBODY_SET_IT}" }] } },
      route: { receiver: "chat" },
    };
    await home.configure({ ...config, ...secret }, edited);
    const without = await runWatchfire("url", "backup", "--config", edited);

    expect(run).toMatchObject({ code: 64, stdout: "", stderr: expect.stringContaining('Did you mean "backup"?') });
    expect(made).toMatchObject({ code: 0, stdout: expect.stringContaining(`${home.url}/ping/`) });
    expect(without).toEqual(made);
  });
});
