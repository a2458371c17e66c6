import { describe, expect, it } from "vitest";
import { columnsOf } from "./clean-text.ts";
import { type MaintenanceNotice, maintenanceText } from "./maintenance-message.ts";
import type { Locale } from "./words.ts";

const minuteMs = 60_000;
/** 22:00 in Shanghai. */
const startedAtMs = Date.UTC(2026, 10, 25, 14);
const untilMs = startedAtMs + 40 * minuteMs;
const criticalBusiness = ['tier="business"', 'severity="critical"'];

function textOf(locale: Locale, minute: number, notice: Partial<MaintenanceNotice>): string {
  const { title, lines } = maintenanceText(
    {
      event: "begun",
      title: locale === "zh" ? "商城" : "Shop",
      startedAtMs,
      untilMs,
      announcedEndMs: untilMs,
      neverMute: criticalBusiness,
      heldCount: 0,
      failingCount: 0,
      failing: [],
      ...notice,
    },
    { locale, createdAtMs: startedAtMs + minute * minuteMs, timeZone: "Asia/Shanghai" },
  );
  return [title, ...lines].join("\n");
}

describe("core/message maintenance", () => {
  it.each<[string, number, Partial<MaintenanceNotice>, Readonly<Record<Locale, string>>]>([
    [
      "that begins",
      0,
      { comment: "v2.8", by: "pipeline" },
      {
        en: "Maintenance begins: Shop\n22:00 to 22:40 (40 min)\nIts alerts are held meanwhile, except critical business alerts\nv2.8 (pipeline)",
        zh: "维护开始 商城\n22:00 至 22:40(40 分)\n期间告警暂不发送,业务严重告警除外\nv2.8(pipeline)",
      },
    ],
    [
      "that spares nothing",
      0,
      { neverMute: [], by: "li" },
      {
        en: "Maintenance begins: Shop\n22:00 to 22:40 (40 min)\nAll its alerts are held meanwhile\nBy li",
        zh: "维护开始 商城\n22:00 至 22:40(40 分)\n期间告警一律暂不发送\n由 li 发起",
      },
    ],
    [
      "that ends soon while something fails",
      35,
      { event: "closing", failingCount: 7, failing: ["x", "y"] },
      {
        en: "Maintenance ends soon: Shop\n5 min left, and 7 alerts still fire:\nx\ny\nand 5 more\nWhatever fires on is told at 22:40",
        zh: "维护将结束 商城\n还剩 5 分,仍有 7 项故障:\nx\ny\n其余 5 项略\n22:40 仍未恢复的将照常通知",
      },
    ],
    [
      "that ends early with nothing wrong",
      28,
      { event: "ended" },
      {
        en: "Maintenance over: Shop\nTook 28 min, 12 min less than planned\nNothing failed meanwhile",
        zh: "维护结束 商城\n历时 28 分,比计划早 12 分\n期间没有故障",
      },
    ],
    [
      "that ends on time after all recovered",
      40,
      { event: "ended", heldCount: 3 },
      {
        en: "Maintenance over: Shop\nTook 40 min\nAll 3 alerts that fired meanwhile recovered",
        zh: "维护结束 商城\n历时 40 分\n期间 3 项故障已全部恢复",
      },
    ],
    [
      "that ends late with something left",
      55,
      { event: "ended", heldCount: 3, failingCount: 1, failing: ["x"] },
      {
        en: "Maintenance over: Shop\nTook 55 min, 15 min more than planned\n2 recovered; 1 alert still fires, told in full next:\nx",
        zh: "维护结束 商城\n历时 55 分,比计划晚 15 分\n2 项已恢复,仍有 1 项故障,随后详细通知:\nx",
      },
    ],
  ])("tells of one %s in both languages", (_what, minute, notice, wanted) => {
    expect({ en: textOf("en", minute, notice), zh: textOf("zh", minute, notice) }).toEqual(wanted);
  });

  it("keeps its words and a short name within what a lock screen shows", () => {
    for (const locale of ["en", "zh"] as const) {
      for (const event of ["begun", "closing", "ended"] as const) {
        const [title = ""] = textOf(locale, 0, { event }).split("\n");
        expect(columnsOf(title)).toBeLessThanOrEqual(40);
      }
    }
  });

  it("lets no text from a pipeline format anything or break a line", () => {
    const [title, ...lines] = textOf("en", 0, { title: "a\nb", comment: "x\ny\u202e", by: "li" }).split("\n");

    expect(title).toBe("Maintenance begins: a b");
    expect(lines.at(-1)).toBe("x y (li)");
  });
});
