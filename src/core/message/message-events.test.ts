import { describe, expect, it } from "vitest";
import { aNotification, anAlert, madeAtMs } from "../../../test/support/samples/notifications.ts";
import type { Alert, AlertEnding } from "../alerting/alert.ts";
import type { Notification } from "../alerting/notification.ts";
import { columnsOf } from "./clean-text.ts";
import { handoverWords } from "./handover-words.ts";
import { composeMessage, plainTextOf } from "./message.ts";
import type { NewsKind, Story } from "./story.ts";
import type { Locale } from "./words.ts";

const minuteMs = 60_000;
/** What people name in one language, in the other. */
const named = {
  en: {
    orders: "Shop orders",
    service: "Shop",
    impact: "11 orders in 5 min (last week 19); front page and checkout 502",
    total: "212 orders fewer; checkout 502 for 31 min",
    disk: "db-1 /data 0.4 % left (1.9 GiB)",
    checkout: "checkout 502",
    falling: "orders fall",
    deploy: "report-service v2.8",
    a: "Ann",
    b: "Bob",
    certificate: "Shop certificate",
    backup: "GitLab backup",
    logs: "Logs",
  },
  zh: {
    orders: "商城订单",
    service: "商城",
    impact: "5 分钟 11 单(上周同时 19);首页、结算 502",
    total: "少 212 单,结算 502 共 31 分",
    disk: "db-1 /data 剩 0.4%(1.9 GiB)",
    checkout: "结算 502",
    falling: "订单下跌",
    deploy: "report-service v2.8",
    a: "值班甲",
    b: "值班乙",
    certificate: "商城证书",
    backup: "GitLab 备份",
    logs: "日志",
  },
} as const;

const orders = (locale: Locale, overrides: Partial<Alert> = {}): Alert =>
  anAlert({
    labels: { alertname: "orders-drop", severity: "critical", tier: "business", service: "shop" },
    annotations: {
      title: named[locale].orders,
      what: locale === "zh" ? "−42%" : "−42 %",
      service_title: named[locale].service,
      summary: named[locale].orders,
      impact: named[locale].impact,
      runbook: "https://wiki.example.com/shop",
      [`link_${named[locale].logs}`]: "https://logs.example.com/?q=shop",
    },
    startsAtMs: madeAtMs - 40 * minuteMs,
    ...overrides,
  });

const story = (locale: Locale): Story => ({
  chain: [
    { atMs: madeAtMs - 55 * minuteMs, text: named[locale].disk },
    { atMs: madeAtMs - 47 * minuteMs, text: named[locale].checkout },
    { atMs: madeAtMs - 40 * minuteMs, text: named[locale].falling },
  ],
  changes: [{ atMs: madeAtMs - 90 * minuteMs, text: named[locale].deploy }],
  reached: [{ who: named[locale].a, atMs: madeAtMs - 39 * minuteMs, how: "call", answer: "none" }],
  next: [
    { who: named[locale].a, atMs: madeAtMs - 34 * minuteMs, again: true },
    { who: named[locale].b, atMs: madeAtMs - 29 * minuteMs },
  ],
});
const pages = {
  take: "https://watchfire.example.com/i/1?sig=a#take",
  snooze: "https://watchfire.example.com/i/1?sig=a#snooze",
  evidence: "https://watchfire.example.com/i/1?sig=a#evidence",
};
const news = (locale: Locale, kind: NewsKind): Partial<Notification> => ({
  intent: "update",
  alerts: [orders(locale)],
  story: {
    news: {
      kind,
      who: named[locale].a,
      ...(["taken", "snoozed"].includes(kind) ? { untilMs: madeAtMs + 60 * minuteMs } : {}),
    },
  },
});
const check = (title: string, labels: object, annotations: object = {}): Alert =>
  anAlert({ labels: { ...anAlert().labels, severity: "warning", ...labels }, annotations: { title, ...annotations } });

const over = { status: "resolved", endsAtMs: madeAtMs } as const;
const blindOf = (locale: Locale): Alert =>
  check(named[locale].certificate, { alertname: "CheckBlind" }, { reason: "resolver" });
const endings = ["removed", "gone", "reconfigured", "no_data", "unreported", "drill_over"] as const;
const endedBy = (locale: Locale, ending: AlertEnding): Partial<Notification> => ({
  intent: "resolved",
  alerts: [orders(locale, { ...over, ending })],
  ...(ending === "drill_over" ? { isDrill: true } : {}),
});

type Telling = readonly [event: string, notificationIn: (locale: Locale) => Partial<Notification>];

