import { describe, expect, it } from "vitest";
import { aNotification, anAlert } from "../../../test/support/samples/notifications.ts";
import type { Alert } from "../alerting/alert.ts";
import { alertLine, whatIsWrong } from "./alert-words.ts";
import { composeMessage } from "./message.ts";

const disk = (check: string, annotations: Readonly<Record<string, string>> = {}): Alert =>
  anAlert({
    fingerprint: check,
    labels: { alertname: "NodeDiskFull", check, tier: "os", severity: "warning", instance: `${check}:9100` },
    annotations: { title: "A disk is nearly full", what: "3 %", ...annotations },
  });

describe("core/message/alert-words", () => {
  it.each([
    ["en", "db-1 · A disk is nearly full – 3 %"],
    ["zh", "db-1 A disk is nearly full 3 %"],
  ] as const)("begins what a rule tells of a machine with the machine, in %s", (locale, line) => {
    expect(alertLine(disk("db-1"), locale)).toBe(line);
    expect(alertLine(disk("db-1", { title: "/data of db-1" }), "zh")).toBe("/data of db-1 3 %");
  });

  it("names what is wrong in whole where the value has no room, which is told below", () => {
    const full = { ...disk("db-1", { measured: "3 %", summary: "db-1:9100: /data has 3 % left" }), value: 0.03 };
    const titled = (title: string) =>
      composeMessage(aNotification({ alerts: [{ ...full, annotations: { ...full.annotations, title } }] }));

    expect(titled("Disk nearly full").title).toBe("Warning: db-1 · Disk nearly full – 3 %");
    expect(titled("A disk is nearly full").title).toBe("Warning: db-1 · A disk is nearly full");
    expect(titled("A disk is nearly full").lines.map(({ text }) => text)).toEqual([
      "db-1:9100: /data has 3 % left",
      "Value: 3 %",
      expect.stringMatching(/^Since /),
    ]);
  });

  it("lists machines with the same trouble in one line", () => {
    const alerts = ["web-1", "db-1", "db-2", "db-3"].map((name, index) => disk(name, { what: `${index} %` }));

    const lines = composeMessage(aNotification({ locale: "en", alerts })).lines.map(({ text }) => text);

    expect(lines).toContain("Warning: A disk is nearly full: db-1, db-2, db-3");
  });

  it("calls a rule without a title by its service and says which rule it is", () => {
    const untitled = anAlert({
      labels: {
        alertname: "payment-errors",
        check: "db-1",
        tier: "business",
        severity: "critical",
        instance: "pay:80",
      },
      annotations: {
        title: "payment-errors",
        service_title: "Payment",
        summary: "payment-errors: pay:80",
        what: "5 %",
      },
      value: 0.05,
    });

    const message = composeMessage(aNotification({ locale: "en", alerts: [untitled] }));

    expect(message.title).toBe("Critical: Payment – payment-errors 5 %");
    expect(message.lines.map(({ text }) => text)).not.toContain("payment-errors: pay:80");
  });

  it.each([
    ['certificate "CN=a" expires in 13.4 days (2026-12-06)', "ends in 13 d", "还剩 13 天"],
    ['certificate "CN=a" expires in 0.6 days (2026-11-23)', "ends in 14 h", "还剩 14 小时"],
    ["the registration ends in 1.9 days (2026-11-25)", "ends in 1 d 22 h", "还剩 1 天 22 小时"],
    ['certificate "CN=a" has expired (2026-11-22)', "has expired", "已过期"],
    ["the registration ended 1.5 days ago (2026-11-21)", "has expired", "已过期"],
    ['step login: certificate "CN=a" expires soon', "expires soon", "即将到期"],
  ])("says of %s how long it has to live", (detail, en, zh) => {
    const expiring = anAlert({
      labels: { alertname: "CheckFlaw", reason: "expiring", severity: "warning" },
      annotations: { title: "Shop certificate", reason: "expiring", detail },
    });

    expect([whatIsWrong(expiring, "en"), whatIsWrong(expiring, "zh")]).toEqual([en, zh]);
  });

  it("says of a foreign alert that its service names which alert it is", () => {
    const foreign = anAlert({
      labels: { alertname: "HighErrorRate", tier: "application", severity: "critical" },
      annotations: { service_title: "Payment" },
    });

    expect(alertLine(foreign, "en")).toBe("Payment – HighErrorRate");
  });
});
