import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it, type TestContext } from "vitest";
import { alertmanager } from "../../src/alerting/notifiers/alertmanager/alertmanager.ts";
import type { Alert } from "../../src/core/alert.ts";
import { fingerprint } from "../../src/core/labels.ts";
import type { Notification } from "../../src/core/notification.ts";
import type { DeliveryOutcome } from "../../src/core/notifier.ts";
import { UndiciNotifyHttp } from "../../src/platform/notify-http.ts";
import { noSmtp } from "../support/no-smtp.ts";
import { aNotification, anAlert } from "../support/notifications.ts";
import { peer } from "../support/peers.ts";

const patienceMs = 20_000;
const http = new UndiciNotifyHttp();
const children: ChildProcess[] = [];
let directory = "";

afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null) continue;
    child.kill("SIGTERM");
    await once(child, "exit");
  }
  if (directory !== "") await rm(directory, { recursive: true, force: true });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** Starts Debian's Alertmanager under a path of its own, and waits until it takes requests. */
async function startAlertmanager(context: TestContext): Promise<string> {
  const binary = peer(context, "prometheus-alertmanager", "prometheus-alertmanager");
  // Debian's build does not start without the templates of its package.
  expect(existsSync("/usr/share/prometheus/alertmanager/default.tmpl"), "templates of the package").toBe(true);
  directory = await mkdtemp(join(tmpdir(), "watchfire-alertmanager-"));
  const config = join(directory, "alertmanager.yml");
  await writeFile(config, JSON.stringify({ route: { receiver: "nobody" }, receivers: [{ name: "nobody" }] }));
  const listen = `127.0.0.1:${await freePort()}`;
  children.push(
    spawn(
      binary,
      [
        `--config.file=${config}`,
        `--storage.path=${join(directory, "data")}`,
        `--web.listen-address=${listen}`,
        "--web.route-prefix=/am",
        "--cluster.listen-address=",
      ],
      { stdio: "ignore" },
    ),
  );
  const url = `http://${listen}/am`;
  for (let waitedMs = 0; waitedMs < patienceMs; waitedMs += 100) {
    const ready = await fetch(`${url}/-/ready`).catch(() => undefined);
    if (ready?.ok === true) break;
    await sleep(100);
  }
  return url;
}

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
    const url = await startAlertmanager(context);
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
    const url = await startAlertmanager(context);
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
