import { describe, expect, it } from "vitest";
import { aNotification, anAlert, madeAtMs } from "../../../test/support/samples/notifications.ts";
import type { Alert } from "../alerting/alert.ts";
import type { Notification } from "../alerting/notification.ts";
import { columnsOf } from "./clean-text.ts";
import { composeMessage, plainTextOf } from "./message.ts";
import type { Locale } from "./words.ts";

const minuteMs = 60_000;
const pages = { take: "https://watchfire.example.com/i/1?sig=a#take" };
type Texts = Readonly<Record<Locale, string>>;

const alertOf = (locale: Locale, labels: object, annotations: Readonly<Record<string, Texts | string>>): Alert =>
  anAlert({
    labels: { alertname: "CheckDown", check: "example", env: "production", severity: "warning", ...labels },
    annotations: Object.fromEntries(
      Object.entries(annotations).map(([name, text]) => [name, typeof text === "string" ? text : text[locale]]),
    ),
  });

const certificate: Readonly<Record<string, Texts | string>> = {
  title: { en: "Shop certificate", zh: "商城证书" },
  what: { en: "2 of 14 nodes differ", zh: "2/14 个节点不一致" },
  detail: {
    en: "The old one ends 2026-11-23T15:59:00Z; the new one lasts until 2027-02-19. Old: 123.6.x.7, 42.81.x.9; the other 12 are right",
    zh: "旧证书 2026-11-23T15:59:00Z 到期;新证书到 2027-02-19。旧:123.6.x.7、42.81.x.9,其余 12 个正常",
  },
};
const supplier: Readonly<Record<string, Texts | string>> = {
  title: { en: "Supplier A stock", zh: "供货商A 库存" },
  reason: "keyword",
  detail: {
    en: "found “系统繁忙”, not found “库存”; the page is GBK and its header says ISO-8859-1",
    zh: "命中「系统繁忙」,应有的「库存」没有;页面是 GBK,响应头却写 ISO-8859-1",
  },
  quote: "系统繁忙,请稍后再试…",
};
const backup: Readonly<Record<string, Texts | string>> = {
  title: { en: "GitLab backup", zh: "GitLab 备份" },
  reason: "late",
  detail: {
    en: "due daily at 05:00; the newest is of 2026-11-19T18:14:00Z, 38.2 GiB; 212 GiB are free and nothing is being written",
    zh: "应在每天 05:00 前;最近一份 2026-11-19T18:14:00Z,38.2 GiB;剩 212 GiB,没有正在写的文件",
  },
};
const coreSwitch: Readonly<Record<string, Texts | string>> = {
  title: { en: "Server room core-sw-1", zh: "机房网络 core-sw-1" },
  reason: "unreachable",
  impact: {
    en: "shop 12, payment 6, warehouse 19; orders −88 %, failed payments 41 %",
    zh: "商城 12 · 支付 6 · 仓储 19;订单 −88%,支付失败率 41%",
  },
};
const uplink: Readonly<Record<string, Texts | string>> = {
  summary: { en: "no way outside", zh: "与外界失联" },
  detail: {
    en: "none of 2 canaries answers; until one does, targets outside that fail are unknown",
    zh: "2 个探测点都没有应答;在此期间,外部目标失败一律记为「未知」",
  },
};

const disk = {
  fingerprint: "disk",
  labels: { tier: "os", alertname: "disk-full", check: "db-1", severity: "warning" },
};
const explained = (locale: Locale, name: string, title: Texts, what: string | Texts): Alert => ({
  ...alertOf(
    locale,
    { tier: "application", check: name, severity: "critical" },
    { title, ...(typeof what === "string" ? { what } : { what: what[locale] }) },
  ),
  fingerprint: name,
  explanation: { root: "disk", chain: [{ ...disk, atMs: 0, annotations: {} }], sinceMs: 0, groups: [] },
});

/** A disk is full; three applications fail because of it, and orders fall. */
function outage(locale: Locale): Partial<Notification> {
  const isChinese = locale === "zh";
  const step = (fingerprint: string, atMs: number, text: string) => ({ fingerprint, atMs: madeAtMs - atMs, text });
  const orders = explained(locale, "orders", { en: "Shop orders", zh: "商城订单" }, { en: "−42 %", zh: "−42%" });
  return {
    alerts: [
      {
        ...orders,
        labels: { ...orders.labels, tier: "business" },
        value: 11,
        annotations: { ...orders.annotations, usual: "19" },
      },
      explained(locale, "front", { en: "Front page", zh: "首页" }, "HTTP 502"),
      explained(locale, "checkout", { en: "Checkout", zh: "结算" }, "HTTP 502"),
      explained(locale, "search", { en: "Search", zh: "搜索" }, { en: "no answer in time", zh: "应答超时" }),
      {
        ...alertOf(locale, disk.labels, { title: { en: "db-1 /data is full", zh: "db-1 /data 快满了" } }),
        fingerprint: "disk",
      },
    ],
    story: {
      chain: [
        step("disk", 15 * minuteMs, isChinese ? "db-1 /data 快满了" : "db-1 /data is full"),
        step("checkout", 7 * minuteMs, isChinese ? "结算 HTTP 502" : "Checkout – HTTP 502"),
        step("orders", 0, isChinese ? "商城订单 −42%" : "Shop orders – −42 %"),
      ],
      impact: "orders",
    },
  };
}

