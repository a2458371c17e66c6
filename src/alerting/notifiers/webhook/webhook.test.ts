import { createHmac } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import { aNotification, anAlert, madeAtMs } from "../../../../test/support/samples/notifications.ts";
import { ChatServer, type ReceivedRequest, type ScriptedAnswer } from "../../../../test/support/servers/chat-server.ts";
import { noSmtp } from "../../../../test/support/servers/no-smtp.ts";
import type { Notification } from "../../../core/alerting/notification.ts";
import type { DeliveryOutcome } from "../../../core/alerting/notifier.ts";
import { UndiciNotifyHttp } from "../../../platform/channels/notify-http.ts";
import { messageBodyOf } from "./message-body.ts";
import { payloadOf } from "./payload.ts";
import { webhook } from "./webhook.ts";

const http = new UndiciNotifyHttp();
const servers: ChatServer[] = [];
const never = new AbortController().signal;

afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

type Delivered = Readonly<{ outcome: DeliveryOutcome; request: ReceivedRequest | undefined }>;

async function deliver(
  answer: ScriptedAnswer,
  options = {},
  overrides: Partial<Notification> = {},
): Promise<Delivered> {
  const server = await ChatServer.start(answer);
  servers.push(server);
  const notifier = webhook.open({ url: `${server.url}/hook?key=1`, ...options });
  const outcome = await notifier
    .prepare(aNotification(overrides))
    .send({ now: () => madeAtMs, http, smtp: noSmtp, log: () => {} }, never);
  return { outcome, request: server.requests[0] };
}

const second = anAlert({
  fingerprint: "2",
  labels: { ...anAlert().labels, check: "pay" },
  status: "resolved",
  startsAtMs: madeAtMs - 1499,
  endsAtMs: madeAtMs - 880,
});

describe("alerting/notifiers/webhook", () => {
  it.each<[name: string, overrides: Partial<Notification>, maxAlerts: number]>([
    ["firing", { receiver: "hook.a+b" }, 0],
    ["mixed", { alerts: [anAlert(), second], intent: "update", because: "group_interval elapsed with new alerts" }, 0],
    ["truncated", { alerts: [anAlert(), second], truncatedAlerts: 7 }, 1],
    ["resolved", { alerts: [second], intent: "resolved" }, 0],
    ["empty", { alerts: [], intent: "test" }, 0],
  ])("renders the payload %s", async (name, overrides, maxAlerts) => {
    const payload = payloadOf(aNotification(overrides), maxAlerts);

    await expect(`${JSON.stringify(payload, undefined, 2)}\n`).toMatchFileSnapshot(`golden/${name}.json`);
  });

  it.each<[name: string, overrides: Partial<Notification>]>([
    ["message-firing", { isDrill: true }],
    ["message-taken-zh", { locale: "zh", intent: "update", story: { news: { kind: "taken", who: "值班甲" } } }],
  ])("renders the body %s", async (name, overrides) => {
    const body = messageBodyOf(aNotification(overrides), 0);

    await expect(`${JSON.stringify(body, undefined, 2)}\n`).toMatchFileSnapshot(`golden/${name}.json`);
  });

  it("posts the message as people read it where that is asked for, shortened to few alerts", async () => {
    const alerts = Array.from({ length: 9 }, (_, index) => anAlert({ fingerprint: String(index) }));
    const { outcome, request } = await deliver({ status: 200 }, { body: "message" }, { alerts, shorten: true });

    expect(outcome.kind).toBe("delivered");
    expect(JSON.parse(request?.body ?? "")).toMatchObject({
      version: "1",
      title: expect.stringMatching(/^Critical: Checkout/),
      alerts: { length: 5 },
      truncatedAlerts: 4,
    });
  });

  it("signs the timestamp and the body, and names the delivery", async () => {
    const { outcome, request } = await deliver({ status: 202 }, { secret: "s3cret" });
    const signed = createHmac("sha256", "s3cret")
      .update(`${madeAtMs / 1000}.${request?.body}`)
      .digest("hex");

    expect(outcome).toEqual({ kind: "delivered", final: true });
    expect(request).toMatchObject({
      method: "POST",
      path: "/hook?key=1",
      headers: {
        "content-type": "application/json",
        "idempotency-key": "n-1",
        "x-watchfire-delivery": "n-1",
        "x-watchfire-timestamp": String(madeAtMs / 1000),
        "x-watchfire-signature": `sha256=${signed}`,
      },
    });
  });

  it.each([
    [{ kind: "bearer", token: "t0ken" }, "Bearer t0ken"],
    [{ kind: "basic", username: "wf", password: "pä:ss" }, `Basic ${Buffer.from("wf:pä:ss").toString("base64")}`],
  ])("authenticates with %j", async (auth, expected) => {
    const { request } = await deliver({ status: 200 }, { auth, headers: { "X-Team": "ops" } });

    expect(request?.headers).toMatchObject({ authorization: expected, "x-team": "ops" });
    expect(request?.headers).not.toHaveProperty("x-watchfire-signature");
  });

  it.each<[answer: ScriptedAnswer, expected: Partial<DeliveryOutcome>]>([
    [{ status: 204 }, { kind: "delivered" }],
    [{ status: 408 }, { kind: "retryable", reason: "timeout" }],
    [
      { status: 429, headers: { "Retry-After": "2" } },
      { kind: "retryable", reason: "rate_limited", afterMs: 2000 },
    ],
    [{ status: 500 }, { kind: "retryable", reason: "server_error", maybeDelivered: false }],
    [{ status: 504 }, { kind: "retryable", reason: "server_error", maybeDelivered: true }],
    ["reset", { kind: "retryable", reason: "reset", maybeDelivered: true }],
    [{ status: 410 }, { kind: "rejected", scope: "endpoint", reason: "endpoint_gone" }],
    [{ status: 307 }, { kind: "rejected", scope: "endpoint", reason: "redirect" }],
    [{ status: 401 }, { kind: "rejected", scope: "endpoint", reason: "unauthorized" }],
    [{ status: 404 }, { kind: "rejected", scope: "message", reason: "bad_message" }],
    [{ status: 422 }, { kind: "rejected", scope: "message", reason: "bad_message" }],
    [{ status: 413 }, { kind: "retryable", next: "shorten" }],
  ])("classifies %j as %j", async (answer, expected) => {
    expect((await deliver(answer)).outcome).toMatchObject(expected);
  });

  it("sends fewer alerts after 413, and gives up when that is too much as well", async () => {
    const alerts = Array.from({ length: 9 }, (_, index) => anAlert({ fingerprint: String(index) }));
    const { outcome, request } = await deliver({ status: 413 }, {}, { alerts, shorten: true });

    expect(outcome).toMatchObject({ kind: "rejected", reason: "too_large" });
    expect(JSON.parse(request?.body ?? "")).toMatchObject({ alerts: { length: 5 }, truncatedAlerts: 4 });
  });
});
