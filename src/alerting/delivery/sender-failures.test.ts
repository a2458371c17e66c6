import { describe, expect, it } from "vitest";
import { madeAtMs } from "../../../test/support/samples/notifications.ts";
import { type ScriptedAnswer } from "../../../test/support/servers/chat-server.ts";
import {
  chat,
  clock,
  deliveredCount,
  enqueue,
  outcomes,
  quiet,
  row,
  seconds,
  sent,
  start,
  startChat,
  startSender,
  store,
  told,
  until,
  useSenders,
} from "../../../test/support/worlds/sender-world.ts";
import { emptyChange } from "../../core/store.ts";

useSenders();

describe("alerting/delivery/sender, what fails", () => {
  it("gives up at once on a refused message and tells the trouble, until it works again (rows 2, F97)", async () => {
    const sender = await start({ status: 200, body: "invalid_payload" }, { status: 200, body: "ok" });
    await enqueue(sender, row("a"));
    await until(() => deliveredCount(1));
    await enqueue(sender, row("b"));
    await clock.advance(1000);
    await until(() => told.includes("ops-chat works again"));

    expect(told).toEqual([
      "slack rejected",
      "ops-chat bad_message",
      "dead a bad_message",
      "slack delivered",
      "ops-chat works again",
    ]);
  });

  it.each<[name: string, answer: ScriptedAnswer, reason: string]>([
    ["410 channel_is_archived", { status: 410, body: "channel_is_archived" }, "endpoint_gone"],
    ["404 no_service", { status: 404, body: "no_service" }, "endpoint_gone"],
    ["301", { status: 301, headers: { location: "https://example.com/" } }, "redirect"],
  ])(
    "keeps a page that %s refuses for a while, and tells the trouble (rows 4, 25, F99)",
    async (_n, answer, reason) => {
      const sender = await start(answer);
      await enqueue(sender, row("a"));
      await seconds(60);
      expect(told.filter((line) => line !== "slack rejected")).toEqual([`ops-chat ${reason}`]);
      chat.answerWith({ status: 200, body: "ok" });
      await seconds(70);

      expect((await outcomes()).at(-1)).toBe("a delivered");
      expect(told.at(-1)).toBe("ops-chat works again");
    },
  );

  it.each<[name: string, answer: ScriptedAnswer, outcome: string]>([
    [
      "a login page",
      { status: 200, headers: { "content-type": "text/html" }, body: "<html>Sign in</html>" },
      "unexpected_answer",
    ],
    ["a reset after the request", "reset", "reset"],
    ["a body cut short", { raw: 'HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\n{"ok":tr', end: true }, "reset"],
    ["JSON cut short", { status: 200, body: '{"ok":tr' }, "unexpected_answer"],
    ["500 rollup_error", { status: 500, body: "rollup_error" }, "server_error"],
  ])("tries again after %s (rows 2, 25)", async (_name, answer, reason) => {
    const sender = await start(answer, { status: 200, body: "ok" });
    await enqueue(sender, row("a"));
    await until(() => deliveredCount(1));
    await clock.advance(2000);
    await until(() => deliveredCount(2));

    expect(await outcomes()).toEqual([`a retryable ${reason}`, "a delivered"]);
  });

  it("sends plain text after blocks were refused (F105)", async () => {
    const sender = await start({ status: 400, body: "invalid_blocks" }, { status: 200, body: "ok" });
    await enqueue(sender, row("a"));
    await until(() => deliveredCount(1));
    await clock.advance(1000);
    await until(() => deliveredCount(2));

    expect(chat.requests.map(({ body }) => body.includes('"blocks"'))).toEqual([true, false]);
  });

  it("gives a row up when it cannot be delivered in time", async () => {
    const sender = await start({ status: 503 });
    await enqueue(sender, row("a", { giveUpAtMs: madeAtMs + 30_000 }));
    for (let second = 0; second < 31; second += 1) {
      await clock.advance(1000);
      await quiet();
    }

    expect(told).toContain("dead a server_error");
    expect((await store.deliveries(1))[0]).toMatchObject({
      outcome: "rejected",
      detail: expect.stringMatching(/^given up .* HTTP 503$/),
    });
    expect((await store.facts()).outboxPending).toBe(0);
  });

  it("buries a row that is too old or whose receiver has left", async () => {
    const sender = await start();
    await enqueue(sender, row("old", { giveUpAtMs: madeAtMs }), row("lost", { receiver: "gone" }));
    await until(() => deliveredCount(2));

    expect(told).toEqual(["ops-chat expired", "dead old expired", "gone removed", "dead lost removed"]);
    expect(sent()).toEqual([]);
  });

  it("contains a notifier that throws or never ends", async () => {
    await startChat();
    let calls = 0;
    const request = (): Promise<never> => {
      calls += 1;
      return calls === 1 ? Promise.reject(new TypeError("SECRET")) : new Promise(() => {});
    };
    await store.commit({ ...emptyChange, outbox: [row("a", { receiver: "hook" })] });
    startSender("one", { http: { request } });
    await until(() => deliveredCount(1));
    await clock.advance(2000);
    await until(() => calls === 2);
    await clock.advance(17_000);
    await until(() => deliveredCount(2));

    expect(await outcomes()).toEqual(["a retryable internal", "a retryable timeout"]);
    expect(JSON.stringify(await store.deliveries(9))).not.toContain("SECRET");
  });
});
