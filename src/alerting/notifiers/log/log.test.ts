import { describe, expect, it } from "vitest";
import { aNotification, anAlert, madeAtMs } from "../../../../test/support/samples/notifications.ts";
import { noSmtp } from "../../../../test/support/servers/no-smtp.ts";
import type { Notification } from "../../../core/alerting/notification.ts";
import { log } from "./log.ts";

async function logged(overrides: Partial<Notification>): Promise<unknown> {
  const lines: unknown[] = [];
  const http = { request: () => Promise.reject(new Error("the log speaks to nobody")) };
  const io = { now: () => madeAtMs, http, smtp: noSmtp, log: (...line: unknown[]) => void lines.push(line) };
  const outcome = await log.open({}).prepare(aNotification(overrides)).send(io, new AbortController().signal);
  expect(outcome).toEqual({ kind: "delivered", final: true });
  return lines;
}

describe("alerting/notifiers/log", () => {
  it("writes one warning line for what fires", async () => {
    expect(await logged({ truncatedAlerts: 2 })).toEqual([
      [
        "warn",
        "notification",
        {
          "notification.id": "n-1",
          "notification.incident": "i-1",
          "notification.intent": "firing",
          "notification.receiver": "ops-chat",
          "notification.alerts": 3,
          "notification.title": "Critical: Checkout – wrong status",
          "notification.text": [
            "HTTP 502, expected 200-299",
            "https://shop.example.com/api/checkout",
            "Since 09:55 (5 min)",
            "2 more alerts are part of this message",
            "Board: https://watchfire.example.com/",
          ].join("\n"),
        },
      ],
    ]);
  });

  it("writes one information line for what is over", async () => {
    const alerts = [anAlert({ status: "resolved", endsAtMs: madeAtMs })];

    expect(await logged({ intent: "resolved", alerts, locale: "zh" })).toMatchObject([
      ["info", "notification", { "notification.title": "已恢复 Checkout(历时 5 分)" }],
    ]);
  });
});
