import { describe, expect, it } from "vitest";
import { alert, createdAtMs, rule, textOf } from "../../../test/support/samples/messages.ts";
import type { Notification } from "../alerting/notification.ts";

const english = { locale: "en", timeZone: "Europe/London" } as const;

const resolved = alert({ status: "resolved", startsAtMs: createdAtMs - 38 * 60_000, endsAtMs: createdAtMs });
const many = Array.from({ length: 8 }, (_, index) =>
  alert({
    fingerprint: `m${index}`,
    annotations: { title: `节点 ${index}`, reason: "refused" },
    labels: { ...alert().labels, severity: index === 3 ? "critical" : "warning" },
  }),
);

/** Checks without titles of their own, which their service names. */
const branches = Array.from({ length: 12 }, (_, index) =>
  alert({
    fingerprint: `b${index}`,
    annotations: { title: `branch-${index}`, service_title: "分公司站点", reason: "refused" },
    labels: { ...alert().labels, check: `branch-${index}` },
  }),
);
const targetsOfOne = branches.slice(0, 3).map((each, index) => ({
  ...each,
  annotations: { title: "分站", reason: "refused" },
  labels: { ...each.labels, check: "branches", instance: `10.0.0.${index}:443` },
}));

describe("core/message", () => {
  it.each<[name: string, overrides: Partial<Notification>, text: string]>([
    [
      "firing, zh",
      {},
      "严重 商城结算 状态码异常\nHTTP 502, expected 200-299\nhttps://shop.example.com/api/checkout\n09:55 起(已 5 分)\n面板: https://watchfire.example.com/",
    ],
    [
      "firing, en",
      english,
      "Critical: 商城结算 – wrong status\nHTTP 502, expected 200-299\nhttps://shop.example.com/api/checkout\nSince 01:55 (5 min)\nBoard: https://watchfire.example.com/",
    ],
    [
      "just begun, en",
      { ...english, alerts: [alert({ startsAtMs: createdAtMs })] },
      "Critical: 商城结算 – wrong status\nHTTP 502, expected 200-299\nhttps://shop.example.com/api/checkout\nSince 02:00\nBoard: https://watchfire.example.com/",
    ],
    [
      "resolved, zh",
      { intent: "resolved", alerts: [resolved] },
      "已恢复 商城结算(历时 38 分)\n当时:HTTP 502, expected 200-299\nhttps://shop.example.com/api/checkout\n09:22 至 10:00\n面板: https://watchfire.example.com/",
    ],
    [
      "resolved, en",
      { ...english, intent: "resolved", alerts: [resolved] },
      "Resolved: 商城结算 (after 38 min)\nWas: HTTP 502, expected 200-299\nhttps://shop.example.com/api/checkout\nFrom 01:22 to 02:00\nBoard: https://watchfire.example.com/",
    ],
    [
      "not measured, zh: why, in our words",
      {
        alerts: [
          alert({
            labels: { ...alert().labels, alertname: "CheckBlind", severity: "warning" },
            annotations: { title: "商城结算", reason: "resolver", detail: "no name server answered" },
          }),
        ],
        externalUrl: "",
      },
      "警告 商城结算 无法测量\n原因:本地解析故障\nno name server answered\nhttps://shop.example.com/api/checkout\n09:55 起(已 5 分)",
    ],
    [
      "a check of a service, zh: its service first",
      {
        alerts: [alert({ annotations: { title: "首页", service_title: "批发商城", reason: "refused" } })],
        externalUrl: "",
      },
      "严重 批发商城 首页 拒绝连接\nhttps://shop.example.com/api/checkout\n09:55 起(已 5 分)",
    ],
    [
      "a check of a service, en: over, too",
      {
        ...english,
        intent: "resolved",
        alerts: [{ ...resolved, annotations: { title: "Search", service_title: "Shop" } }],
        externalUrl: "",
      },
      "Resolved: Shop · Search (after 38 min)\nhttps://shop.example.com/api/checkout\nFrom 01:22 to 02:00",
    ],
    [
      "a check of a service, en: a line of its own where the title has no room",
      {
        ...english,
        alerts: [
          alert({
            annotations: { title: "Front page", service_title: "Wholesale shop of the north", reason: "refused" },
          }),
        ],
        externalUrl: "",
      },
      "Critical: Front page – connection refus…\nhttps://shop.example.com/api/checkout\nService: Wholesale shop of the north\nSince 01:55 (5 min)",
    ],
    [
      "a check of a service, en: not said twice",
      {
        ...english,
        alerts: [alert({ annotations: { title: "Shop front page", service_title: "Shop", reason: "status" } })],
        externalUrl: "",
      },
      "Critical: Shop front page – wrong status\nhttps://shop.example.com/api/checkout\nSince 01:55 (5 min)",
    ],
    [
      "rule, zh",
      { alerts: [rule] },
      "严重 商城订单\n订单比上周少 42%\n当前值:11.23\n09:55 起(已 5 分)\n手册: https://wiki.example.com/orders\nlogs: https://logs.example.com/?q=shop\n面板: https://watchfire.example.com/",
    ],
    [
      "digest, zh",
      { intent: "digest", alerts: [resolved, ...many.slice(2, 4)], truncatedAlerts: 9, lateMs: 120_000 },
      "汇总 12 条(严重 1,警告 1,已恢复 1)\n已恢复 商城结算 状态码异常\n警告 节点 2 拒绝连接\n严重 节点 3 拒绝连接\n其余 9 条并入本条\n迟到 2 分:通道当时不通或繁忙\n面板: https://watchfire.example.com/",
    ],
    [
      "in place of another, en",
      { ...english, alerts: [rule], fallbackFrom: "Ops chat" },
      "Critical: 商城订单\n订单比上周少 42%\nValue: 11.23\nSince 01:55 (5 min)\nSent to you because Ops chat could not be reached\nRunbook: https://wiki.example.com/orders\nlogs: https://logs.example.com/?q=shop\nBoard: https://watchfire.example.com/",
    ],
    [
      "group, zh",
      { alerts: many, truncatedAlerts: 340, externalUrl: "" },
      "严重 节点 3 拒绝连接\nhttps://shop.example.com/api/checkout\n09:55 起(已 5 分)\n警告 节点 0 拒绝连接\n警告 节点 1 拒绝连接\n警告 节点 2 拒绝连接\n警告 节点 4 拒绝连接\n警告 节点 5 拒绝连接\n其余 342 条并入本条",
    ],
    [
      "group of checks that read alike, zh",
      { alerts: branches, externalUrl: "" },
      "严重 分公司站点 拒绝连接\nhttps://shop.example.com/api/checkout\n09:55 起(已 5 分)\n严重 分公司站点 拒绝连接:branch-1、branch-2、branch-3、branch-4、branch-5、branch-6、branch-7、branch-8 等11项",
    ],
    [
      "group of targets that read alike, en",
      { ...english, alerts: [rule, ...targetsOfOne], externalUrl: "" },
      "Critical: 商城订单\n订单比上周少 42%\nValue: 11.23\nSince 01:55 (5 min)\nCritical: 分站 – connection refused: 10.0.0.0:443, 10.0.0.1:443, 10.0.0.2:443\nRunbook: https://wiki.example.com/orders\nlogs: https://logs.example.com/?q=shop",
    ],
    [
      "group of one more that its service names, en",
      { ...english, alerts: [rule, ...branches.slice(4, 5)], externalUrl: "" },
      "Critical: 商城订单\n订单比上周少 42%\nValue: 11.23\nSince 01:55 (5 min)\nCritical: 分公司站点 – connection refused: branch-4\nRunbook: https://wiki.example.com/orders\nlogs: https://logs.example.com/?q=shop",
    ],
    [
      "heartbeat that anybody may send, zh",
      { alerts: [alert({ labels: { ...alert().labels, instance: "sender" } })], externalUrl: "" },
      "严重 商城结算 状态码异常\nHTTP 502, expected 200-299\n09:55 起(已 5 分)",
    ],
    [
      "machine that is called by its id, not by its service, zh",
      {
        alerts: [
          alert({
            annotations: { title: "win-1", service_title: "机房", reason: "threshold" },
            labels: { ...alert().labels, check: "win-1", tier: "os", instance: "win-1:9182" },
          }),
        ],
        externalUrl: "",
      },
      "严重 win-1 超过阈值\nwin-1:9182\n09:55 起(已 5 分)",
    ],
    [
      "group, en",
      { ...english, alerts: many, truncatedAlerts: 0, externalUrl: "" },
      "Critical: 节点 3 – connection refused\nhttps://shop.example.com/api/checkout\nSince 01:55 (5 min)\nWarning: 节点 0 – connection refused\nWarning: 节点 1 – connection refused\nWarning: 节点 2 – connection refused\nWarning: 节点 4 – connection refused\nWarning: 节点 5 – connection refused\n2 more alerts are part of this message",
    ],
    [
      "duplicate and late, zh",
      { possibleDuplicate: true, lateMs: 22 * 60_000, shorten: true, externalUrl: "" },
      "严重 商城结算 状态码异常\n可能重复:上一次发送的结果不明\n迟到 22 分:通道当时不通或繁忙",
    ],
    [
      "duplicate and late, en",
      { ...english, possibleDuplicate: true, lateMs: 90_000, shorten: true, externalUrl: "" },
      "Critical: 商城结算 – wrong status\nPossible duplicate: how the last attempt ended is not known\nDelivered 1 min 30 s late: the channel was away or busy",
    ],
    [
      "test, zh",
      { intent: "test", alerts: [], because: "ops-chat", externalUrl: "" },
      "测试 ops-chat\n这是通道测试,一切正常",
    ],
    [
      "test, en",
      { ...english, intent: "test", alerts: [], because: "ops-chat", externalUrl: "" },
      "Test: ops-chat\nThis is a test of the channel; nothing is wrong",
    ],
    [
      "own trouble, zh",
      {
        alerts: [
          alert({
            labels: { alertname: "WatchfireTrouble", severity: "warning" },
            annotations: { summary: "写不进存储", detail: "disk is full" },
          }),
        ],
        externalUrl: "",
      },
      "警告 监控自身 写不进存储\ndisk is full\n09:55 起(已 5 分)",
    ],
    [
      "own trouble, en",
      {
        ...english,
        alerts: [
          alert({
            labels: { alertname: "WatchfireTrouble", severity: "warning" },
            annotations: { summary: "storage fails", detail: "disk is full" },
          }),
        ],
        externalUrl: "",
      },
      "Warning: Watchfire – storage fails\ndisk is full\nSince 01:55 (5 min)",
    ],
    [
      "blind for days, zh",
      {
        alerts: [
          alert({
            labels: { alertname: "CheckBlind", check: "c", severity: "warning" },
            annotations: { title: "商城", reason: "resolver" },
            startsAtMs: createdAtMs - 54 * 3_600_000,
          }),
        ],
        externalUrl: "",
      },
      "警告 商城 无法测量\n原因:本地解析故障\n11-21 04:00 起(已 2 天 6 小时)",
    ],
    ["staging, zh", { env: "staging", shorten: true, externalUrl: "" }, "严重 商城结算 状态码异常\n环境:staging"],
    [
      "staging, en",
      { ...english, env: "staging", shorten: true, externalUrl: "" },
      "Critical: 商城结算 – wrong status\nEnvironment: staging",
    ],
  ])("writes %s", (_name, overrides, text) => {
    expect(textOf(overrides)).toBe(text);
  });
});
