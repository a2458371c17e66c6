import { AlertingWorld, alertingConfigOf, checkOf, type RawSections } from "./worlds/alerting-world.ts";

export const shop = checkOf("shop", { service: "shop", failureThreshold: 1 });
export const wiki = checkOf("wiki", { service: "wiki", failureThreshold: 1, severity: "warning" });
export const everywhere = { group_by: ["tier"], group_wait: "10s", group_interval: "5m", repeat_interval: "12h" };
export const noon = { times: [{ start: "12:00", end: "14:00" }] };

/** Everything goes to one receiver, by a route that is muted from 12:00 to 14:00; the world begins at 10:00 in Shanghai. */
export const atNoon = {
  time_intervals: { noon: [noon] },
  route: { ...everywhere, receiver: "ops", routes: { all: { mute_time_intervals: ["noon"] } } },
};

/** A world of the shop and the wiki. */
export function mutingWorld(sections: RawSections): AlertingWorld {
  return new AlertingWorld(alertingConfigOf([shop, wiki], sections));
}

/** Lets it be so late, in Shanghai, on the day on which the world begins. */
export function advanceTo(one: AlertingWorld, hour: number, minute = 0): void {
  one.advance(Date.UTC(2026, 10, 23, hour - 8, minute) - one.nowMs);
}
