import { once } from "node:events";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { notifierKinds } from "../../../src/alerting/notifiers/index.ts";
import type { DeliveryOutcome, NotifyIo } from "../../../src/core/alerting/notifier.ts";
import { UndiciNotifyHttp } from "../../../src/platform/channels/notify-http.ts";
import { identities } from "../../support/samples/certificates.ts";
import { aNotification, madeAtMs } from "../../support/samples/notifications.ts";
import { ChatServer } from "../../support/servers/chat-server.ts";
import { noSmtp } from "../../support/servers/no-smtp.ts";
import { outcomeWords } from "../../support/worlds/notifier-run.ts";

const tencent = { secret_id: "AKID0123456789", secret_key: "K", app_id: "14", template: "12", phone: "13800001234" };
const twilio = { account_sid: `AC${"0".repeat(32)}`, secret: "S", from: "+15017122661", phone: "+15005550006" };
const chats: readonly (readonly [kind: string, optionsAt: (url: string) => unknown])[] = [
  ["dingtalk", (url) => ({ token: "T", secret: "S", base_url: url })],
  ["discord", (url) => ({ url: `${url}/api/webhooks/1/x` })],
  ["feishu", (url) => ({ token: "T", secret: "S", base_url: url })],
  ["slack", (url) => ({ url: `${url}/services/T/B/x` })],
  ["slack_bot", (url) => ({ token: "xoxb-1234-abcd", channel: "C012AB3CD", base_url: url })],
  ["teams", (url) => ({ url: `${url}/workflows/x?sig=y` })],
  ["telegram", (url) => ({ token: "1:T", chat_id: 1, base_url: url })],
  ["tencent_voice", (url) => ({ ...tencent, base_url: url })],
  ["twilio_sms", (url) => ({ ...twilio, base_url: url })],
  ["twilio_voice", (url) => ({ ...twilio, base_url: url })],
  ["wecom", (url) => ({ key: "K", base_url: url })],
];
const io: NotifyIo = { now: () => madeAtMs, http: new UndiciNotifyHttp(), smtp: noSmtp, log: () => {} };
const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

type Chat = Readonly<{ name: string; options: unknown }>;

function send({ name, options }: Chat, signal = new AbortController().signal): Promise<DeliveryOutcome> {
  const kind = notifierKinds.find((each) => each.kind === name);
  if (kind === undefined) throw new Error(`there is no notifier ${name}`);
  return kind.open(options).prepare(aNotification()).send(io, signal);
}

async function chatServer(): Promise<ChatServer> {
  const server = await ChatServer.start("hang");
  cleanups.push(() => server.stop());
  return server;
}

async function expiredServer(): Promise<string> {
  const server = createTlsServer(identities.expired, (_request, response) => response.end("ok"));
  server.on("tlsClientError", () => {});
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  cleanups.push(() => new Promise((resolve) => server.close(resolve)));
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Row 25 of the channels: what can happen to a request whatever the channel; every unit's table has the rest of it. */
describe.each(chats)("contract/notifier %s in trouble", (name, optionsAt) => {
  it("says that a message may have arrived when no answer comes before the deadline", async () => {
    const server = await chatServer();
    const deadline = new AbortController();
    const outcome = send({ name, options: optionsAt(server.url) }, deadline.signal);

    await server.received(1);
    deadline.abort();

    expect(outcomeWords(await outcome)).toBe("retryable timeout maybe");
  });

  it("tries again when nothing listens, knowing that nothing arrived", async () => {
    const server = await ChatServer.start();
    const { url } = server;
    await server.stop();

    expect(outcomeWords(await send({ name, options: optionsAt(url) }))).toBe("retryable refused");
  });

  it("refuses an endpoint whose certificate does not hold", async () => {
    const outcome = await send({ name, options: optionsAt(await expiredServer()) });

    expect(outcomeWords(outcome)).toBe("rejected endpoint tls");
  });
});
