import { describe, expect, it } from "vitest";
import { anAlert } from "../../../test/support/samples/notifications.ts";
import type { Labels } from "../labels.ts";
import { alertLine, reasonOf, severityOf } from "./alert-words.ts";
import { columnsOf } from "./clean-text.ts";
import { reasonWords } from "./reason-words.ts";
import { clockTime, durationWords } from "./time-words.ts";

const line = (labels: Labels, annotations: Labels = {}): string => alertLine(anAlert({ labels, annotations }), "en");

describe("core/message/words", () => {
  it.each<[labels: Labels, annotations: Labels, expected: string]>([
    [{ alertname: "CheckDown", check: "c" }, { title: "Shop" }, "Shop – down"],
    [{ alertname: "CheckDown", check: "c" }, { title: "Shop", reason: "made_up" }, "Shop – down"],
    [{ alertname: "CheckFlaw", check: "c", reason: "expiring" }, { title: "Shop" }, "Shop – expires soon"],
    [{ alertname: "CheckFlaw", check: "c" }, { title: "Shop" }, "Shop – has a flaw"],
    [{ alertname: "CheckBlind", check: "c" }, { title: "c", service_title: "Pay" }, "Pay – not measured"],
    [{ alertname: "orders-drop" }, {}, "orders-drop"],
    [{ alertname: "WatchfireTrouble" }, {}, "Watchfire"],
    [{}, {}, ""],
  ])("calls %j %j by its name", (labels, annotations, expected) => {
    expect(line(labels, annotations)).toBe(expected);
  });

  it("takes an unknown severity for information", () => {
    expect(severityOf(anAlert({ labels: { severity: "page" } }))).toBe("info");
  });

  it.each(Object.keys(reasonWords))(
    "says what is wrong in Chinese for the reason %s, whatever alert of a check it is of",
    (reason) => {
      for (const alertname of ["CheckDown", "CheckFlaw", "CheckBlind", "CheckFlapping"]) {
        const alert = { labels: { alertname, check: "c", reason }, annotations: { title: "商城", reason } };
        const line = alertLine(alert, "zh").replaceAll(/\b(?:DNS|TLS|SSH|JSON)\b/g, "");

        expect(line).not.toMatch(/[A-Za-z_]/);
        expect(reasonOf(alert, "zh")).not.toBe("");
      }
    },
  );

  it("has short words for every reason", () => {
    for (const [reason, { en, zh }] of Object.entries(reasonWords)) {
      expect(columnsOf(en), reason).toBeLessThanOrEqual(18);
      expect(columnsOf(zh), reason).toBeLessThanOrEqual(14);
    }
  });

  it.each([
    [-5, "0 s", "0 秒"],
    [22_400, "22 s", "22 秒"],
    [60_000, "1 min", "1 分"],
    [90_000, "1 min 30 s", "1 分 30 秒"],
    [600_000, "10 min", "10 分"],
    [3_599_000, "59 min", "59 分"],
    [49_620_000, "13 h 47 min", "13 小时 47 分"],
    [86_400_000, "1 d", "1 天"],
    [194_400_000, "2 d 6 h", "2 天 6 小时"],
  ])("writes %i ms as %s and %s", (durationMs, en, zh) => {
    expect([durationWords(durationMs, "en"), durationWords(durationMs, "zh")]).toEqual([en, zh]);
  });

  it("writes clock times by the zone's own day, also over the change to summer time", () => {
    const nowMs = Date.UTC(2026, 2, 29, 1, 30);

    expect(clockTime(nowMs, nowMs, "Europe/Berlin")).toBe("03:30");
    expect(clockTime(nowMs - 3_600_000, nowMs, "Europe/Berlin")).toBe("01:30");
    expect(clockTime(nowMs - 86_400_000, nowMs, "Asia/Shanghai")).toBe("03-28 09:30");
  });
});
