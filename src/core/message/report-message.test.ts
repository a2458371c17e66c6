import { describe, expect, it } from "vitest";
import { aNotification } from "../../../test/support/samples/notifications.ts";
import { composeMessage, plainTextOf } from "./message.ts";
import { type ReportFacts, reportText } from "./report-message.ts";
import type { Locale } from "./words.ts";

const minuteMs = 60_000;
const toMs = Date.UTC(2026, 10, 23, 1);
const quiet: ReportFacts = {
  covers: "day",
  fromMs: toMs - 1440 * minuteMs,
  toMs,
  opened: { critical: 0, warning: 0, info: 0 },
  incidents: [],
  expiring: [],
  blind: [],
  held: [],
  unbacked: [],
  onCall: [],
  planned: [],
};

const eventful = (zh: boolean): ReportFacts => ({
  ...quiet,
  backups: { all: 7, bad: [zh ? "GitLab 备份" : "GitLab backup"] },
  onCall: [{ schedule: "Ops", who: zh ? "值班甲" : "Ann", next: zh ? "值班乙" : "Bob" }],
  planned: [{ atMs: toMs + 780 * minuteMs, title: zh ? "商城发布" : "Shop release" }],
  opened: { critical: 1, warning: 4, info: 0 },
  incidents: [
    { severity: "warning", title: zh ? "磁盘 db-1" : "Disk db-1", openedAtMs: toMs - 300 * minuteMs },
    {
      severity: "critical",
      title: zh ? "商城订单" : "Shop orders",
      openedAtMs: toMs - 345 * minuteMs,
      resolvedAtMs: toMs - 307 * minuteMs,
    },
    ...Array.from({ length: 9 }, (_, index) => ({
      severity: "warning" as const,
      title: `${zh ? "节点" : "Node"} ${index}`,
      openedAtMs: toMs - 200 * minuteMs,
      resolvedAtMs: toMs - 190 * minuteMs,
    })),
  ],
  mttaMs: 3 * minuteMs,
  mttrMs: 38 * minuteMs,
  expiring: zh ? ["商城证书", "支付证书", "shop 域名"] : ["Shop certificate", "Pay certificate", "Shop domain"],
  blind: ["a"],
  held: zh ? ["警告 1", "警告 2", "警告 3", "警告 4", "警告 5"] : ["w1", "w2", "w3", "w4", "w5"],
});

const rows: readonly (readonly [name: string, locale: Locale, facts: ReportFacts])[] = (["en", "zh"] as const).flatMap(
  (locale) => [
    ["morning-quiet", locale, quiet] as const,
    ["morning", locale, eventful(locale === "zh")] as const,
    ["weekly", locale, { ...eventful(locale === "zh"), covers: "week", fromMs: toMs - 7 * 1440 * minuteMs }] as const,
  ],
);

describe("core/message/report-message", () => {
  it.each(rows)("writes the report %s in %s", async (name, locale, facts) => {
    const text = reportText(facts, { locale, timeZone: "Asia/Shanghai" });
    const message = composeMessage(aNotification({ intent: "meta", alerts: [], locale, text }));

    await expect(`${plainTextOf(message)}\n`).toMatchFileSnapshot(`golden/report-${name}-${locale}.txt`);
  });

  it("names machines without a backup check in a line of their own", () => {
    const lines = (locale: Locale) =>
      reportText({ ...quiet, unbacked: ["db-1", "git-1"] }, { locale, timeZone: "UTC" }).lines;

    expect(lines("en").at(-1)).toBe("Machines without a backup check: 2 (db-1, git-1)");
    expect(lines("zh").at(-1)).toBe("没有备份检查的主机:2(db-1、git-1)");
  });

  it("names schedules where there are several, and says where nobody is on call", () => {
    const onCall = [
      { schedule: "Ops", who: "Ann" },
      { schedule: "Night", who: "", next: "Bob" },
    ];
    const lines = (locale: Locale) =>
      reportText({ ...quiet, onCall, backups: { all: 2, bad: [] } }, { locale, timeZone: "UTC" }).lines;

    expect(lines("en").slice(-2)).toEqual(["Backups: 2/2", "On call: Ops Ann, Night nobody (then Bob)"]);
    expect(lines("zh").slice(-2)).toEqual(["备份:2/2", "值班:Ops Ann、Night 无人(备 Bob)"]);
  });

  it("calls severities what the organisation calls them", () => {
    const place = { locale: "zh", timeZone: "UTC", severityNames: { critical: "P1" } } as const;

    expect(reportText(eventful(true), place).lines.slice(0, 3).join("\n")).toMatch(
      /P1 1 起、警告 4 起\n警告 [^]*\nP1 商城订单/,
    );
  });

  it.each([
    [{ mttaMs: 60_000 }, "On average taken after 1 min", "平均接手 1 分"],
    [{ mttrMs: 60_000 }, "On average resolved after 1 min", "平均恢复 1 分"],
  ])("says of %j what is known", (known, en, zh) => {
    const lines = (locale: Locale) => reportText({ ...quiet, ...known }, { locale, timeZone: "UTC" }).lines;

    expect(lines("en")).toContain(en);
    expect(lines("zh")).toContain(zh);
  });
});