/** The same outage when all of it is over. */
function recovered(locale: Locale): Partial<Notification> {
  const { alerts = [], story } = outage(locale);
  const minutesOf: Readonly<Record<string, number>> = { disk: 45, checkout: 31, front: 30, orders: 38, search: 12 };
  const over = alerts.map((alert) => {
    const beganAtMs = madeAtMs - (minutesOf[alert.fingerprint] ?? 0) * minuteMs;
    return { ...alert, status: "resolved" as const, beganAtMs, endsAtMs: madeAtMs };
  });
  return { intent: "resolved", alerts: over, story: { ...story, takenBy: locale === "zh" ? "值班甲" : "Ann" } };
}

/** Failed for 45 s before that was confirmed. */
function failingOf(locale: Locale): Alert {
  const supplierDown = alertOf(locale, { instance: "https://b2b.supplier-a.com/stock" }, supplier);
  const annotations = { ...supplierDown.annotations, last_well: new Date(madeAtMs - 6.5 * minuteMs).toISOString() };
  return { ...supplierDown, annotations, beganAtMs: supplierDown.startsAtMs - 45_000 };
}

/** Of a share that is too great, by a rule that nobody gave a title. */
function shareOf(locale: Locale): Alert {
  const labels = {
    alertname: "payment-errors",
    check: "payments",
    severity: "critical",
    tier: "business",
    instance: "pay:9100",
  };
  const isChinese = locale === "zh";
  const annotations = {
    title: "payment-errors",
    summary: "payment-errors: pay:9100",
    service_title: isChinese ? "支付" : "Payment",
    what: isChinese ? "5.3%" : "5.3 %",
    measured: isChinese ? "5.3%" : "5.3 %",
  };
  return anAlert({ labels, annotations, value: 0.053 });
}

/** What the message guide gives as examples and no event of a message's life shows. */
const examples: readonly (readonly [name: string, notificationIn: (locale: Locale) => Partial<Notification>])[] = [
  ["affected-by-a-cause", outage],
  [
    "certificate-of-nodes",
    (locale) => ({ alerts: [alertOf(locale, { alertname: "cert-nodes" }, certificate)], pages }),
  ],
  [
    "error-page-of-a-supplier",
    (locale) => ({ alerts: [alertOf(locale, { instance: "https://b2b.supplier-a.com/stock" }, supplier)], pages }),
  ],
  [
    "backup-late",
    (locale) => ({
      alerts: [alertOf(locale, { instance: "/var/opt/gitlab/backups/*_gitlab_backup.tar" }, backup)],
      pages,
    }),
  ],
  [
    "switch-down",
    (locale) => ({
      alerts: [alertOf(locale, { severity: "critical", instance: "10.0.0.1" }, coreSwitch)],
      truncatedAlerts: 343,
      lateMs: 22_000,
      fallbackFrom: locale === "zh" ? "值班群" : "Ops chat",
      story: {
        reached: [{ who: locale === "zh" ? "值班甲" : "Ann", atMs: madeAtMs - minuteMs, how: "call" }],
      },
    }),
  ],
  ["recovered-with-its-cause", recovered],
  ["well-lately", (locale) => ({ alerts: [failingOf(locale)] })],
  ["rule-without-title", (locale) => ({ alerts: [shareOf(locale)] })],
  ["uplink-lost", (locale) => ({ alerts: [alertOf(locale, { alertname: "WatchfireTrouble" }, uplink)] })],
];
const rows = examples.flatMap(([name, notificationIn]) =>
  (["en", "zh"] as const).map((locale) => [name, locale, notificationIn] as const),
);

describe("core/message examples", () => {
  it.each(rows)("writes %s in %s", async (name, locale, notificationIn) => {
    const message = composeMessage(aNotification({ locale, ...notificationIn(locale) }));

    expect(columnsOf(message.title)).toBeLessThanOrEqual(40);
    await expect(`${plainTextOf(message)}\n`).toMatchFileSnapshot(`golden/example-${name}-${locale}.txt`);
  });

  it("lists what no line tells of: what is over, where the style has no such lines, and more than fits into one", () => {
    const linesOf = (changes: Partial<Notification>): readonly string[] =>
      composeMessage(aNotification({ ...outage("en"), ...changes })).lines.map(({ text }) => text);
    const { alerts = [] } = outage("en");
    const over = alerts.map((alert) =>
      alert.fingerprint === "disk" ? { ...alert, status: "resolved" as const, endsAtMs: madeAtMs } : alert,
    );
    const many = Array.from({ length: 9 }, (_, index) =>
      explained("en", `page-${index}`, { en: `Page ${index}`, zh: "" }, "HTTP 502"),
    );

    expect(linesOf({ alerts: over })).toContain("Resolved: db-1 /data is full");
    expect(linesOf({ style: { blocks: ["title", "group"] } })).toContain("Critical: Checkout – HTTP 502");
    expect(linesOf({ alerts: [...alerts, ...many] }).filter((line) => line.includes("502")).length).toBeGreaterThan(3);
  });
});
