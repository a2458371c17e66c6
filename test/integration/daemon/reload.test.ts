import { existsSync } from "node:fs";
import { mkdir, rename, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { chatConfig, headlines, pageCheck } from "../../support/daemons/daemon-config.ts";
import { type DaemonHome, type DaemonProcess, slowMs, until } from "../../support/daemons/daemon-process.ts";
import { broken, DaemonWorld, good } from "../../support/worlds/daemon-world.ts";

async function reloadSucceeds(daemon: DaemonProcess, value: 0 | 1): Promise<void> {
  await until(`the last reload is ${value}`, async () => {
    return (await daemon.values("watchfire_config_last_reload_successful"))[0] === value;
  });
}

async function isWatched(daemon: DaemonProcess, check: string): Promise<boolean> {
  return (await daemon.values("watchfire_check_state", { check })).length > 0;
}

async function post(place: DaemonHome, headers: Readonly<Record<string, string>>): Promise<Response> {
  return fetch(`${place.url}/-/reload`, { method: "POST", headers });
}

describe("integration/daemon that reloads", { timeout: slowMs }, () => {
  it("F85 keeps the old config where the new one is broken, says so everywhere, and takes the mended one", async (context) => {
    const world = new DaemonWorld(context);
    const [target, chat] = [await world.server(good), await world.server()];
    const config = chatConfig(chat, { checkout: pageCheck(target) });
    const home = await world.home(config);
    const daemon = await home.start();
    const authorization = `Bearer ${await home.adminToken()}`;

    await writeFile(home.configPath, `${home.configText(config).slice(0, -2)}, "chekcs": {} }`);
    await reloadSucceeds(daemon, 0);
    const refused = await post(home, { authorization });
    const stranger = await post(home, {});
    daemon.signal("SIGHUP");
    await until("SIGHUP was answered", () => daemon.events("config_refused").length >= 3);
    await chat.received(1);
    const asked = target.requests.length;
    await target.received(asked + 1);
    await home.configure(chatConfig(chat, { checkout: pageCheck(target), second: pageCheck(target) }));
    await reloadSucceeds(daemon, 1);
    await until("the new check is watched", async () => isWatched(daemon, "second"));
    await chat.received(2);

    expect(refused.status).toBe(422);
    const { problems } = (await refused.json()) as { problems: readonly string[] };
    expect(problems).toMatchObject([expect.stringMatching(/watchfire\.yaml:\d+:\d+: chekcs: .*did you mean "checks"/)]);
    expect(stranger.status).toBe(401);
    expect(headlines(chat)[0]).toContain("Watchfire");
    expect(headlines(chat)[1]).toMatch(/^Resolved: /);
    expect(daemon.log.length).toBeGreaterThan(0);
  });

  it("F89 keeps a firing alert over a reload, and resolves it once when its check is removed", async (context) => {
    const world = new DaemonWorld(context);
    const [target, chat] = [await world.server(broken), await world.server()];
    const checkout = pageCheck(target);
    const other = pageCheck(target, { target: `${target.url}/other`, severity: "info" });
    const home = await world.home(chatConfig(chat, { checkout }));
    const daemon = await home.start();
    await chat.received(1);

    await home.configure(chatConfig(chat, { checkout: { ...checkout, timeout: "900ms" }, other }));
    await chat.received(2);
    const told = headlines(chat);
    await home.configure(chatConfig(chat, { other }));
    await chat.received(3);
    await until("the check is gone", async () => !(await isWatched(daemon, "checkout")));
    await target.received(target.requests.length + 2);

    expect(told).toEqual([expect.stringMatching(/^Critical: /), expect.stringMatching(/^Info: /)]);
    expect(headlines(chat).slice(2)).toEqual([expect.stringMatching(/^Removed: /)]);
    expect(chat.requests[2]?.body).toContain("/shop");
  });

  it("F88 follows the swap of a symbolic link, as Kubernetes does it", async (context) => {
    const world = new DaemonWorld(context);
    const [target, chat] = [await world.server(good), await world.server()];
    const home = await world.home({});
    const mount = join(home.directory, "mount");
    for (const [version, check] of [
      ["..v1", "before"],
      ["..v2", "after"],
    ] as const) {
      await mkdir(join(mount, version), { recursive: true });
      const config = chatConfig(chat, { [check]: pageCheck(target) }, { environments: { production: {} } });
      await home.configure(config, join(mount, version, "base.yaml"));
    }
    await symlink("..v1", join(mount, "..data"));
    await symlink(join("..data", "base.yaml"), join(mount, "base.yaml"));
    const daemon = await home.start(mount);
    await until("the first is watched", async () => isWatched(daemon, "before"));

    await symlink("..v2", join(mount, "..data_tmp"));
    await rename(join(mount, "..data_tmp"), join(mount, "..data"));

    await until("the second is watched", async () => isWatched(daemon, "after"));
    expect(await isWatched(daemon, "before")).toBe(false);
    expect(await daemon.values("watchfire_config_last_reload_successful")).toEqual([1]);
  });

  it("outlives a SIGHUP that comes while it starts", async (context) => {
    const world = new DaemonWorld(context);
    const [target, chat] = [await world.server(good), await world.server()];
    const home = await world.home(chatConfig(chat, { checkout: pageCheck(target) }));
    const daemon = home.launch();
    await until("it opens its store", () => existsSync(`${home.storePath}.lock`));

    daemon.signal("SIGHUP");
    await until("it watches or has ended", () => target.requests.length > 1 || daemon.exit !== undefined);

    expect(daemon.exit).toBeUndefined();
    expect(await daemon.stop()).toEqual({ code: 0, signal: null });
  });

  it("reads again on SIGHUP and POST, and changes nothing where nothing changed", async (context) => {
    const world = new DaemonWorld(context);
    const [target, chat] = [await world.server(good), await world.server()];
    const home = await world.home(chatConfig(chat, { checkout: pageCheck(target) }));
    const daemon = await home.start();
    await daemon.untilState("checkout", "up");

    const answer = await post(home, { authorization: `Bearer ${await home.adminToken()}` });
    daemon.signal("SIGHUP");
    await target.received(target.requests.length + 2);

    expect([answer.status, await answer.json()]).toEqual([200, { summary: "nothing changed" }]);
    expect(daemon.events("config_reloaded")).toEqual([]);
    expect(await daemon.stateOf("checkout")).toBe("up");
    expect(await daemon.values("watchfire_runs_missed_total", { reason: "reload" })).toEqual([0]);
    expect(await daemon.stop()).toEqual({ code: 0, signal: null });
  });
});
