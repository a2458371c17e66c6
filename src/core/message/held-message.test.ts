import { describe, expect, it } from "vitest";
import { anAlert } from "../../../test/support/samples/notifications.ts";
import type { Alert } from "../alerting/alert.ts";
import { columnsOf } from "./clean-text.ts";
import { heldFirst, heldText } from "./held-message.ts";
import type { Locale } from "./words.ts";

/** 08:00 in Shanghai. */
const createdAtMs = Date.UTC(2026, 10, 26, 0);
const hourMs = 3_600_000;

const disk = (overrides: Partial<Alert> = {}): Alert =>
  anAlert({
    labels: { alertname: "CheckFlaw", check: "disk", severity: "warning", reason: "expiring" },
    annotations: { title: "db-1 /data" },
    startsAtMs: createdAtMs - 5 * hourMs,
    ...overrides,
  });
const over = disk({ status: "resolved", startsAtMs: createdAtMs - 9 * hourMs, endsAtMs: createdAtMs - 6 * hourMs });

function textOf(locale: Locale, alerts: readonly Alert[]): string {
  const { title, lines } = heldText(alerts, { locale, createdAtMs, timeZone: "Asia/Shanghai" });
  return [title, ...lines].join("\n");
}

describe("core/message held", () => {
  it("says of each alert what, since when and until when, in both languages", () => {
    expect(textOf("en", [disk(), over])).toBe(
      "Held: 2 alerts, 1 still on\nWarning: db-1 /data – expires soon – since 03:00\nWarning: db-1 /data – expires soon – 11-25 23:00 to 02:00, resolved",
    );
    expect(textOf("zh", [disk(), over])).toBe(
      "暂存汇总 2 项,1 项未恢复\n警告 db-1 /data 即将到期,03:00 起\n警告 db-1 /data 即将到期,11-25 23:00 至 02:00,已恢复",
    );
  });

  it("does not call recovered what was removed from the configuration", () => {
    expect(textOf("en", [{ ...over, ending: "removed" }])).toMatch(/02:00, removed$/);
    expect(textOf("zh", [{ ...over, ending: "removed" }])).toMatch(/02:00,不再监测$/);
  });

  it("lists twenty and counts the rest; its title fits a lock screen", () => {
    const many = Array.from({ length: 4321 }, () => disk());

    for (const locale of ["en", "zh"] as const) {
      const [title = "", ...lines] = textOf(locale, many).split("\n");
      expect(lines).toHaveLength(21);
      expect(lines.at(-1)).toContain("4301");
      expect(columnsOf(title)).toBeLessThanOrEqual(40);
    }
  });

  it("puts what still fires first, then what is graver, then what is older", () => {
    const info = disk({ labels: { ...disk().labels, severity: "info" } });
    const younger = disk({ startsAtMs: createdAtMs - hourMs });

    expect([over, info, younger, disk()].toSorted(heldFirst)).toEqual([disk(), younger, info, over]);
  });
});
