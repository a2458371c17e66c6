import { describe, expect, it } from "vitest";
import { aNotification, anAlert, anOutboxRow, madeAtMs } from "../../../test/support/samples/notifications.ts";
import { ChatServer } from "../../../test/support/servers/chat-server.ts";
import { directoryTo } from "../../../test/support/worlds/directories.ts";
import {
  chat,
  clock,
  deliveredCount,
  enqueue,
  outcomes,
  quiet,
  receiversAt,
  row,
  seconds,
  sent,
  start,
  startChat,
  startSender,
  store,
  titleOf,
  told,
  until,
  useSenders,
} from "../../../test/support/worlds/sender-world.ts";
import type { Alert } from "../../core/alerting/alert.ts";
import type { OutboxRow } from "../../core/alerting/outbox.ts";
import { AppError } from "../../core/errors.ts";
import { emptyChange } from "../../core/store.ts";

useSenders();

describe("alerting/delivery/sender", () => {
  it("delivers a committed row at once when it is woken", async () => {
    const sender = await start();

    await enqueue(sender, row("a"));
    await until(() => deliveredCount(1));

    expect(sent()).toEqual(["/ops Critical: a – connection refused"]);
    expect(await outcomes()).toEqual(["a delivered"]);
    expect(told).toEqual(["slack delivered"]);
  });

  it("goes on with what waits behind a message in the moment in which that has ended", async () => {
    const sender = await start();
    const toHook = (id: string) => row(id, { receiver: "hook" }, "one incident");

    await enqueue(sender, toHook("a"), toHook("b"), toHook("c"));

    // The clock stands still: nothing comes of a timer.
    await until(() => deliveredCount(3));
  });

  it("tells an end no more once it has told that the alert fires again", async () => {
    const sender = await start({ status: 200, body: "ok" }, { status: 503, body: "busy" }, { status: 200, body: "ok" });
    const about = (id: string, alert: Partial<Alert>): OutboxRow => {
      const intent = alert.status === "resolved" ? "resolved" : "firing";
      const notification = aNotification({ id, incident: `of ${id}`, intent, alerts: [anAlert(alert)] });
      return anOutboxRow(id, { endpoint: "", notification });
    };
    await enqueue(sender, about("begin", { startsAtMs: madeAtMs }));
    await until(() => deliveredCount(1));
    const over = { status: "resolved", startsAtMs: madeAtMs, endsAtMs: madeAtMs + 1 } as const;
    await enqueue(sender, about("end", over), about("again", { startsAtMs: madeAtMs + 2 }));
    await seconds(30);

    expect(await outcomes()).toEqual([
      "begin delivered",
      "end retryable server_error",
      "again delivered",
      "end dropped past",
    ]);
  });

  it("finds what is committed in the moment in which it has just looked", async () => {
    const sender = await start();
    for (let ticks = 0; ticks < 20; ticks += 1) {
      sender.wake();
      for (let tick = 0; tick < ticks; tick += 1) await Promise.resolve();
      await enqueue(sender, row(`after ${ticks}`, { receiver: "hook" }));
      await until(() => deliveredCount(ticks + 1));
    }
  });

  it("finds a row that nobody told it of within a second", async () => {
    await start();
    await store.commit({ ...emptyChange, outbox: [row("a")] });

    await clock.advance(1000);

    await until(() => deliveredCount(1));
  });

  it("sends nothing before the three seconds of a Retry-After are over, then in order (channels row 3, F95)", async () => {
    const body = '{"retry_after":3,"ok":false,"error":"rate_limited"}';
    const sender = await start({ status: 429, headers: { "Retry-After": "3" }, body }, { status: 200, body: "ok" });
    await enqueue(sender, row("a", {}, "i"), row("b", {}, "i"));
    await until(() => deliveredCount(1));

    await clock.advance(2999);
    expect(sent()).toHaveLength(1);
    for (const count of [2, 3]) {
      await clock.advance(1000);
      await until(() => deliveredCount(count));
    }

    expect(sent().map((line) => line.slice(5, 16))).toEqual(["Critical: a", "Critical: a", "Critical: b"]);
    expect((await outcomes()).slice(0, 2)).toEqual(["a retryable rate_limited", "a delivered"]);
  });

  it("sends critical before what else waits for the same endpoint, and keeps to its rate", async () => {
    const sender = await start();
    const mild = (id: string): OutboxRow => {
      const alerts = [anAlert({ labels: { ...anAlert().labels, severity: "warning" }, annotations: { title: id } })];
      return anOutboxRow(id, { notification: aNotification({ id, incident: id, alerts }) });
    };
    await enqueue(sender, mild("a"), mild("b"), mild("c"));
    await until(() => deliveredCount(1));
    await enqueue(sender, row("urgent"));
    await clock.advance(999);
    expect(sent()).toHaveLength(1);

    for (const count of [2, 3, 4]) {
      await clock.advance(1000);
      await until(() => deliveredCount(count));
    }

    expect(sent().map((line) => line.split(/[: ]+/)[2])).toEqual(["a", "urgent", "b", "c"]);
  });

  it("lets one dead endpoint hold up nothing else (F96)", async () => {
    const sender = await start("hang", { status: 200, body: "ok" });
    await enqueue(sender, row("a"), row("b", { receiver: "dev" }));

    await until(() => deliveredCount(1));

    expect(await outcomes()).toEqual(["b delivered"]);
  });

  it("ends an attempt at fifteen seconds and says in the next one that it may be a duplicate (row 25, F96)", async () => {
    const sender = await start("hang", { status: 200, body: "ok" });
    await enqueue(sender, row("a"));
    await chat.received(1);

    await clock.advance(15_000);
    await until(() => deliveredCount(1));
    await clock.advance(1000);
    await until(() => deliveredCount(2));

    expect(await outcomes()).toEqual(["a retryable timeout", "a delivered"]);
    expect(chat.requests[0]?.body).not.toContain("Possible duplicate");
    expect(chat.requests[1]?.body).toContain("Possible duplicate");
  });

  it("says that a row is a possible duplicate when an earlier process died over it, with the same key (F102)", async () => {
    await startChat();
    await store.commit({ ...emptyChange, outbox: [row("a"), row("b", { receiver: "hook" })] });
    await store.leaseOutbox("crashed", 9, clock.now(), 60_000);
    startSender("two");

    await clock.advance(61_000);
    await until(() => deliveredCount(2));

    const byPath = new Map(chat.requests.map((request) => [request.path, request]));
    expect(byPath.get("/ops")?.body).toContain("Possible duplicate");
    expect(byPath.get("/hook")?.headers["idempotency-key"]).toBe("b");
  });

  it("tells an outage and its end as one late message when the channel was away meanwhile (F98)", async () => {
    const sender = await start({ status: 503 });
    const over = anAlert({ status: "resolved", endsAtMs: madeAtMs + 60_000 });
    const end = anOutboxRow("end", {
      endpoint: "",
      notification: aNotification({ id: "end", incident: "i", intent: "resolved", alerts: [over] }),
    });
    await enqueue(sender, row("begin", {}, "i"), end);
    for (let second = 0; second < 120; second += 1) {
      await clock.advance(1000);
      await quiet();
    }
    const failures = chat.requests.length;
    chat.answerWith({ status: 200, body: "ok" });
    for (let second = 0; second < 130; second += 1) {
      await clock.advance(1000);
      await quiet();
    }

    expect((await outcomes()).slice(-3)).toEqual(["begin digested", "end digested", "id-1 delivered"]);
    expect(titleOf(chat.requests.at(-1)?.body ?? "{}")).toMatch(/^Resolved: .* \(after 6 min\)$/);
    expect(chat.requests.at(-1)?.body).toMatch(/Delivered \d+ min( \d+ s)? late/);
    expect(failures).toBeGreaterThan(3);
  });

  it("records an attempt as soon as the store works again, without sending twice", async () => {
    const sender = await start();
    await enqueue(sender, row("a"));
    await chat.received(1);
    store.failure = new AppError("ERR_STORAGE_LOCKED", "locked");
    await until(() => told.includes("slack delivered"));
    await clock.advance(5000);
    expect(sender.progressAtMs).toBe(madeAtMs);
    store.failure = undefined;
    await clock.advance(1000);
    await until(() => deliveredCount(1));

    expect(sent()).toHaveLength(1);
    expect(await outcomes()).toEqual(["a delivered"]);
  });

  it("puts back what an endpoint cannot take soon, and delivers all of a storm in the end (F100)", async () => {
    const sender = await start();
    const storm = Array.from({ length: 100 }, (_, index) => row(`s${index}`));
    await enqueue(sender, ...storm, row("other", { receiver: "dev" }));
    await until(() => chat.requests.some(({ path }) => path === "/dev"));
    for (let second = 0; second < 200 && (await store.facts()).outboxPending > 0; second += 1) {
      await clock.advance(1000);
      await quiet();
    }

    expect(new Set(sent()).size).toBe(101);
    expect(chat.requests).toHaveLength(101);
  });

  it("shows no progress after ten minutes in which nothing could be delivered", async () => {
    const sender = await start({ status: 503 });
    await enqueue(sender, row("a"));
    await until(() => deliveredCount(1));
    for (let minute = 0; minute < 15; minute += 1) {
      await clock.advance(60_000);
      await quiet();
    }

    expect(sender.progressAtMs).toBe(madeAtMs + 600_000);
  });

  it("finishes what is under way when it stops, and puts back the rest", async () => {
    const sender = await start("hang");
    await enqueue(sender, row("a"), row("b"));
    await chat.received(1);

    const stopped = sender.stop();
    await clock.advance(10_000);
    await clock.advance(1000);
    await stopped;
    await until(() => deliveredCount(2));

    expect(await outcomes()).toEqual(["b retryable shutdown", "a retryable timeout"]);
    expect(await store.leaseOutbox("next", 9, clock.now(), 60_000)).toMatchObject([
      { id: "a", startedBefore: true },
      { id: "b", startedBefore: false },
    ]);
  });

  it("follows a reload: the same endpoint, else the same place", async () => {
    const sender = await start();
    const moved = await ChatServer.start();
    sender.setDirectory(directoryTo(receiversAt(moved.url)));
    await enqueue(sender, row("a"));
    await until(() => deliveredCount(1));
    await moved.stop();

    expect([chat.requests.length, moved.requests.length]).toEqual([0, 1]);
  });
});
