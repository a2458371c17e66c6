import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { chatConfig, headlines, pageCheck } from "../../support/daemons/daemon-config.ts";
import { type DaemonHome, type DaemonProcess, slowMs, until } from "../../support/daemons/daemon-process.ts";
import { broken, DaemonWorld, good } from "../../support/worlds/daemon-world.ts";

const { target: _none, ...page } = pageCheck({ url: "" } as never);

/** Puts the list in place at once, as those that write such files do. */
async function list(home: DaemonHome, groups: unknown): Promise<void> {
  const path = join(home.directory, "shops.json");
  await writeFile(`${path}.new`, JSON.stringify(groups));
  await rename(`${path}.new`, path);
}

async function watches(daemon: DaemonProcess, count: number): Promise<void> {
  await until(`${count} targets are watched`, async () => {
    return (await daemon.values("probe_success", { check: "shops" })).length === count;
  });
}

describe("integration/daemon that discovers targets", { timeout: slowMs }, () => {
  it("follows a file without a restart, and ends the alert of a target that is gone", async (context) => {
    const world = new DaemonWorld(context);
    const [up, down, chat] = [await world.server(good), await world.server(broken), await world.server()];
    const check = {
      ...page,
      targets_from: { kind: "file", files: ["*.json"], address: "http://{address}/shop", labels: { place: "{dc}-x" } },
    };
    const home = await world.home(chatConfig(chat, { shops: check }));
    const group = (port: number) => ({ targets: [`127.0.0.1:${port}`], labels: { dc: "bj" } });
    await list(home, [group(up.port)]);
    const daemon = await home.start();
    await watches(daemon, 1);
    expect(daemon.stdout).toContain("watches 1 check on 1 target ");

    await list(home, [group(up.port), group(down.port), { targets: ["not an address"] }]);
    await watches(daemon, 2);
    await until("the outage and the entry that does not fit are told", () => headlines(chat).length >= 2);
    const labels = await daemon.values("probe_success", { instance: `${down.url}/shop`, place: "bj-x" });
    const [leftOut] = await daemon.values("watchfire_discovered_targets_left_out", { check: "shops" });
    await list(home, [group(up.port)]);
    await watches(daemon, 1);
    await until("both are over", () => headlines(chat).length === 4);

    const texts = chat.requests.map(({ body }) => (JSON.parse(body) as { text: string }).text);
    expect(labels).toHaveLength(1);
    expect(leftOut).toBe(1);
    expect(texts.some((text) => text.includes('not all targets of shops are watched: "not an address"'))).toBe(true);
    const endings = headlines(chat)
      .slice(2)
      .map((line) => line.split(":")[0]);
    expect(new Set(endings)).toEqual(new Set(["Gone", "Resolved"]));
    expect(chat.requests.some(({ body }) => body.includes("its source no longer lists the target"))).toBe(true);
    expect(await daemon.stop()).toMatchObject({ code: 0 });
  });

  it("keeps its targets over a restart while the address that lists them is away, and pages nobody for that", async (context) => {
    const world = new DaemonWorld(context);
    const [target, sd, chat] = [await world.server(broken), await world.server(), await world.server()];
    sd.answerWith({ status: 200, body: JSON.stringify([{ targets: [`${target.url}/shop`] }]) });
    const from = { kind: "http", url: `${sd.url}/sd`, refresh: "1s", auth: { kind: "bearer", token: "canary-s3cret" } };
    const home = await world.home(chatConfig(chat, { shops: { ...page, targets_from: from } }));
    const first = await home.start();
    await first.untilState("shops", "down");
    await chat.received(1);
    await first.stop();

    sd.answerWith({ status: 500, body: "sorry" });
    const second = await home.start();
    await watches(second, 1);
    const asked = target.requests.length;
    await target.received(asked + 2);
    await until("the source fails", async () => {
      return (await second.values("watchfire_discovery_failing", { check: "shops" }))[0] === 1;
    });
    await chat.received(2);
    const metrics = await second.text("/metrics");
    const shown = await home.command("show", "--expanded");
    sd.answerWith({ status: 200, body: JSON.stringify([{ targets: [`${target.url}/shop`] }]) });
    await chat.received(3);

    expect(headlines(chat)[0]).toContain("Critical: ");
    expect(headlines(chat)[1]).toMatch(/^Warning: Watchfire/);
    expect(headlines(chat)[2]).toMatch(/^Resolved: Watchfire/);
    await second.stop();
    for (const text of [first.stderr, second.stderr, metrics, shown.stdout, ...chat.requests.map(({ body }) => body)]) {
      expect(text).not.toContain("canary-s3cret");
    }
  });

  it("waits for each sender that a file lists, at an address of its own", async (context) => {
    const world = new DaemonWorld(context);
    const jobs = { probe: "push", targets_from: { kind: "file", files: ["*.json"], address: "{host}" } };
    const home = await world.home(chatConfig(await world.server(), { jobs }));
    await list(home, [{ targets: ["db-1:1", "db-2:1"] }]);
    const daemon = await home.start();
    const address = async (sender: string): Promise<string> => {
      const { stdout } = await home.command("url", "jobs", sender);
      return /failure +(\S+)/.exec(stdout)?.[1] ?? "";
    };
    const [first, second] = [await address("db-1"), await address("db-2")];
    const stateOf = (instance: string) => daemon.values("probe_success", { check: "jobs", instance });

    const answer = await fetch(first);
    await until("the failure of one sender is known", async () => (await stateOf("db-1"))[0] === 0);
    const other = await stateOf("db-2");
    await list(home, [{ targets: ["db-2:1"] }]);
    await until("the sender is gone", async () => (await fetch(first)).status === 404);

    expect([answer.status, first === second]).toEqual([200, false]);
    expect(other).not.toContain(0);
    expect((await fetch(second)).status).toBe(200);
    expect(await home.command("url", "jobs")).toMatchObject({ code: 0 });
    await daemon.stop();
  });

  it("lists them for one-shot runs, and says where it cannot", async (context) => {
    const world = new DaemonWorld(context);
    const [target, chat] = [await world.server(good), await world.server()];
    const check = { ...page, targets_from: { kind: "file", files: ["shops.json"] } };
    const home = await world.home(chatConfig(chat, { shops: check }));

    const missing = await home.command("check");
    await list(home, [{ targets: [`${target.url}/a`, `${target.url}/b`] }]);
    const found = await home.command("check", "--output", "json");
    const table = await home.command("show");

    expect(missing).toMatchObject({ code: 3, stderr: expect.stringContaining("there is no such file") });
    expect(found).toMatchObject({ code: 0, stderr: "" });
    expect(JSON.parse(found.stdout)).toHaveLength(2);
    expect(table.stdout).toContain("(as targets_from lists them)");
  });
});
