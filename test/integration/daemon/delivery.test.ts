import { describe, expect, it } from "vitest";
import { chatConfig, headlines, pageCheck } from "../../support/daemons/daemon-config.ts";
import { slowMs, until } from "../../support/daemons/daemon-process.ts";
import { storedCount, storedRows } from "../../support/daemons/daemon-store.ts";
import { broken, DaemonWorld } from "../../support/worlds/daemon-world.ts";

describe("integration/daemon delivery", { timeout: slowMs }, () => {
  it("F99 hands a refused page to the fallback once, though it is killed before the fallback has answered", async (context) => {
    const world = new DaemonWorld(context);
    const [target, chat] = [await world.server(broken), await world.server({ status: 200, body: "invalid_payload" })];
    const standIn = await world.server("hang");
    const config = chatConfig(chat, { checkout: pageCheck(target) });
    const receivers = {
      ops: { to: [{ kind: "slack", url: `${chat.url}/hook` }], fallback: ["stand-in"] },
      "stand-in": { to: [{ kind: "slack", url: `${standIn.url}/hook` }] },
    };
    const home = await world.home({ ...config, receivers, meta: { receiver: "log" } });
    const first = await home.start();
    await standIn.received(1);

    await first.kill();
    standIn.answerWith({ status: 200, body: "ok" });
    const second = await home.start();
    await standIn.received(2);
    await until("the delivery is recorded", () => storedCount(home.storePath, "outbox") === 0);
    await target.received(target.requests.length + 3);

    expect(chat.requests).toHaveLength(1);
    expect(headlines(standIn)).toEqual(["Critical: Shop – HTTP 502", "Critical: Shop – HTTP 502"]);
    expect(standIn.requests[1]?.body).toContain("Sent to you because ops could not be reached");
    expect(standIn.requests[1]?.body).toContain("Possible duplicate");
    const token = await home.adminToken();
    const answer = await second.get("/api/v1/deliveries?state=failed", { authorization: `Bearer ${token}` });
    expect(await answer.json()).toMatchObject({
      deliveries: [{ receiver: "ops", reason: "bad_message", ended: true }],
    });
  });

  it("sends nothing in shadow mode, says what it would have sent, and never sends it later", async (context) => {
    const world = new DaemonWorld(context);
    const [target, chat] = [await world.server(broken), await world.server()];
    const home = await world.home(chatConfig(chat, { checkout: pageCheck(target) }));
    const shadow = await home.start(home.configPath, ["--mode", "shadow"]);
    await until("it is recorded", () => storedCount(home.storePath, "deliveries") > 0);
    const report = await home.command("shadow", "report");
    await shadow.kill();
    await home.start();
    const afterwards = await home.command("shadow", "report");
    await target.received(target.requests.length + 3);

    expect(chat.requests).toEqual([]);
    expect(report.stdout).toMatch(
      /^would have sent 1 message to ops\n[-\d]+ [:\d]+ \+00:00 +ops +Critical: Shop – HTTP 502\n$/,
    );
    expect(report.stderr).toBe("");
    expect(afterwards.stdout).toBe(report.stdout);
    expect(afterwards.stderr).toContain("does not run in shadow mode now");
    const rows = storedRows<{ body: string }>(home.storePath, "SELECT body FROM deliveries");
    expect(rows.map(({ body }) => JSON.parse(body) as object)).toMatchObject([
      { outcome: "dropped", reason: "shadow" },
    ]);
  });
});
