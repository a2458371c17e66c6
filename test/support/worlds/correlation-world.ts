import type { Notification } from "../../../src/core/alerting/notification.ts";
import type { Check } from "../../../src/core/checks/check.ts";
import type { Service } from "../../../src/core/service.ts";
import {
  AlertingWorld,
  alertingConfigOf,
  checkOf,
  downFinding,
  type RawSections,
  receiverOf,
} from "./alerting-world.ts";

export const minuteMs = 60_000;
export const service = (id: string, parts: Partial<Service> = {}): Service => ({
  id,
  title: id,
  hosts: [],
  needs: [],
  links: {},
  ...parts,
});
export const services = [
  service("shop", {
    hosts: ["db-1", "web-1", "web-2"],
    needs: ["pay"],
    redundancy: [{ id: "web", of: ["web-1", "web-2"], needed: 1 }],
  }),
  service("pay", { hosts: ["pay-1"] }),
  service("wiki"),
];
export const machine = (id: string, parts: Partial<Check> = {}): Check =>
  checkOf(id, { tier: "os", severity: "warning", probe: "host", failureThreshold: 1, ...parts });
export const app = (id: string, parts: Partial<Check> = {}): Check =>
  checkOf(id, { service: "shop", failureThreshold: 1, ...parts });
export const db = machine("db-1");
export const web1 = machine("web-1");
export const web2 = machine("web-2");
export const pay1 = machine("pay-1");
export const checkout = app("checkout");
export const orders = app("orders", { tier: "business" });
export const visits = app("visits", { tier: "business", severity: "warning" });
export const payment = app("payment", { service: "pay", severity: "warning" });
export const wiki = app("wiki", { service: "wiki" });
export const stock = app("stock", { service: "wiki", dependsOn: ["checkout"] });
export const checks = [db, web1, web2, pay1, checkout, orders, visits, payment, wiki, stock];
export const route = {
  receiver: "dev",
  group_by: ["check"],
  group_wait: "10s",
  group_interval: "1m",
  routes: {
    os: { matchers: ["tier=os"], receiver: "ops" },
    business: { matchers: ["tier=business"], receiver: "managers" },
  },
};
export const receivers = { dev: receiverOf(true), ops: receiverOf(true), managers: receiverOf(true) };

export function worldOf(sections: RawSections = {}, of: readonly Check[] = checks): AlertingWorld {
  return new AlertingWorld(alertingConfigOf(of, { route, services, ...sections }, receivers));
}

/** Lets a check that is down go on being down. */
export function fail(world: AlertingWorld, ...failing: readonly Check[]): void {
  for (const check of failing) world.run(check, downFinding);
}

export function fingerprintOf(world: AlertingWorld, check: Check): string {
  const found = world.engine.snapshot().alerts.find(({ labels }) => labels["check"] === check.id);
  return found?.fingerprint ?? "";
}

/** The checks that a message names on the way from cause to impact. */
export function wayOf(notification: Notification | undefined): readonly (string | undefined)[] | undefined {
  return notification?.story?.chain?.map(({ text }) => text.split(" ")[1]);
}

export function trailOf(world: AlertingWorld, check: Check): readonly string[] {
  const fingerprint = fingerprintOf(world, check);
  return world.decisions
    .filter(({ subject, stage }) => subject === fingerprint && stage === "correlation")
    .map(({ outcome, because }) => `${outcome}: ${because}`);
}
