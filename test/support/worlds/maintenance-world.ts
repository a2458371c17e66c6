import { type MaintenanceWish, startMaintenance } from "../../../src/alerting/maintenance/maintenance-actions.ts";
import { AlertingWorld, alertingConfigOf, checkOf, type RawSections, receiverOf } from "./alerting-world.ts";

export const shop = checkOf("shop", { service: "shop", failureThreshold: 1 });
export const payment = checkOf("payment", { service: "shop", failureThreshold: 1, tier: "business" });
export const wiki = checkOf("wiki", { service: "wiki", failureThreshold: 1, severity: "warning" });
export const minuteMs = 60_000;
export const route = {
  receiver: "ops",
  group_by: ["check"],
  group_wait: "10s",
  group_interval: "1m",
  repeat_interval: "12h",
};
/** The world begins at 10:00 in Shanghai. */
export const noon = { services: ["shop"], cron: "0 12 * * *", lasts: "1h" };

/** Two checks of one service, one of another; ops hears of all. */
export function worldOf(sections: RawSections = {}): AlertingWorld {
  const receivers = { ops: receiverOf(true), dev: receiverOf(true) };
  return new AlertingWorld(alertingConfigOf([shop, payment, wiki], { route, ...sections }, receivers));
}

export function start(one: AlertingWorld, wish: Partial<MaintenanceWish> = {}) {
  return one.perform(startMaintenance({ name: "shop", lastsMs: 40 * minuteMs, by: "pipeline", ...wish }));
}

/** Receiver and lines of every notice so far. */
export function notices(one: AlertingWorld): readonly string[] {
  return one.notices.map(({ receiver, notification: { text } }) =>
    [`${receiver}> ${text?.title ?? ""}`, ...(text?.lines ?? [])].join(" | "),
  );
}

export function checksTold(one: AlertingWorld): readonly string[] {
  return one.outbox.map(({ notification: { because, alerts } }) => `${alerts[0]?.labels["check"]}: ${because}`);
}
