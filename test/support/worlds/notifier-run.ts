import type { Notification } from "../../../src/core/alerting/notification.ts";
import type { DeliveryOutcome, NotifierKind, NotifyIo } from "../../../src/core/alerting/notifier.ts";
import { UndiciNotifyHttp } from "../../../src/platform/channels/notify-http.ts";
import { aNotification, anAlert, madeAtMs } from "../samples/notifications.ts";
import { ChatServer, type ReceivedRequest, type ScriptedAnswer } from "../servers/chat-server.ts";
import { noSmtp } from "../servers/no-smtp.ts";

const http = new UndiciNotifyHttp();

export type NotifierRun = Readonly<{
  outcome: DeliveryOutcome;
  requests: readonly ReceivedRequest[];
  /** Bodies of the requests, parsed. */
  payloads: readonly unknown[];
  logged: readonly unknown[];
}>;

export type NotifierRunSettings = Readonly<{
  kind: NotifierKind;
  /** Options for a server at this address. */
  optionsAt: (url: string) => unknown;
  /** What the server answers, in order. */
  answers: readonly ScriptedAnswer[];
  overrides?: Partial<Notification>;
  now?: () => number;
}>;

/** Sends one notification to a real server on loopback that answers byte for byte as scripted. */
export async function runNotifier({
  kind,
  optionsAt,
  answers,
  overrides = {},
  now = () => madeAtMs,
}: NotifierRunSettings): Promise<NotifierRun> {
  const server = await ChatServer.start(...answers);
  const logged: unknown[] = [];
  const io: NotifyIo = { now, http, smtp: noSmtp, log: (...line) => void logged.push(line) };
  try {
    const { send } = kind.open(optionsAt(server.url)).prepare(aNotification(overrides));
    const outcome = await send(io, new AbortController().signal);
    const payloads = server.requests.map(({ body }) =>
      body.startsWith("{") ? (JSON.parse(body) as unknown) : undefined,
    );
    return { outcome, requests: server.requests, payloads, logged };
  } finally {
    await server.stop();
  }
}

/** An outcome in one line: `rejected endpoint unauthorized`, `retryable too_large shorten`, `delivered`, `accepted`. */
export function outcomeWords(outcome: DeliveryOutcome): string {
  if (outcome.kind === "delivered") return outcome.final ? "delivered" : "accepted";
  if (outcome.kind === "rejected") return `rejected ${outcome.scope} ${outcome.reason}`;
  const { reason, afterMs, maybeDelivered, next } = outcome;
  return ["retryable", reason, afterMs, maybeDelivered ? "maybe" : undefined, next]
    .filter((word) => word !== undefined)
    .join(" ");
}

const titled = (title: string) => ({ title, reason: "status", detail: "HTTP 502, expected 200-299" });
const resolved = anAlert({ status: "resolved", endsAtMs: madeAtMs });
const linked = {
  runbook: "https://wiki.example.com/checkout_(shop)",
  link_logs: "https://logs.example.com/?q=checkout&since=1h",
};
const many = (title: string) =>
  Array.from({ length: 8 }, (_, index) =>
    anAlert({
      fingerprint: `f${index}`,
      annotations: { title: `${title} ${index}`, reason: "refused" },
      labels: { ...anAlert().labels, severity: index === 3 ? "critical" : "warning" },
    }),
  );

/** The notifications whose rendering every chat notifier keeps as golden files, in both languages. */
export const goldenNotifications: readonly (readonly [name: string, overrides: Partial<Notification>])[] = [
  ["firing-en", { alerts: [anAlert({ annotations: { ...titled("Checkout"), ...linked } })] }],
  ["firing-zh", { locale: "zh", alerts: [anAlert({ annotations: { ...titled("商城结算"), ...linked } })] }],
  ["resolved-en", { intent: "resolved", alerts: [resolved] }],
  ["resolved-zh", { intent: "resolved", locale: "zh", alerts: [{ ...resolved, annotations: titled("商城结算") }] }],
  ["group-en", { alerts: many("Node") }],
  ["group-zh", { locale: "zh", alerts: many("节点"), truncatedAlerts: 340 }],
  ["test-en", { intent: "test", alerts: [], because: "ops-chat" }],
  ["test-zh", { intent: "test", locale: "zh", alerts: [], because: "ops-chat" }],
  ["duplicate-late-staging-en", { env: "staging", possibleDuplicate: true, lateMs: 22 * 60_000 }],
  ["duplicate-late-zh", { locale: "zh", possibleDuplicate: true, lateMs: 22 * 60_000 }],
  ["shortened-zh", { locale: "zh", shorten: true }],
  ["plain-en", { plainText: true }],
  ["plain-zh", { locale: "zh", plainText: true, alerts: [anAlert({ annotations: titled("商城结算") })] }],
];

/** A notification of fifty alerts in which everything that a target could say is this text, as long as it gets. */
export function flooded(text: string, overrides: Partial<Notification> = {}): Notification {
  const flood = text.repeat(Math.ceil(20_000 / text.length));
  const links = Object.fromEntries(
    Array.from({ length: 12 }, (_, index) => [`link_${index}`, `https://a.example/${"x(".repeat(900)}`]),
  );
  const alerts = Array.from({ length: 50 }, (_, index) =>
    anAlert({
      fingerprint: String(index),
      labels: { ...anAlert().labels, instance: flood },
      annotations: { title: flood, detail: flood, summary: flood, impact: flood, runbook: flood, ...links },
    }),
  );
  return aNotification({ alerts, possibleDuplicate: true, lateMs: 120_000, ...overrides });
}

/** A notification in which every field that a target or a label may fill holds this text. */
export function saying(text: string, overrides: Partial<Notification> = {}): Notification {
  const annotations = {
    title: text,
    detail: text,
    summary: text,
    impact: text,
    link_x: "https://a.example/?b=<c>&d|e",
  };
  return aNotification({
    alerts: [anAlert({ annotations }), anAlert({ fingerprint: "2", annotations })],
    ...overrides,
  });
}
