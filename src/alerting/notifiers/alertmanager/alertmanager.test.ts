import { afterEach, describe, expect, it } from "vitest";
import { aNotification, anAlert, madeAtMs } from "../../../../test/support/samples/notifications.ts";
import { ChatServer, type ReceivedRequest, type ScriptedAnswer } from "../../../../test/support/servers/chat-server.ts";
import { noSmtp } from "../../../../test/support/servers/no-smtp.ts";
import type { Notification } from "../../../core/alerting/notification.ts";
import type { DeliveryOutcome } from "../../../core/alerting/notifier.ts";
import { UndiciNotifyHttp } from "../../../platform/channels/notify-http.ts";
import { alertmanager } from "./alertmanager.ts";
import { classifyAlertmanager } from "./classify.ts";
import { renderAlertmanager } from "./render.ts";

const http = new UndiciNotifyHttp();
const servers: ChatServer[] = [];
const never = new AbortController().signal;
const hourMs = 3_600_000;
const render = (overrides: Partial<Notification> = {}) =>
  renderAlertmanager(aNotification(overrides), { expires_after: hourMs });

afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

type Pushed = Readonly<{ outcome: DeliveryOutcome; requests: readonly ReceivedRequest[]; logged: readonly unknown[] }>;

async function push(
  answers: readonly ScriptedAnswer[],
  options: object = {},
  overrides: Partial<Notification> = {},
): Promise<Pushed> {
  const peers = await Promise.all(answers.map((answer) => ChatServer.start(answer)));
  servers.push(...peers);
  const logged: unknown[] = [];
  const notifier = alertmanager.open({ urls: peers.map(({ url }) => `${url}/am/`), ...options });
  const io = { now: () => madeAtMs, http, smtp: noSmtp, log: (...line: unknown[]) => void logged.push(line) };
  const outcome = await notifier.prepare(aNotification(overrides)).send(io, never);
  return { outcome, requests: peers.flatMap(({ requests }) => requests), logged };
}

const resolved = anAlert({
  fingerprint: "2",
  labels: { ...anAlert().labels, check: "pay" },
  status: "resolved",
  startsAtMs: madeAtMs - 1499,
  endsAtMs: madeAtMs - 880,
});
const many = Array.from({ length: 3 }, (_, index) => anAlert({ fingerprint: String(index) }));

