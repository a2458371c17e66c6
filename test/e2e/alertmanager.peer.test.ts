import { describe, expect, it } from "vitest";
import { alertmanager } from "../../src/alerting/notifiers/alertmanager/alertmanager.ts";
import type { Alert } from "../../src/core/alerting/alert.ts";
import type { Notification } from "../../src/core/alerting/notification.ts";
import type { DeliveryOutcome } from "../../src/core/alerting/notifier.ts";
import { fingerprint } from "../../src/core/labels.ts";
import { UndiciNotifyHttp } from "../../src/platform/channels/notify-http.ts";
import { startAlertmanager } from "../support/daemons/alertmanager-process.ts";
import { freePort } from "../support/daemons/daemon-process.ts";
import { aNotification, anAlert } from "../support/samples/notifications.ts";
import { noSmtp } from "../support/servers/no-smtp.ts";

const http = new UndiciNotifyHttp();
const nobody = { route: { receiver: "nobody" }, receivers: [{ name: "nobody" }] };

type Shown = Readonly<{
  labels: Record<string, string>;
  annotations: Record<string, string>;
  startsAt: string;
  endsAt: string;
  fingerprint: string;
  generatorURL: string;
  status: { state: string };
}>;

async function shownBy(url: string): Promise<readonly Shown[]> {
  return (await (await fetch(`${url}/api/v2/alerts`)).json()) as Shown[];
}

function push(urls: readonly string[], overrides: Partial<Notification>): Promise<DeliveryOutcome> {
  const io = { now: () => Date.now(), http, smtp: noSmtp, log: () => {} };
  const notifier = alertmanager.open({ urls, expires_after: "6h" });
  return notifier
    .prepare(aNotification({ createdAtMs: Date.now(), ...overrides }))
    .send(io, new AbortController().signal);
}

describe("e2e/alertmanager", () => {
  it("shows what is pushed, once however often it is sent, until it is resolved", async (context) => {
    const url = await startAlertmanager(context, nobody);
    const startsAtMs = Date.now() - 60_000;
    const annotations = { title: "商城结算", link_日志: "https://kibana.example/", detail: "HTTP 502" };
    const labels = { ...anAlert().labels, team: "网站" };
    const alert: Alert = { ...anAlert({ labels, annotations, startsAtMs }), fingerprint: fingerprint(labels) };

    expect(await push([url], { alerts: [alert] })).toEqual({ kind: "delivered", final: true });
    expect(await push([url], { alerts: [alert], shorten: true })).toEqual({ kind: "delivered", final: true });
    const shown = await shownBy(url);

    expect(shown).toMatchObject([
      {
        labels,
        fingerprint: alert.fingerprint,
        generatorURL: "https://watchfire.example.com/",
        status: { state: "active" },
      },
    ]);
    expect(Date.parse(shown[0]?.startsAt ?? "")).toBe(startsAtMs);
    expect(Date.parse(shown[0]?.endsAt ?? "") - Date.now()).toBeGreaterThan(5.9 * 3_600_000);

    const end: Partial<Alert> = { status: "resolved", endsAtMs: Date.now() - 1000 };
    expect(await push([url], { intent: "resolved", alerts: [{ ...alert, ...end }] })).toMatchObject({
      kind: "delivered",
    });
    expect(await shownBy(url)).toEqual([]);
  });

  it("is told although another member is away, and says what it refuses", async (context) => {
    const url = await startAlertmanager(context, nobody);
    const away = `http://127.0.0.1:${await freePort()}`;
    const good = anAlert({ startsAtMs: Date.now() });
    const bad = anAlert({ labels: {}, startsAtMs: Date.now() });

    const outcome = await push([away, url], { alerts: [good, bad] });
    const refused = await push([url], { alerts: [bad] });
    const lost = await push([away], { alerts: [good] });

    expect(outcome).toMatchObject({
      kind: "delivered",
      detail: expect.stringMatching(/: ECONNREFUSED; .*: 1 of 2 alerts refused \(HTTP 400\)$/),
    });
    expect(await shownBy(url)).toHaveLength(1);
    expect(refused).toMatchObject({ kind: "rejected", scope: "message", reason: "bad_message" });
    expect(lost).toMatchObject({ kind: "retryable", reason: "refused" });
  });
});