/** Every event of a message's life for which there is something to tell. */
const events: readonly Telling[] = [
  ["fire", (locale) => ({ alerts: [orders(locale)], story: story(locale), pages })],
  ["fire-without-story", (locale) => ({ alerts: [orders(locale)] })],
  [
    "more-joined",
    (locale) => ({
      alerts: [orders(locale), check(named[locale].certificate, {}, { reason: "expiring" })],
      truncatedAlerts: 342,
    }),
  ],
  ["cause-found", (locale) => ({ ...news(locale, "cause"), story: { ...story(locale), news: { kind: "cause" } } })],
  [
    "cause-changed",
    (locale) => ({ ...news(locale, "cause_changed"), story: { ...story(locale), news: { kind: "cause_changed" } } }),
  ],
  [
    "impact-of-an-older-cause",
    (locale) => ({
      alerts: [
        anAlert({ fingerprint: "db", startsAtMs: madeAtMs - 55 * minuteMs }),
        orders(locale, { fingerprint: "o" }),
      ],
      story: { ...story(locale), impact: "o" },
    }),
  ],
  [
    "no-longer-explained",
    (locale) => ({
      alerts: [orders(locale)],
      story: { formerCause: { atMs: madeAtMs - 2 * minuteMs, text: named[locale].disk } },
    }),
  ],
  ["escalated", (locale) => news(locale, "escalated")],
  [
    "last-step",
    (locale) => ({
      alerts: [orders(locale)],
      story: {
        news: { kind: "escalated", who: named[locale].b },
        reached: [{ who: named[locale].b, atMs: madeAtMs, how: "call" }],
        isLast: true,
      },
    }),
  ],
  ["taken", (locale) => news(locale, "taken")],
  ["acknowledgement-ran-out", (locale) => news(locale, "untaken")],
  ["put-off", (locale) => news(locale, "snoozed")],
  ["given-back", (locale) => news(locale, "released")],
  ["assigned", (locale) => news(locale, "assigned")],
  ["closed-by-hand", (locale) => news(locale, "closed")],
  [
    "hand-over",
    (locale) => {
      const text = handoverWords[locale];
      const { a, b } = named[locale];
      const lines = [text.change("Ops", a, b), text.until("12-07 10:00"), text.open(2)];
      return { intent: "meta", alerts: [], text: { title: text.title(b), lines } };
    },
  ],
  [
    "resolved",
    (locale) => ({
      intent: "resolved",
      alerts: [
        orders(locale, {
          status: "resolved",
          endsAtMs: madeAtMs,
          annotations: { title: named[locale].orders, impact_total: named[locale].total },
        }),
      ],
      story: { ...story(locale), takenBy: named[locale].a },
    }),
  ],
  ...endings.map((ending): Telling => [`ended-${ending.replaceAll("_", "-")}`, (locale) => endedBy(locale, ending)]),
  [
    "ended-in-several-ways",
    (locale) => ({
      intent: "resolved",
      alerts: [
        orders(locale, { status: "resolved", endsAtMs: madeAtMs }),
        { ...check(named[locale].certificate, {}, { reason: "expiring" }), ...over, ending: "removed" },
        { ...check(named[locale].backup, { alertname: "CheckBlind" }), ...over },
      ],
    }),
  ],
  [
    "digest-of-ends",
    (locale) => ({
      intent: "digest",
      alerts: [
        orders(locale),
        { ...check(named[locale].certificate, {}, { reason: "expiring" }), ...over, ending: "removed" },
        { ...check(named[locale].backup, {}, { reason: "late" }), ...over },
      ],
    }),
  ],
  ["blind-no-more", (locale) => ({ intent: "resolved", alerts: [{ ...blindOf(locale), ...over }] })],
  [
    "cause-is-over",
    (locale) => ({
      intent: "resolved",
      alerts: [{ ...check(named[locale].disk, { alertname: "disk-full" }), status: "resolved", endsAtMs: madeAtMs }],
      story: { goesOn: [named[locale].orders] },
    }),
  ],
  [
    "digest",
    (locale) => ({ intent: "digest", alerts: [orders(locale), check(named[locale].backup, {}, { reason: "late" })] }),
  ],
  ["late", (locale) => ({ alerts: [orders(locale)], lateMs: 22 * minuteMs, possibleDuplicate: true })],
  ["flapping-begins", (locale) => ({ alerts: [check(named[locale].certificate, { alertname: "CheckFlapping" })] })],
  [
    "flapping-ends",
    (locale) => ({
      intent: "resolved",
      alerts: [
        { ...check(named[locale].certificate, { alertname: "CheckFlapping" }), status: "resolved", endsAtMs: madeAtMs },
      ],
    }),
  ],
  ["blind", (locale) => ({ alerts: [blindOf(locale)] })],
  [
    "own-trouble",
    () => ({
      alerts: [
        anAlert({
          labels: { alertname: "WatchfireTrouble", severity: "critical" },
          annotations: { summary: "storage", detail: "disk full" },
        }),
      ],
    }),
  ],
  [
    "error-page",
    (locale) => ({
      alerts: [check(named[locale].orders, {}, { reason: "keyword", quote: "系统繁忙,请稍后再试\n<b>" })],
    }),
  ],
  ["drill", (locale) => ({ alerts: [orders(locale)], isDrill: true })],
  ["staging", (locale) => ({ alerts: [orders(locale)], env: "staging" })],
];
const rows = events.flatMap(([event, notificationIn]) =>
  (["en", "zh"] as const).map((locale) => [event, locale, notificationIn] as const),
);

describe("core/message events", () => {
  it.each(rows)("tells %s in %s", async (event, locale, notificationIn) => {
    const message = composeMessage(aNotification({ locale, ...notificationIn(locale) }));

    expect(columnsOf(message.title)).toBeLessThanOrEqual(40);
    await expect(`${plainTextOf(message)}\n`).toMatchFileSnapshot(`golden/${event}-${locale}.txt`);
  });

  it("says in every text of a drill that it is one", () => {
    const said = { title: "Hand-over", lines: ["Ann to Bob"] };
    const resolved = orders("en", { status: "resolved", endsAtMs: madeAtMs });

    for (const overrides of [{}, { alerts: [resolved] }, { alerts: [] }, { text: said }, { shorten: true }]) {
      const { title, lines } = composeMessage(aNotification({ isDrill: true, ...overrides }));

      expect(title).toMatch(/^DRILL /);
      expect(lines.at(-1)?.text).toContain("drill");
    }
  });

  it("says what is told instead of alerts: its own title and lines, with the links", () => {
    const text = { title: "早报 11-23 周一", lines: ["昨夜 1 起严重", "\n备份 7/7"] };

    expect(plainTextOf(composeMessage(aNotification({ intent: "meta", locale: "zh", alerts: [], text })))).toBe(
      "早报 11-23 周一\n昨夜 1 起严重\n备份 7/7\n面板: https://watchfire.example.com/",
    );
  });
});