describe("alerting/notifiers/alertmanager", () => {
  it.each<[name: string, overrides: Partial<Notification>]>([
    ["firing", {}],
    ["mixed-late", { alerts: [anAlert(), resolved], lateMs: 600_000, truncatedAlerts: 7 }],
    [
      "foreign-annotations-zh",
      {
        locale: "zh",
        alerts: [
          anAlert({
            annotations: {
              title: "商城结算",
              detail: "",
              link_日志: "https://kibana.example/",
              link_board: "https://g.example/",
              broken: "a\ud800",
            },
          }),
        ],
      },
    ],
    ["short", { shorten: true, alerts: [anAlert({ annotations: { title: "x".repeat(999), runbook: "y" } })] }],
    ["test", { intent: "test" }],
  ])("renders %s", async (name, overrides) => {
    await expect(`${JSON.stringify(render(overrides), undefined, 2)}\n`).toMatchFileSnapshot(`golden/${name}.json`);
  });

  it("ends no alert before it began, and keeps a firing one alive from when it is sent", () => {
    const early = anAlert({ status: "resolved", startsAtMs: madeAtMs, endsAtMs: madeAtMs - 1 });
    const [ended] = render({ alerts: [early] }).alerts;
    const [late] = render({ lateMs: 2 * hourMs }).alerts;

    expect(ended?.endsAt).toBe(ended?.startsAt);
    expect(late?.endsAt).toBe(new Date(madeAtMs + 3 * hourMs).toISOString());
  });

  it("sends no address that is none, for which the whole batch would be refused", () => {
    expect(render({ externalUrl: "not a url" }).alerts[0]?.generatorURL).toBe("");
  });

  it("tells every member of the cluster the same, with its credentials", async () => {
    const auth = { kind: "basic", username: "wf", password: "pä:ss" };
    const { outcome, requests } = await push([{ status: 200 }, { status: 200 }], { auth });

    expect(outcome).toEqual({ kind: "delivered", final: true });
    expect(requests).toHaveLength(2);
    for (const request of requests) {
      expect(request).toMatchObject({
        method: "POST",
        path: "/am/api/v2/alerts",
        headers: { authorization: `Basic ${Buffer.from("wf:pä:ss").toString("base64")}` },
      });
      expect(request.headers["content-type"]).toMatch(/^application\/json(;\s*charset=utf-8)?$/);
      expect(JSON.parse(request.body)).toMatchObject([{ labels: { alertname: "CheckDown" } }]);
    }
  });

  it.each<[answer: ScriptedAnswer, expected: Partial<DeliveryOutcome>]>([
    [{ status: 200 }, { kind: "delivered" }],
    [
      { status: 400, body: '"invalid label set"\n' },
      { kind: "delivered", detail: expect.stringContaining("1 of 3 alerts refused") as unknown as string },
    ],
    [
      { status: 400, body: JSON.stringify("a\nb\nc") },
      { kind: "rejected", scope: "message", reason: "bad_message" },
    ],
    [
      { status: 400, body: '{"code":400,"message":"parsing"}' },
      { kind: "rejected", scope: "message" },
    ],
    [
      { status: 422, body: '{"code":602,"message":"x"}' },
      { kind: "rejected", scope: "message" },
    ],
    [{ status: 415 }, { kind: "rejected", scope: "message" }],
    [{ status: 404 }, { kind: "rejected", scope: "endpoint", reason: "endpoint_gone" }],
    [{ status: 410 }, { kind: "rejected", scope: "endpoint", reason: "endpoint_gone" }],
    [{ status: 401 }, { kind: "rejected", scope: "endpoint", reason: "unauthorized" }],
    [{ status: 302 }, { kind: "rejected", scope: "endpoint", reason: "redirect" }],
    [{ status: 413 }, { kind: "retryable", next: "shorten" }],
    [
      { status: 429, headers: { "Retry-After": "2" } },
      { kind: "retryable", reason: "rate_limited", afterMs: 2000 },
    ],
    [{ status: 500 }, { kind: "retryable", reason: "server_error" }],
    [{ status: 503 }, { kind: "retryable", reason: "server_error" }],
    ["reset", { kind: "retryable", reason: "reset", maybeDelivered: true }],
    [
      { raw: "HTTP/1.1 200 X\r\ncontent-length: 9\r\n\r\ntrunc", end: true },
      { kind: "retryable", reason: "reset" },
    ],
  ])("judges %j as %j (row 25)", async (answer, expected) => {
    expect((await push([answer], {}, { alerts: many })).outcome).toMatchObject(expected);
  });

  it("judges every status: only 2xx and named bad alerts are deliveries, 4xx is final but for 408, 413, 425 and 429", () => {
    const message = render({ alerts: many });
    for (let status = 100; status < 600; status += 1) {
      const answer = { ok: true, status, headers: {}, body: "" } as const;
      const { kind } = classifyAlertmanager(answer, message, madeAtMs);
      const again = status < 200 || status >= 500 || [408, 413, 425, 429].includes(status);

      expect(kind, String(status)).toBe(status >= 200 && status < 300 ? "delivered" : again ? "retryable" : "rejected");
    }
  });

  it("gives up when the short form is too large as well", async () => {
    expect((await push([{ status: 413 }], {}, { shorten: true })).outcome).toMatchObject({
      kind: "rejected",
      reason: "too_large",
    });
  });

  it("counts as delivered where one member took the alerts, and names the other", async () => {
    const { outcome, logged } = await push([{ status: 503 }, { status: 200 }]);

    expect(outcome).toMatchObject({ kind: "delivered", detail: expect.stringMatching(/^127\.0\.0\.1:\d+: HTTP 503$/) });
    expect(logged).toMatchObject([["warn", "alertmanager_delivery_incomplete", { endpoint: expect.any(String) }]]);
  });

  it.each<[answers: readonly ScriptedAnswer[], expected: Partial<DeliveryOutcome>]>([
    [[{ status: 401 }, { status: 503 }], { kind: "retryable", reason: "server_error", maybeDelivered: false }],
    [[{ status: 503 }, "reset"], { kind: "retryable", maybeDelivered: true }],
    [[{ status: 401 }, { status: 404 }], { kind: "rejected", reason: "unauthorized" }],
  ])("tries again where no member took them and one may: %j", async (answers, expected) => {
    expect((await push(answers)).outcome).toMatchObject(expected);
  });

  it("says how many alerts one notification could not hold", async () => {
    const { outcome } = await push([{ status: 200 }], {}, { truncatedAlerts: 7 });

    expect(outcome).toMatchObject({ kind: "delivered", detail: expect.stringContaining("7 alerts") });
  });

  it.each<[options: object, message: RegExp]>([
    [{ urls: [] }, /each Alertmanager/],
    [{ urls: ["alertmanager:9093"] }, /no base address/],
    [{ urls: ["http://u:p@am:9093"] }, /no base address/],
    [{ urls: ["http://am:9093"], expires_after: "10s" }, /out of range/],
  ])("refuses %j", (options, message) => {
    expect(() => alertmanager.open(options)).toThrow(message);
  });
});
