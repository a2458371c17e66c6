import { createHash } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import { aNotification, anAlert, madeAtMs } from "../../../../test/support/samples/notifications.ts";
import { ChatServer, type ReceivedRequest, type ScriptedAnswer } from "../../../../test/support/servers/chat-server.ts";
import { noSmtp } from "../../../../test/support/servers/no-smtp.ts";
import type { Notification } from "../../../core/alerting/notification.ts";
import type { DeliveryOutcome } from "../../../core/alerting/notifier.ts";
import { UndiciNotifyHttp } from "../../../platform/channels/notify-http.ts";
import { classifyPagerduty } from "./classify.ts";
import { pagerduty } from "./pagerduty.ts";
import { renderPagerduty } from "./render.ts";

const http = new UndiciNotifyHttp();
const servers: ChatServer[] = [];
const never = new AbortController().signal;
const routingKey = "0123456789abcdef0123456789abcdef";
const accepted = { status: 202, body: '{"status":"success","message":"Event processed","dedup_key":"x"}' } as const;

afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

type Sent = Readonly<{ outcome: DeliveryOutcome; request: ReceivedRequest | undefined }>;

async function send(answer: ScriptedAnswer, overrides: Partial<Notification> = {}): Promise<Sent> {
  const server = await ChatServer.start(answer);
  servers.push(server);
  const notifier = pagerduty.open({ routing_key: routingKey, base_url: server.url });
  const io = { now: () => madeAtMs, http, smtp: noSmtp, log: () => {} };
  const outcome = await notifier.prepare(aNotification(overrides)).send(io, never);
  return { outcome, request: server.requests[0] };
}

const titled = (title: string) => ({
  title,
  reason: "status",
  detail: "HTTP 502, expected 200-299",
  runbook: "https://wiki.example/shop",
});
const resolved = anAlert({ fingerprint: "2", status: "resolved", endsAtMs: madeAtMs });
const warning = anAlert({ labels: { alertname: "disk-full", severity: "warning", service: "shop" }, annotations: {} });

