import { afterEach, describe, expect, it } from "vitest";
import { ChatServer } from "../../support/chat-server.ts";
import { chatConfig, pageCheck } from "../../support/daemon-config.ts";
import { DaemonHome } from "../../support/daemon-process.ts";

const servers: ChatServer[] = [];
let home: DaemonHome | undefined;

async function server(): Promise<ChatServer> {
  const started = await ChatServer.start();
  servers.push(started);
  return started;
}

afterEach(async () => {
  await home?.remove();
  for (const started of servers.splice(0)) await started.stop();
});

describe("integration/daemon with a watcher elsewhere", () => {
  it("pings it while scheduling, storing and sending work, and never shows its address", async () => {
    const [target, chat, watcher] = [await server(), await server(), await server()];
    const url = `${watcher.url}/ping/SECRET-WATCHER`;
    home = await DaemonHome.create(
      chatConfig(chat, { checkout: pageCheck(target) }, { deadman: { url, every: "10s" } }),
    );
    const daemon = await home.start();

    await watcher.received(1);
    const shown = await home.command("show", "--expanded");
    const text = (await daemon.text("/metrics")) + (await daemon.text("/?still")) + daemon.stderr + shown.stdout;

    expect(watcher.requests[0]).toMatchObject({ method: "GET", path: "/ping/SECRET-WATCHER" });
    expect(shown.code).toBe(0);
    expect(text).toContain("deadman");
    expect(text).not.toContain("SECRET-WATCHER");
  });
});
