import { describe, expect, it } from "vitest";
import { FakeClock } from "../../../test/support/fakes/fake-clock.ts";
import { ChatServer } from "../../../test/support/servers/chat-server.ts";
import { noSmtp } from "../../../test/support/servers/no-smtp.ts";
import { UndiciNotifyHttp } from "../../platform/channels/notify-http.ts";
import { notifierKinds } from "../notifiers/index.ts";
import { openReceivers } from "./config/receivers.ts";
import { receiversSchema } from "./config/receivers-schema.ts";
import { testReceiver } from "./test-receiver.ts";

describe("alerting/delivery/test-receiver", () => {
  it("tries every integration once and says how each went", async () => {
    const chat = await ChatServer.start(
      { status: 200, body: "ok" },
      { status: 404, body: "no_service" },
      { status: 503 },
      { status: 503 },
      { status: 200 },
    );
    const { host } = new URL(chat.url);
    const to = [
      { kind: "slack", url: `${chat.url}/a` },
      { kind: "slack", url: `${chat.url}/b` },
      { kind: "webhook", url: `${chat.url}/c` },
      { kind: "alertmanager", urls: [`${chat.url}/d`, `${chat.url}/e`] },
      { kind: "log" },
    ];
    const receiver = openReceivers(
      receiversSchema(notifierKinds).parse({ ops: { title: "值班群", to } }),
      notifierKinds,
    ).get("ops");
    const clock = new FakeClock();
    const lines: unknown[] = [];
    const io = {
      now: () => clock.now(),
      http: new UndiciNotifyHttp(),
      smtp: noSmtp,
      log: (...line: unknown[]) => void lines.push(line),
    };
    const context = {
      id: "t-1",
      externalUrl: "",
      timeZone: "UTC",
      env: "production",
      locale: "zh",
      clock,
      io,
    } as const;

    const outcomes = receiver === undefined ? [] : await testReceiver(receiver, context);
    await chat.stop();

    expect(outcomes.map(({ line }) => line.replace(/#\w+/, ""))).toEqual([
      `slack ${host}: delivered`,
      `slack ${host}: rejected (endpoint_gone): HTTP 404 no_service`,
      `webhook ${host}: not delivered (server_error): HTTP 503`,
      `alertmanager ${host}: delivered: ${host}: HTTP 503`,
      "log log: delivered",
    ]);
    expect(outcomes.map(({ delivered }) => delivered)).toEqual([true, false, false, true, true]);
    expect(chat.requests.map(({ body }) => body.includes("测试") || body.includes("WatchfireTest"))).toEqual([
      true,
      true,
      true,
      true,
      true,
    ]);
    expect(lines).toMatchObject([
      ["warn", "alertmanager_delivery_incomplete", expect.anything()],
      ["info", "notification", expect.anything()],
    ]);
  });

  it("reaches a person at the person's own address, which a receiver without one has not", async () => {
    const chat = await ChatServer.start({ status: 201, body: '{"sid":"CA00000000000000000000000000000001"}' });
    const account = { account_sid: `AC${"0".repeat(32)}`, secret: "s", from: "+15017122661" };
    const to = [{ kind: "twilio_voice", ...account, base_url: chat.url }];
    const receiver = openReceivers(receiversSchema(notifierKinds).parse({ voice: { to } }), notifierKinds).get("voice");
    const clock = new FakeClock();
    const io = { now: () => clock.now(), http: new UndiciNotifyHttp(), smtp: noSmtp, log: () => undefined };
    const context = {
      id: "t-1",
      externalUrl: "",
      timeZone: "UTC",
      env: "production",
      locale: "en",
      clock,
      io,
    } as const;
    const contact = { title: "Ann", addresses: { phone: "+8613800138000" } };

    const outcomes = receiver === undefined ? [] : await testReceiver(receiver, { ...context, contact });
    const nobody = receiver === undefined ? [] : await testReceiver(receiver, context);
    await chat.stop();

    expect([...outcomes, ...nobody].map(({ delivered }) => delivered)).toEqual([true, false]);
    expect([...outcomes, ...nobody].map(({ needsPerson }) => needsPerson)).toEqual([false, true]);
    expect(chat.requests.map(({ body }) => new URLSearchParams(body).get("To"))).toEqual(["+8613800138000"]);
  });

  it("waits for what becomes of a call, and says so", async () => {
    const said = (status: string) => ({ status: 200, body: JSON.stringify({ sid: "CA1", status }) });
    const taken = { status: 201, body: '{"sid":"CA00000000000000000000000000000001","status":"queued"}' };
    const chat = await ChatServer.start(taken, said("ringing"), said("no-answer"), taken, said("completed"));
    const account = { account_sid: `AC${"0".repeat(32)}`, secret: "s", from: "+15017122661", phone: "+8613800138000" };
    const to = [{ kind: "twilio_voice", ...account, base_url: chat.url }];
    const receiver = openReceivers(receiversSchema(notifierKinds).parse({ voice: { to } }), notifierKinds).get("voice");
    const fake = new FakeClock();
    const clock = {
      now: () => fake.now(),
      monotonicMs: () => fake.monotonicMs(),
      setTimer: fake.setTimer.bind(fake),
      sleep: () => Promise.resolve(),
    };
    const io = { now: () => clock.now(), http: new UndiciNotifyHttp(), smtp: noSmtp, log: () => undefined };
    const own = {
      id: "t-1",
      externalUrl: "",
      timeZone: "UTC",
      env: "production",
      locale: "en",
      patienceMs: 60_000,
    } as const;
    const lines: string[] = [];
    for (const each of receiver === undefined ? [] : [receiver, receiver])
      for (const { line } of await testReceiver(each, { ...own, clock, io })) lines.push(line.replace(/^\S+ \S+ /, ""));
    await chat.stop();

    expect(lines).toEqual(["rejected (no_answer): no-answer", "delivered: to +86138****8000; completed"]);
  });
});
