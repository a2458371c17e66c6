import type { OverviewFacts } from "../../../src/api/overview.ts";
import type { Incident } from "../../../src/core/alerting/incident.ts";
import type { Silence } from "../../../src/core/alerting/silence.ts";
import type { Check } from "../../../src/core/checks/check.ts";
import type { CheckState } from "../../../src/core/checks/check-state.ts";
import { subjectId } from "../../../src/core/checks/result.ts";
import { checkOf, stateOf } from "./sample-checks.ts";

const nowMs = Date.UTC(2026, 10, 23, 2, 0, 0);
const minuteMs = 60_000;

const target = (display: string) => [{ id: "t1", address: display, display, labels: {} }];

function checksOf(zh: boolean): readonly Check[] {
  return [
    checkOf({ id: "orders", title: zh ? "商城订单" : "Shop orders", tier: "business", targets: target("orders-db") }),
    checkOf({ id: "signups", title: zh ? "新注册" : "Sign-ups", tier: "business", targets: target("signups") }),
    checkOf({
      id: "payments",
      title: zh ? "支付成功率" : "Payment success",
      tier: "business",
      targets: target("payments"),
    }),
    checkOf({
      id: "checkout",
      title: zh ? "结算" : "Checkout",
      targets: target("https://shop.example.com/api/checkout"),
    }),
    checkOf({
      id: "supplier",
      title: zh ? "供货商 A 库存" : "Supplier A stock",
      targets: target("https://b2b.supplier-a.com/stock"),
      severity: "warning",
    }),
    checkOf({ id: "home", title: zh ? "商城首页" : "Shop home page", targets: target("https://shop.example.com/") }),
    checkOf({
      id: "intranet",
      title: zh ? "内网门户" : "Intranet portal",
      targets: target("https://intranet.example.com/"),
    }),
    checkOf({ id: "wiki", title: "Wiki", targets: target("https://wiki.example.com/") }),
    checkOf({ id: "new", title: zh ? "新网站" : "New site", targets: target("https://new.example.com/") }),
    checkOf({ id: "db-1", title: "db-1", tier: "os", targets: target("db-1") }),
    checkOf({ id: "web-1", title: "web-1", tier: "os", targets: target("web-1") }),
    checkOf({ id: "web-2", title: "web-2", tier: "os", targets: target("web-2") }),
  ];
}

function standingOf(zh: boolean): Readonly<Record<string, Partial<CheckState>>> {
  return {
    orders: {
      confirmed: "down",
      sinceMs: nowMs - 12 * minuteMs,
      headline: {
        reason: "threshold",
        detail: zh ? "5 分钟 11 单(上周同时 19)" : "11 orders in 5 minutes (19 at this time last week)",
      },
    },
    signups: {},
    payments: {},
    checkout: {
      confirmed: "down",
      sinceMs: nowMs - 19 * minuteMs,
      flapping: true,
      headline: { reason: "status", detail: "HTTP 502 Bad Gateway; expected 200-299" },
    },
    supplier: {
      confirmed: "down",
      sinceMs: nowMs - 3 * 3_600_000,
      headline: {
        reason: "keyword",
        detail: zh ? "命中「系统繁忙」;应有的「库存」没有" : "the page says 系统繁忙; 库存 is missing",
      },
    },
    home: {
      flaws: { expiring: "warning", slow: "info" },
      headline: { reason: "expiring", detail: zh ? "证书剩 13 天" : "the certificate has 13 days left" },
    },
    intranet: {
      confirmed: "unknown",
      blindSinceMs: nowMs - 40 * minuteMs,
      sinceMs: nowMs - 40 * minuteMs,
      headline: { reason: "resolver", detail: zh ? "没有可用的 DNS 服务器" : "no name server answers" },
    },
    wiki: {},
    "db-1": {
      flaws: { threshold: "critical" },
      headline: { reason: "threshold", detail: zh ? "/data 剩 0.4%(1.9 GiB)" : "/data has 0.4 % left (1.9 GiB)" },
    },
    "web-1": {},
    "web-2": {},
  };
}

function incidentsOf(zh: boolean): readonly Incident[] {
  return [
    {
      id: "i1",
      groupKey: "g1",
      receiver: "ops-chat",
      groupLabels: { service: zh ? "商城" : "shop", alertname: "CheckDown" },
      status: "acknowledged",
      severity: "critical",
      openedAtMs: nowMs - 19 * minuteMs,
      members: ["a", "b", "c"],
      timeline: [{ atMs: nowMs - 9 * minuteMs, kind: "acknowledged", detail: zh ? "值班甲已接手" : "taken by Ann" }],
    },
    {
      id: "i2",
      groupKey: "g2",
      receiver: "dev-chat",
      groupLabels: { service: zh ? "采购" : "procurement" },
      status: "open",
      severity: "warning",
      openedAtMs: nowMs - 180 * minuteMs,
      members: ["d"],
      timeline: [],
    },
  ];
}

const budgets: NonNullable<OverviewFacts["budgets"]> = [
  {
    receiver: "voice",
    kind: "aliyun_voice",
    endpoint: "dyvmsapi.aliyuncs.com#0123456789ab",
    period: "day",
    used: 85,
    limit: 100,
    level: "critical_only",
  },
];

function silencesOf(zh: boolean): readonly Silence[] {
  return [
    {
      id: "s1",
      matchers: [{ name: "service", operator: "=", value: zh ? "仓储" : "warehouse" }],
      startsAtMs: nowMs - 30 * minuteMs,
      endsAtMs: nowMs + 90 * minuteMs,
      updatedAtMs: nowMs - 30 * minuteMs,
      createdBy: zh ? "值班甲" : "Ann",
      comment: zh ? "换交换机" : "the switch is replaced",
    },
  ];
}

/** A small company on a bad night: every state and every section of the page is there. */
export function badNight(language: "en" | "zh"): OverviewFacts {
  const zh = language === "zh";
  const checks = checksOf(zh);
  const standing = standingOf(zh);
  const key = (check: string) => subjectId({ check, target: "t1", location: "default" });
  return {
    env: "production",
    language,
    timeZone: "Asia/Shanghai",
    startedAtMs: nowMs - 6 * 86_400_000,
    checks,
    states: new Map(
      checks
        .filter(({ id }) => standing[id] !== undefined)
        .map((check) => [key(check.id), stateOf(check, standing[check.id])]),
    ),
    lastRuns: new Map(
      checks
        .slice(0, 8)
        .map(({ id }, index) => [key(id), { atMs: nowMs - 2000 * (index + 1), durationMs: 12 + index * 31 }]),
    ),
    incidents: incidentsOf(zh),
    deliveries: [
      {
        outboxId: "o1",
        receiver: "dev-chat",
        endpoint: "hooks.slack.com",
        atMs: nowMs - 4 * minuteMs,
        attempt: 3,
        outcome: "retryable",
        reason: "rate_limited",
        detail: "HTTP 429, again after 30 s",
      },
    ],
    outboxPending: 1,
    budgets,
    silences: silencesOf(zh),
    heldCount: 2,
    scheduleLagMs: 23.4,
  };
}

/** The moment of the bad night. */
export const badNightMs = nowMs;