describe("alerting/notifiers/pagerduty", () => {
  it.each<[name: string, overrides: Partial<Notification>]>([
    ["firing-en", {}],
    ["firing-zh", { locale: "zh", alerts: [anAlert({ annotations: titled("商城结算") })] }],
    ["mixed-en", { alerts: [warning, resolved], truncatedAlerts: 343, intent: "update" }],
    ["resolved-en", { intent: "resolved", alerts: [resolved] }],
    ["duplicate-late-staging-en", { env: "staging", possibleDuplicate: true, lateMs: 22 * 60_000 }],
    ["short-en", { shorten: true }],
    ["test-zh", { intent: "test", locale: "zh" }],
    ["empty-en", { intent: "digest", alerts: [], because: "12 messages", externalUrl: "none" }],
  ])("renders %s", async (name, overrides) => {
    const { event } = renderPagerduty(aNotification(overrides));

    await expect(`${JSON.stringify(event, undefined, 2)}\n`).toMatchFileSnapshot(`golden/${name}.json`);
  });

  it.each([
    ["taken", "acknowledge"],
    ["snoozed", "acknowledge"],
    ["released", "trigger"],
    ["escalated", "trigger"],
  ] as const)("makes of an incident that is %s here an event that says %s there", (kind, action) => {
    const { event } = renderPagerduty(aNotification({ intent: "update", story: { news: { kind, who: "Ann" } } }));

    expect(event).toMatchObject({ event_action: action, dedup_key: renderPagerduty(aNotification()).event.dedup_key });
  });

  it("triggers and resolves one incident per group", () => {
    const first = renderPagerduty(aNotification()).event;
    const repeated = renderPagerduty(aNotification({ id: "n-2", possibleDuplicate: true })).event;
    const end = renderPagerduty(aNotification({ intent: "resolved", alerts: [resolved] })).event;
    const other = renderPagerduty(aNotification({ groupKey: '{}:{service="pay"}' })).event;

    expect(first.dedup_key).toBe(createHash("sha256").update('{}:{service="shop"}').digest("hex"));
    expect(repeated.dedup_key).toBe(first.dedup_key);
    expect(end).toEqual({ event_action: "resolve", dedup_key: first.dedup_key });
    expect(other.dedup_key).not.toBe(first.dedup_key);
  });

  it("keeps an incident open while one alert of its group fires", () => {
    expect(renderPagerduty(aNotification({ alerts: [resolved, anAlert()] })).event.event_action).toBe("trigger");
    expect(renderPagerduty(aNotification({ alerts: [resolved], intent: "update" })).event.event_action).toBe("resolve");
  });

  it("keeps to PagerDuty's limits, and says how many alerts it left out", () => {
    const flood = "汉".repeat(30_000);
    const alerts = Array.from({ length: 50 }, (_, index) =>
      anAlert({
        fingerprint: String(index),
        labels: { ...anAlert().labels, instance: flood },
        annotations: { title: flood, summary: flood, detail: flood },
      }),
    );
    const { event } = renderPagerduty(aNotification({ alerts, truncatedAlerts: 3 }));
    const payload = event.event_action === "trigger" ? event.payload : undefined;

    expect(Buffer.byteLength(JSON.stringify(event))).toBeLessThan(512_000);
    expect(payload?.summary.length).toBeLessThanOrEqual(1024);
    expect(payload?.source.length).toBeLessThanOrEqual(200);
    expect(payload?.custom_details).toMatchObject({ firing: 50, not_shown: 52, alerts: { length: 1 } });
  });

  it("posts the event with its key to the API's path", async () => {
    const { outcome, request } = await send(accepted);
    const body: unknown = JSON.parse(request?.body ?? "");

    expect(outcome).toMatchObject({
      kind: "delivered",
      final: false,
      externalId: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(request).toMatchObject({ method: "POST", path: "/v2/enqueue" });
    expect(body).toMatchObject({ routing_key: routingKey, event_action: "trigger", payload: { severity: "critical" } });
  });

  it.each<[answer: ScriptedAnswer, expected: Partial<DeliveryOutcome>]>([
    [accepted, { kind: "delivered", final: false }],
    [
      { status: 400, body: '{"status":"invalid event","errors":["Length of \'summary\'"]}' },
      { kind: "rejected", scope: "message", reason: "bad_message" },
    ],
    [
      { status: 400, body: '{"status":"invalid event","errors":["\'routing_key\' is invalid"]}' },
      { kind: "rejected", scope: "endpoint", reason: "unauthorized" },
    ],
    [
      { status: 400, body: '{"errors":' },
      { kind: "rejected", scope: "message" },
    ],
    [{ status: 403 }, { kind: "rejected", scope: "endpoint", reason: "unauthorized" }],
    [{ status: 404 }, { kind: "rejected", scope: "endpoint", reason: "endpoint_gone" }],
    [{ status: 301 }, { kind: "rejected", scope: "endpoint", reason: "redirect" }],
    [{ status: 413 }, { kind: "retryable", next: "shorten" }],
    [
      { status: 429, headers: { "Retry-After": "30" } },
      { kind: "retryable", reason: "rate_limited", afterMs: 30_000 },
    ],
    [{ status: 500 }, { kind: "retryable", reason: "server_error" }],
    [
      { status: 200, body: "<html>Sign in</html>" },
      { kind: "retryable", reason: "unexpected_answer" },
    ],
    ["reset", { kind: "retryable", reason: "reset", maybeDelivered: true }],
  ])("judges %j as %j (rows 21 and 25)", async (answer, expected) => {
    expect((await send(answer)).outcome).toMatchObject(expected);
  });

  it("judges every status: only 202 is a delivery, 4xx is final but for 408, 413, 425 and 429", () => {
    const message = renderPagerduty(aNotification());
    for (let status = 100; status < 600; status += 1) {
      const answer = { ok: true, status, headers: {}, body: "" } as const;
      const { kind } = classifyPagerduty(answer, message, madeAtMs);
      const again = status < 300 || status >= 500 || [408, 413, 425, 429].includes(status);

      expect(kind, String(status)).toBe(status === 202 ? "delivered" : again ? "retryable" : "rejected");
    }
  });

  it("gives up when the short form is too large as well", async () => {
    expect((await send({ status: 413 }, { shorten: true })).outcome).toMatchObject({
      kind: "rejected",
      reason: "too_large",
    });
  });

  it.each<[options: object, message: RegExp]>([
    [{ routing_key: "R02ABC" }, /32 characters/],
    [{ routing_key: routingKey, base_url: "events.pagerduty.com" }, /no base address/],
  ])("refuses %j", (options, message) => {
    expect(() => pagerduty.open(options)).toThrow(message);
  });

  it("shows only a hash of the key, and takes two keys for two endpoints", () => {
    const endpoints = [routingKey, routingKey.toUpperCase()].map(
      (key) => pagerduty.open({ routing_key: key }).endpoint,
    );

    expect(endpoints[0]).toMatch(/^events\.pagerduty\.com#[0-9a-f]{12}$/);
    expect(endpoints[0]).not.toBe(endpoints[1]);
  });
});
