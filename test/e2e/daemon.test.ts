import { rm } from "node:fs/promises";
import { hostname } from "node:os";
import { describe, expect, it } from "vitest";
import { chatConfig, headlines, pageCheck } from "../support/daemons/daemon-config.ts";
import { slowMs, until } from "../support/daemons/daemon-process.ts";
import { broken, DaemonWorld, good } from "../support/worlds/daemon-world.ts";
import { parseExposition } from "../support/worlds/exposition-parser.ts";

describe("e2e/daemon", { timeout: slowMs }, () => {
  it("tells a chat once that a page is down and once that it is back", async (context) => {
    const world = new DaemonWorld(context);
    const [target, chat] = [await world.server(good), await world.server()];
    const home = await world.home(chatConfig(chat, { checkout: pageCheck(target, { title: "Checkout" }) }));
    const daemon = await home.start();
    await daemon.untilState("checkout", "up");

    target.answerWith(broken);
    await chat.received(1);
    const seen = target.requests.length;
    await target.received(seen + 2);
    target.answerWith(good);
    await chat.received(2);
    await target.received(target.requests.length + 2);

    const [down, up] = chat.requests;
    expect(down).toMatchObject({ method: "POST", path: "/hook", headers: { "content-type": "application/json" } });
    const message = JSON.parse(down?.body ?? "") as { text: string; blocks: unknown[] };
    expect(message).toMatchObject({ mrkdwn: false, unfurl_links: false, unfurl_media: false });
    expect(message.text).toBe(
      `Critical: Shop · Checkout – HTTP 502\nstatus 502 X, expected 200-299\nIt says: “bad gateway”`,
    );
    expect(message.blocks[0]).toEqual({
      type: "header",
      text: { type: "plain_text", emoji: false, text: "🔴 Critical: Shop · Checkout – HTTP 502" },
    });
    expect((JSON.parse(up?.body ?? "") as { text: string }).text).toMatch(
      /^Resolved: (?:Shop · )?Checkout \(after \d+ s\)\n/,
    );
    expect(headlines(chat)).toHaveLength(2);
    expect(await daemon.stop()).toEqual({ code: 0, signal: null });
    expect(daemon.stdout).toMatch(new RegExp(`^Watchfire watches 1 checks? .* look at ${home.url}/\n$`));
    expect(daemon.log[0]?.["warnings"]).toContainEqual(expect.stringContaining("a secret stands in the file itself"));
    expect(daemon.log.map((record) => record["message"])).toEqual([
      "config_warnings",
      "started",
      "alert_firing",
      "alert_resolved",
      "stopping",
      "stopped",
    ]);
  });

  it("shows Prometheus and people all three tiers", async (context) => {
    const world = new DaemonWorld(context);
    const [target, chat] = [await world.server(good), await world.server()];
    const checks = {
      checkout: pageCheck(target, { title: "Checkout", labels: { team: "web" } }),
      machine: { probe: "host", interval: "1s", timeout: "1s" },
      orders: { probe: "push", tier: "business", service: "shop", every: "1h" },
    };
    const home = await world.home(chatConfig(chat, checks));
    const daemon = await home.start();
    for (const check of ["checkout", "machine"]) await daemon.untilState(check, "up");

    const text = await until("the host is measured", async () => {
      const metrics = await daemon.text("/metrics");
      return metrics.includes("node_cpu_seconds_total{") && metrics.includes("probe_success{") && metrics;
    });
    const page = await daemon.text("/?still");

    const families = parseExposition(text, "text");
    const labelsOf = (metric: string) => families.get(metric)?.samples.map(({ labels }) => labels) ?? [];
    const common = { env: "production", location: "default" };
    const checkout = { check: "checkout", tier: "application", instance: `${target.url}/shop`, service: "shop" };
    expect(labelsOf("probe_success")).toContainEqual({ ...common, ...checkout, team: "web" });
    expect(labelsOf("node_cpu_seconds_total")[0]).toMatchObject({ ...common, check: "machine", tier: "os" });
    expect(labelsOf("node_uname_info")[0]).toMatchObject({ nodename: hostname() });
    expect(labelsOf("watchfire_check_state").filter(({ check }) => check === "orders")[0]).toMatchObject({
      ...common,
      tier: "business",
    });
    expect(await daemon.values("watchfire_config_last_reload_successful")).toEqual([1]);
    expect(page).toContain("Checkout");
    expect(page).not.toContain("<script");
  });

  it("answers status with words and JSON, and says where no daemon answers", async (context) => {
    const world = new DaemonWorld(context);
    const [target, chat] = [await world.server(broken), await world.server()];
    const home = await world.home(chatConfig(chat, { checkout: pageCheck(target) }));
    const daemon = await home.start();
    await daemon.untilState("checkout", "down");
    await chat.received(1);

    const table = await home.command("status");
    const json = await home.command("status", "--output", "json");
    await daemon.stop();
    const stopped = await home.command("status");
    await rm(`${home.directory}/data`, { recursive: true });
    const untouched = await home.command("status");

    expect(table).toMatchObject({ code: 0, stderr: "" });
    expect(table.stdout).toMatch(/^Watchfire \S+, production\n/);
    expect(table.stdout).toMatch(/\n[-0-9a-f]{36} {2}open {2}critical {2}for \d+s {2}.* – HTTP 502\n/);
    expect(table.stdout).not.toContain("NOBODY IS TOLD");
    expect(table.stdout).toMatch(/down +application +checkout .* status: status 502 X, expected 200-299/);
    expect(JSON.parse(json.stdout)).toMatchObject({
      problems: [{ check: "checkout", state: "down", reason: "status" }],
    });
    expect(stopped).toMatchObject({ code: 69, stdout: "" });
    expect(stopped.stderr).toContain(`no daemon answers at ${home.url}`);
    expect(untouched.code).toBe(69);
    for (const { stderr } of [stopped, untouched]) expect(stderr).not.toMatch(/^\s+at /m);
  });
});
