import { afterEach, describe, expect, it } from "vitest";
import { ChatServer, type ScriptedAnswer } from "../../support/chat-server.ts";
import { chatConfig, headlines, pageCheck } from "../../support/daemon-config.ts";
import { DaemonHome, until } from "../../support/daemon-process.ts";
import { storedCount, storedRows } from "../../support/daemon-store.ts";

const good = { status: 200, body: "ok" } as const;
const broken = { status: 502, body: "bad gateway" } as const;

const servers: ChatServer[] = [];
let home: DaemonHome | undefined;

async function server(...script: readonly ScriptedAnswer[]): Promise<ChatServer> {
  const started = await ChatServer.start(...script);
  servers.push(started);
  return started;
}

afterEach(async () => {
  await home?.remove();
  for (const started of servers.splice(0)) await started.stop();
});

describe("integration/daemon that stops", () => {
  it("F71 ends a run that is under way and records its result", async () => {
    const [target, chat] = [await server("hang"), await server()];
    home = await DaemonHome.create(
      chatConfig(chat, { checkout: pageCheck(target, { interval: "3s", timeout: "3s" }) }),
    );
    const daemon = await home.start();
    await target.received(1);

    const exit = await daemon.stop();

    expect(exit).toEqual({ code: 0, signal: null });
    expect(
      storedCount(home.storePath, "results_tail") + storedRows(home.storePath, "SELECT * FROM missed").length,
    ).toBe(1);
  });

  it("F71 lets a send that is under way end, and keeps what could not be sent for the next start", async () => {
    const [target, chat] = [await server(broken), await server("hang")];
    home = await DaemonHome.create(chatConfig(chat, { checkout: pageCheck(target) }));
    const first = await home.start();
    await chat.received(1);

    const exit = await first.stop();
    const kept = storedCount(home.storePath, "outbox");
    chat.answerWith(good);
    await home.start();
    await chat.received(2);
    await until("it is settled", () => storedCount(home?.storePath ?? "", "outbox") === 0);

    expect(exit).toEqual({ code: 0, signal: null });
    expect(kept).toBe(1);
    expect(headlines(chat)).toEqual(["Critical: Shop – wrong status", "Critical: Shop – wrong status"]);
    expect(chat.requests[1]?.body).toContain("Possible duplicate");
  });

  it("neither pages again nor forgets over an orderly restart", async () => {
    const [target, chat] = [await server(broken), await server()];
    home = await DaemonHome.create(chatConfig(chat, { checkout: pageCheck(target) }));
    const first = await home.start();
    await chat.received(1);
    await until("the delivery is recorded", () => storedCount(home?.storePath ?? "", "deliveries") === 1);

    await first.stop();
    const second = await home.start();
    const state = await second.stateOf("checkout");
    await target.received(target.requests.length + 2);
    target.answerWith(good);
    await chat.received(2);

    expect(state).toBe("down");
    expect(headlines(chat)).toEqual(["Critical: Shop – wrong status", expect.stringMatching(/^Resolved: Shop/)]);
  });
});
