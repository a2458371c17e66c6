import { describe, expect, it } from "vitest";
import type { DeliveryOutcome } from "../../../core/alerting/notifier.ts";
import { ChannelHealth } from "./channel-health.ts";

const minuteMs = 60_000;
const chat = { receiver: "ops", endpoint: "chat.example.com" };
const mail = { receiver: "ops", endpoint: "mail.example.com" };
const delivered: DeliveryOutcome = { kind: "delivered", final: true };

function failed(reason: string): DeliveryOutcome {
  return { kind: "retryable", reason, detail: `it was ${reason}`, maybeDelivered: false };
}

function world() {
  const told: string[] = [];
  const health = new ChannelHealth(
    { onTrouble: ({ endpoint }, trouble) => void told.push(`${endpoint} ${trouble?.reason ?? "works again"}`) },
    0,
  );
  const attempt = (minute: number, outcome: DeliveryOutcome, channel = chat) =>
    health.attempted(channel, { outcome, notBeforeMs: 0, end: undefined }, minute * minuteMs);
  return { told, health, attempt };
}

describe("alerting/delivery/lanes/channel-health", () => {
  it("tells of a channel that nothing reaches for five minutes, once, while its messages are still tried", () => {
    const { told, attempt } = world();

    for (const minute of [0, 1, 4]) attempt(minute, failed("refused"));
    expect(told).toEqual([]);
    for (const minute of [5, 6, 60]) attempt(minute, failed("timeout"));
    attempt(60, delivered, mail);
    expect(told).toEqual(["chat.example.com timeout"]);
    attempt(61, delivered);

    expect(told).toEqual(["chat.example.com timeout", "chat.example.com works again"]);
  });

  it("counts from the first failure after the last delivery, and takes being slowed down for no death", () => {
    const { told, attempt } = world();

    attempt(0, failed("refused"));
    attempt(4, delivered);
    for (const minute of [5, 9]) attempt(minute, failed("refused"));
    for (const minute of [20, 30]) attempt(minute, failed("rate_limited"), mail);

    expect(told).toEqual([]);
  });

  it("says so again when a critical message of a dead channel reached nobody", () => {
    const { told, health, attempt } = world();
    for (const minute of [0, 5]) attempt(minute, failed("refused"));

    health.lost(chat, { reason: "expired", detail: "", isLost: false });
    health.lost(chat, { reason: "expired", detail: "", isLost: true });

    expect(told).toEqual(["chat.example.com refused", "chat.example.com expired"]);
  });
});
