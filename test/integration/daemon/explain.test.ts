import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { chatConfig, pageCheck } from "../../support/daemons/daemon-config.ts";
import { runWatchfire, slowMs, until } from "../../support/daemons/daemon-process.ts";
import { broken, DaemonWorld, good } from "../../support/worlds/daemon-world.ts";

describe("integration/daemon that explains", { timeout: slowMs }, () => {
  it("says of an outage that was told: from the run to the delivery, over a restart", async (context) => {
    const world = new DaemonWorld(context);
    const [target, chat] = [await world.server(broken), await world.server()];
    const home = await world.home(chatConfig(chat, { checkout: pageCheck(target) }));
    const daemon = await home.start();
    await chat.received(1);
    const ask = () => runWatchfire("explain", "--past", "check=checkout", "--config", home.configPath);
    await until("the delivery is recorded", async () => (await ask()).stdout.includes("delivered"));

    await daemon.stop();
    await home.start();
    const { code, stdout, stderr } = await ask();

    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/state +pass +fired: /);
    expect(stdout).toMatch(/routing +pass +matches route/);
    expect(stdout).toMatch(/flush +pass +first notification: told to /);
    expect(stdout).toMatch(/incident +pass +belongs to incident /);
    expect(stdout).toMatch(/delivery +delivered +/);
  });

  it("replays stored results by the config at hand, which need not be the one that runs", async (context) => {
    const world = new DaemonWorld(context);
    const [target, chat] = [await world.server(broken), await world.server()];
    const home = await world.home(chatConfig(chat, { checkout: pageCheck(target) }));
    await home.start();
    await chat.received(1);
    const patient = await world.home(
      chatConfig(
        chat,
        { checkout: pageCheck(target), fresh: pageCheck(target) },
        { route: { receiver: "ops", group_wait: "2h" } },
      ),
    );
    const ask = (config: string) =>
      runWatchfire(
        "replay",
        "--since",
        "1h",
        "--config",
        config,
        "--url",
        home.url,
        "--token-file",
        join(home.directory, "data", "admin.token"),
      );
    await until("a result is stored", async () => (await ask(home.configPath)).stdout.includes("first notification"));

    const same = await ask(home.configPath);
    const other = await ask(patient.configPath);

    expect(same.code).toBe(0);
    expect(same.stdout).toMatch(/^[-\d]+ [:\d]+ \+00:00 +ops +firing +first notification +critical checkout is down/);
    expect(same.stderr).toMatch(/1 message from \d+ results? of 1 check, the first of /);
    expect(other).toMatchObject({ code: 0, stdout: "" });
    expect(other.stderr).toContain("0 messages from");
  });

  it("replays a rule of the config at hand by the series that the daemon has stored", async (context) => {
    const world = new DaemonWorld(context);
    const [target, chat] = [await world.server(good), await world.server()];
    const rules = { quiet: { kind: "threshold", metric: "probe_success", below: { warning: 1 }, on_nodata: "alert" } };
    const home = await world.home(chatConfig(chat, { checkout: pageCheck(target) }, { rules }));
    await home.start();

    const named = await home.command("replay", "--since", "15m", "--rule", "quiet");
    const unnamed = await home.command("replay", "--since", "5m");
    const unknown = await home.command("replay", "--rule", "loud");

    expect(named).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/ops +firing +first notification +warning quiet/),
    });
    expect(named.stderr).toMatch(/\n1[56] judgements of 1 rule\n/);
    expect(unnamed).toMatchObject({
      code: 0,
      stdout: "",
      stderr: expect.stringContaining("1 rule not replayed; name one with --rule"),
    });
    expect(unknown).toMatchObject({
      code: 64,
      stderr: expect.stringContaining('There is no rule "loud" in the config.'),
    });
  });
});
